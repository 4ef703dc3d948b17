package main

import (
	"math"
	"sort"
	"strings"

	"maillage/internal/territory/columns"
)

// encode writes the columns that internal/territory/embedded.go reads, in the order in which it reads them.
func encode(d *division, placed []position) ([]byte, error) {
	var w columns.Writer
	writeAreas(&w, "region", d.regions)
	writeAreas(&w, "departement", d.departements)
	writeAreas(&w, "epci", d.epci)
	writeAreas(&w, "ept", d.ept)

	departement := map[string]int{}
	for i, a := range d.departements {
		departement[a.Code] = i
	}
	sets, setOf := postcodeSets(d)
	w.Strings("postcodes", sets)
	n := len(d.communes)
	code, name, parent := make([]string, n), make([]string, n), make([]string, n)
	kind, dep, epci, ept, population, post := make([]int, n), make([]int, n), make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	lat, lon, estimated := make([]int, n), make([]int, n), make([]int, n)
	divided := map[string]bool{}
	for _, c := range d.communes {
		divided[c.Parent] = true
	}
	for i, c := range d.communes {
		code[i], name[i], parent[i] = c.Code, c.Name, c.Parent
		switch {
		case c.Parent != "":
			kind[i] = 2
		case divided[c.Code]:
			kind[i] = 1
		}
		dep[i], epci[i], ept[i], population[i], post[i] = departement[c.Departement], c.epci, c.ept, c.Population, setOf[i]
		lat[i], lon[i] = int(math.Round(placed[i].lat*1e5)), int(math.Round(placed[i].lon*1e5))
		if placed[i].estimated {
			estimated[i] = 1
		}
	}
	w.Strings("code", code)
	w.Strings("name", name)
	w.Ints("kind", kind)
	w.Strings("parent", parent)
	w.Ints("departement", dep)
	w.Ints("epci", epci)
	w.Ints("ept", ept)
	w.Ints("population", population)
	w.Ints("postcode set", post)
	w.Ints("lat", lat)
	w.Ints("lon", lon)
	w.Ints("estimated", estimated)
	writeMerged(&w, d.merged)
	return w.Bytes()
}

func writeAreas(w *columns.Writer, name string, areas []area) {
	var code, label, parent, kind []string
	for _, a := range areas {
		code, label, parent, kind = append(code, a.Code), append(label, a.Name), append(parent, a.Region), append(kind, a.Kind)
	}
	w.Strings(name+" code", code)
	w.Strings(name+" name", label)
	w.Strings(name+" parent", parent)
	w.Strings(name+" kind", kind)
}

// postcodeSets lists the distinct sets of postcodes and gives each commune the index of its own.
func postcodeSets(d *division) (sets []string, of []int) {
	index := map[string]int{}
	of = make([]int, len(d.communes))
	for i, c := range d.communes {
		set := strings.Join(c.Postcodes, " ")
		at, seen := index[set]
		if !seen {
			at = len(sets)
			index[set] = at
			sets = append(sets, set)
		}
		of[i] = at
	}
	return sets, of
}

func writeMerged(w *columns.Writer, merged map[string]string) {
	var olds, news []string
	for old := range merged {
		olds = append(olds, old)
	}
	sort.Strings(olds)
	for _, old := range olds {
		news = append(news, merged[old])
	}
	w.Strings("old code", olds)
	w.Strings("new code", news)
}
