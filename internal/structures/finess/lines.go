package finess

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"maillage/internal/structures/identifier"
)

// The fields of a structureet line, from 0.
const (
	fieldFINESS   = 1
	fieldLegal    = 2
	fieldName     = 3
	fieldLong     = 4
	fieldNumber   = 7
	fieldStreet   = 9
	fieldCommune  = 12
	fieldDep      = 13
	fieldRouting  = 15
	fieldCategory = 18
	fieldSIRET    = 22
	fieldOpened   = 28
	registerSize  = 32
)

// register reads a structureet line.
func (r *reader) register(f []string) {
	if len(f) != registerSize && len(f) != registerSize-1 {
		r.issue(0, "", fmt.Sprintf("Une ligne structureet a %d champs ; celle-ci en a %d.", registerSize, len(f)), fmt.Sprintf("A structureet line has %d fields; this one has %d.", registerSize, len(f)))
		return
	}
	code := inseeCode(f[fieldDep], f[fieldCommune])
	r.add(raw{
		finess: f[fieldFINESS], legal: f[fieldLegal], name: f[fieldName], long: f[fieldLong],
		street: []string{f[fieldNumber], f[fieldNumber+1], f[fieldStreet]}, routing: f[fieldRouting],
		commune: code, departement: departementOf(code), category: f[fieldCategory], siret: f[fieldSIRET], opened: f[fieldOpened],
		columns: columns{fieldFINESS, fieldName, fieldCommune, fieldCategory, fieldSIRET, fieldOpened},
	})
}

// overseas are the letters under which the register writes overseas départements.
var overseas = map[string]string{"9A": "971", "9B": "972", "9C": "973", "9D": "974", "9F": "976"}

// inseeCode is the commune's code from the register's two fields.
func inseeCode(departement, commune string) string {
	commune = strings.TrimSpace(commune)
	if _, far := overseas[departement]; far {
		return "97" + commune
	}
	return strings.TrimSpace(departement) + commune
}

func departementOf(insee string) string {
	if strings.HasPrefix(insee, "97") && len(insee) > 3 {
		return insee[:3]
	}
	return insee[:min(2, len(insee))]
}

// geolocate reads a geolocalisation line. Positions outside the mainland's projection are left out: the commune's serves.
func (r *reader) geolocate(f []string) {
	if len(f) < 5 {
		r.issue(0, "", "Une ligne geolocalisation a 6 champs.", "A geolocalisation line has 6 fields.")
		return
	}
	x, errX := strconv.ParseFloat(f[2], 64)
	y, errY := strconv.ParseFloat(f[3], 64)
	if errX != nil || errY != nil || math.IsNaN(x+y) || math.IsInf(x+y, 0) {
		if f[2] != "" || f[3] != "" {
			r.issue(3, f[2]+" "+f[3], "Les coordonnées ne sont pas des nombres.", "The coordinates are not numbers.")
		}
		return
	}
	if !strings.Contains(f[4], "LAMBERT_93") {
		return
	}
	lat, lon := fromLambert93(x, y)
	r.places[f[1]] = place{lat, lon, r.file.Lines}
}

// The columns of an extract that are read, by the names of its header.
var extractColumns = []string{"numero_finess_etablissement", "raison_sociale", "code_insee", "categetab", "siret", "dateouv"}

func (r *reader) readHeader(f []string) {
	r.shape, r.header = "extract", map[string]int{}
	for i, name := range f {
		r.header[strings.TrimSpace(name)] = i
	}
	for _, name := range extractColumns {
		if _, ok := r.header[name]; !ok {
			r.issue(0, name, fmt.Sprintf("Il manque la colonne « %s ».", name), fmt.Sprintf("The column “%s” is missing.", name))
		}
	}
}

// extract reads a line of a headed extract. A stray quoted field may have made one more: only the columns named are read.
func (r *reader) extract(f []string) {
	if len(f) != len(r.header) {
		r.issue(0, "", fmt.Sprintf("L’en-tête a %d colonnes ; cette ligne en a %d.", len(r.header), len(f)), fmt.Sprintf("The header has %d columns; this line has %d.", len(r.header), len(f)))
		return
	}
	get := func(name string) string {
		if i, ok := r.header[name]; ok {
			return f[i]
		}
		return ""
	}
	code := get("code_insee")
	lat, errLat := strconv.ParseFloat(get("latitude"), 64)
	lon, errLon := strconv.ParseFloat(get("longitude"), 64)
	if errLat == nil && errLon == nil && math.Abs(lat) <= 90 && math.Abs(lon) <= 180 {
		r.places[get("numero_finess_etablissement")] = place{lat, lon, r.file.Lines}
	}
	at := func(name string) int { return r.header[name] }
	r.add(raw{
		finess: get("numero_finess_etablissement"), legal: get("numero finess etablissement juridique"), name: get("raison_sociale"), long: get("rslongue"),
		street: []string{get("numvoie"), get("typvoie"), get("voie")}, routing: get("ligneacheminement"),
		commune: code, departement: departementOf(code), category: get("categetab"), siret: get("siret"), opened: get("dateouv"),
		columns: columns{at("numero_finess_etablissement"), at("raison_sociale"), at("code_insee"), at("categetab"), at("siret"), at("dateouv")},
	})
}

// raw is a line before it is checked; columns are the places of what may be refused.
type raw struct {
	finess, legal, name, long string
	street                    []string
	routing                   string
	commune, departement      string
	category, siret, opened   string
	columns                   columns
}

type columns struct{ finess, name, commune, category, siret, opened int }

// add checks a line and keeps it when its category is wanted.
func (r *reader) add(l raw) {
	r.file.Departements[l.departement] = true
	r.file.Categories[l.category]++
	if len(r.wanted) > 0 && !slices.Contains(r.wanted, l.category) {
		return
	}
	e := Establishment{Legal: strings.TrimSpace(l.legal), LongName: clean(l.long), Category: l.category, Line: r.file.Lines, Address: address(l.street, l.routing)}
	number, err := identifier.Parse(identifier.FINESS, l.finess)
	if err != nil {
		r.issue(l.columns.finess+1, l.finess, "Le numéro FINESS est faux ("+french(err)+")", "The FINESS number is wrong ("+err.Error()+")")
		return
	}
	e.FINESS = number.Value
	if first, twice := r.seen[e.FINESS]; twice {
		r.issue(l.columns.finess+1, l.finess, fmt.Sprintf("Ce numéro FINESS est déjà à la ligne %d.", first), fmt.Sprintf("This FINESS number is already on line %d.", first))
		return
	}
	r.seen[e.FINESS] = r.file.Lines
	if e.Name = clean(l.name); e.Name == "" {
		r.issue(l.columns.name+1, "", "Le nom est vide.", "The name is empty.")
		return
	}
	if l.opened != "" && !validDay(l.opened) {
		r.issue(l.columns.opened+1, l.opened, "La date d’ouverture n’existe pas (AAAA-MM-JJ).", "The opening date does not exist (YYYY-MM-DD).")
		return
	}
	e.Opened = l.opened
	current, _, ok := r.codes.Follow(l.commune)
	if !ok {
		r.notice(l.columns.commune+1, l.commune, "Commune inconnue : l’établissement est laissé de côté.", "Unknown municipality: the establishment is left out.")
		return
	}
	e.Commune = current
	if l.siret != "" {
		if number, err := identifier.Parse(identifier.SIRET, l.siret); err == nil {
			e.SIRET = number.Value
		} else {
			r.notice(l.columns.siret+1, l.siret, "SIRET faux : l’établissement est gardé sans lui.", "Wrong SIRET: the establishment is kept without it.")
		}
	}
	r.file.Establishments = append(r.file.Establishments, e)
}

// finish gives establishments their positions, wherever the file wrote them.
func (r *reader) finish() {
	for i := range r.file.Establishments {
		e := &r.file.Establishments[i]
		if p, ok := r.places[e.FINESS]; ok {
			e.Lat, e.Lon, e.Located = p.lat, p.lon, true
		}
	}
	if r.shape == "" && r.file.IssueCount == 0 {
		r.file.Lines = max(1, r.file.Lines)
		r.issue(0, "", "Le fichier ne contient aucune ligne du répertoire.", "The file holds no line of the register.")
	}
}

func french(err error) string {
	var r *identifier.Refusal
	if errors.As(err, &r) {
		return strings.TrimSuffix(r.FR, ".")
	}
	return err.Error()
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

func address(street []string, routing string) string {
	parts := []string{clean(strings.Join(street, " ")), clean(routing)}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

func validDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
