// Command sbom prints, as CycloneDX 1.6 JSON, what a built program is made of: the Go modules that the linker recorded in
// it, and the npm packages that its pages carry. The same inputs give the same bytes.
//
//	sbom bin/maillage web/package-lock.json
package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

type document struct {
	Format      string      `json:"bomFormat"`
	SpecVersion string      `json:"specVersion"`
	Version     int         `json:"version"`
	Metadata    metadata    `json:"metadata"`
	Components  []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type     string    `json:"type"`
	Ref      string    `json:"bom-ref"`
	Name     string    `json:"name"`
	Version  string    `json:"version,omitempty"`
	PURL     string    `json:"purl,omitempty"`
	Licenses []licence `json:"licenses,omitempty"`
}

type licence struct {
	License struct {
		Name string `json:"name"`
	} `json:"license"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sbom PROGRAM PACKAGE-LOCK")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(program, lock string) error {
	parts, name, err := modules(program)
	if err != nil {
		return err
	}
	packages, err := npm(lock)
	if err != nil {
		return err
	}
	parts = append(parts, packages...)
	slices.SortFunc(parts, func(a, b component) int { return strings.Compare(a.Ref, b.Ref) })
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(document{
		Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata:   metadata{Component: component{Type: "application", Ref: name, Name: name}},
		Components: parts,
	})
}

// modules reads what the Go linker wrote into the program: its modules and the standard library.
func modules(program string) ([]component, string, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, "", err
	}
	goVersion := strings.TrimPrefix(info.GoVersion, "go")
	parts := []component{part("golang", "std", goVersion)}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		parts = append(parts, part("golang", m.Path, m.Version))
	}
	return parts, info.Main.Path, nil
}

// npm reads the packages that a lock file installs for use, those for development left out.
func npm(lock string) ([]component, error) {
	raw, err := os.ReadFile(lock)
	if err != nil {
		return nil, err
	}
	var file struct {
		Packages map[string]struct {
			Version, License string
			Dev              bool
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return nil, err
	}
	var parts []component
	for where, about := range file.Packages {
		at := strings.LastIndex(where, "node_modules/")
		if at < 0 || about.Dev {
			continue
		}
		c := part("npm", where[at+len("node_modules/"):], about.Version)
		if about.License != "" {
			var l licence
			l.License.Name = about.License
			c.Licenses = []licence{l}
		}
		parts = append(parts, c)
	}
	return parts, nil
}

func part(kind, name, version string) component {
	purl := fmt.Sprintf("pkg:%s/%s@%s", kind, strings.ReplaceAll(name, "@", "%40"), version)
	return component{Type: "library", Ref: purl, Name: name, Version: version, PURL: purl}
}
