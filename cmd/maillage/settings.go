package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// settings are what a JSON file holds, named as the flags: {"db": "…", "mail-from": "…"}. A flag comes before the environment, which
// comes before the file. One file serves every command, so each name must be a flag of one of them: a misspelt setting is refused
// rather than passed over.
type settings map[string]any

func readSettings(r io.Reader) (kong.Resolver, error) {
	s := settings{}
	if err := json.NewDecoder(r).Decode(&s); err != nil {
		return nil, fmt.Errorf("this file of settings is not JSON: %w", err)
	}
	for name, value := range s {
		if dashed := strings.ReplaceAll(name, "_", "-"); dashed != name {
			delete(s, name)
			s[dashed] = value
		}
	}
	return s, nil
}

// Resolve gives a flag what the file says, unless the environment says it already.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil
		}
	}
	return s[flag.Name], nil
}

// Validate refuses a name that no command has.
func (s settings) Validate(app *kong.Application) error {
	var known []string
	if err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known = append(known, flag.Name)
		}
		return next(nil)
	}); err != nil {
		return err
	}
	for name := range s {
		if !slices.Contains(known, name) {
			return fmt.Errorf("the file of settings names %q, which is no setting: they are named as the flags that --help lists", name)
		}
	}
	return nil
}
