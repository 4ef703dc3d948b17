module maillage

go 1.26.0
