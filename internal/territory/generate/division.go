package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

type commune struct {
	Code        string   `json:"code"`
	Name        string   `json:"nom"`
	Type        string   `json:"type"`
	Departement string   `json:"departement"`
	District    string   `json:"arrondissement"`
	Region      string   `json:"region"`
	Parent      string   `json:"commune"`
	ChefLieu    string   `json:"chefLieu"`
	Old         []string `json:"anciensCodes"`
	Postcodes   []string `json:"codesPostaux"`
	Population  int      `json:"population"`
	epci, ept   int      // index + 1 in the lists below, 0 when none
}

type area struct {
	Code    string `json:"code"`
	Name    string `json:"nom"`
	Region  string `json:"region"`
	Kind    string `json:"type"`
	Members []struct {
		Code string `json:"code"`
	} `json:"membres"`
}

type division struct {
	communes                         []commune
	regions, departements, epci, ept []area
	merged                           map[string]string // former code → current code
}

func readJSON[T any](dir, name string) ([]T, error) {
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("%w (run npm ci in tools/territory)", err)
	}
	var rows []T
	if err := json.Unmarshal(raw, &rows); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

func readDivision(dir string) (*division, error) {
	d := &division{merged: map[string]string{}}
	for name, list := range map[string]*[]area{
		"regions.json": &d.regions, "departements.json": &d.departements, "epci.json": &d.epci, "ept.json": &d.ept,
	} {
		rows, err := readJSON[area](dir, name)
		if err != nil {
			return nil, err
		}
		sort.Slice(rows, func(a, b int) bool { return rows[a].Code < rows[b].Code })
		*list = rows
	}
	rows, err := readJSON[commune](dir, "communes.json")
	if err != nil {
		return nil, err
	}
	epci, ept := members(d.epci), members(d.ept)
	for _, c := range rows {
		if c.Type != "commune-actuelle" && c.Type != "arrondissement-municipal" {
			continue
		}
		c.Name = strings.ReplaceAll(c.Name, "’", "'")
		c.epci, c.ept = epci[c.Code], ept[c.Code]
		if c.Parent != "" {
			c.epci, c.ept = epci[c.Parent], ept[c.Parent]
		}
		sort.Strings(c.Postcodes)
		d.communes = append(d.communes, c)
	}
	sort.Slice(d.communes, func(a, b int) bool { return d.communes[a].Code < d.communes[b].Code })
	d.follow(rows)
	return d, nil
}

// members maps a commune's code to its area's index + 1.
func members(areas []area) map[string]int {
	of := map[string]int{}
	for i, a := range areas {
		for _, m := range a.Members {
			of[m.Code] = i + 1
		}
	}
	return of
}

// follow collects former codes: those that current communes list, and the delegated and associated communes.
func (d *division) follow(rows []commune) {
	current := map[string]bool{}
	for _, c := range d.communes {
		current[c.Code] = true
	}
	for _, c := range d.communes {
		for _, old := range c.Old {
			if !current[old] {
				d.merged[old] = c.Code
			}
		}
	}
	for _, c := range rows {
		if c.ChefLieu != "" && !current[c.Code] && current[c.ChefLieu] {
			d.merged[c.Code] = c.ChefLieu
		}
	}
}
