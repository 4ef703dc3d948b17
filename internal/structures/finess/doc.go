// Package finess reads the official register of health establishments. It is pure: a stream in, establishments and what is wrong with
// the file out; it knows nothing of databases, clocks or people.
//
// Two shapes of the file are read. The register itself has no header and mixes two kinds of lines, in Latin-1 or UTF-8, with ";":
//
//	finess;etalab;94;2020-03-04
//	structureet;010000024;010780054;CH DE FLEYRIAT;…   32 fields
//	geolocalisation;010000024;870215.7;6571590.5;1,ATLASANTE,…,LAMBERT_93;2020-01-21
//
// Extracts of it have one header line whose names tell the columns (numero_finess_etablissement, code_insee, longitude…).
//
// A line that cannot be trusted is an Issue, with its line and the number of its field; one issue refuses the whole file. What the
// register is known to hold and that can be left out (a wrong SIRET, a place outside the known communes) is a notice.
package finess
