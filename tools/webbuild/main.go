// Command webbuild bundles web/src into web/dist, copies web/src/static, collects the licences of what it bundled, and draws
// the icons named in web/icons.txt into internal/ui/icons_gen.go. It runs at the top of the tree, after npm ci in web.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "webbuild:", err)
		os.Exit(1)
	}
}

func run() error {
	meta, err := bundle()
	if err != nil {
		return err
	}
	if err := os.CopyFS("web/dist", os.DirFS("web/src/static")); err != nil {
		return err
	}
	if err := writeLicences(meta); err != nil {
		return err
	}
	return writeIcons("web/icons.txt", "web/node_modules/lucide-static/icons", "internal/ui/icons_gen.go")
}

// metafile is the part of esbuild's report that is read here.
type metafile struct {
	Inputs  map[string]struct{}
	Outputs map[string]struct {
		EntryPoint string
		Imports    []struct{ Path string }
		Inputs     map[string]struct{}
	}
}

// bundle writes web/dist: one file per script at the top of web/src, the styles, and under chunks/ and files/ what they
// share and load, whose names carry a hash of the content. Entries keep plain names; package web adds their hash.
// A script called NAME.worker.ts becomes one file that loads no other, as workers need.
func bundle() (metafile, error) {
	var all metafile
	pages, workers, err := entries()
	if err != nil {
		return all, err
	}
	if err := os.RemoveAll("web/dist"); err != nil {
		return all, err
	}
	options := options()
	options.EntryPoints, options.Format, options.Splitting = pages, api.FormatESModule, true
	if err := build(options, &all); err != nil {
		return all, err
	}
	if err := checkImports(all); err != nil {
		return all, err
	}
	options.EntryPoints, options.Format, options.Splitting = workers, api.FormatIIFE, false
	options.IgnoreAnnotations = true // a worker imports a library for what it does, not for what it exports
	return all, build(options, &all)
}

// entries lists what is bundled for pages, and what for workers.
func entries() (pages, workers []string, err error) {
	pages = []string{"web/src/styles/app.css"}
	for _, pattern := range []string{"web/src/*.ts", "web/src/*.tsx"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range found {
			switch {
			case strings.HasSuffix(f, ".d.ts"):
			case strings.HasSuffix(f, ".worker.ts"):
				workers = append(workers, f)
			default:
				pages = append(pages, f)
			}
		}
	}
	return pages, workers, nil
}

func options() api.BuildOptions {
	return api.BuildOptions{
		Outdir:     "web/dist",
		EntryNames: "[name]",
		ChunkNames: "chunks/[name]-[hash]",
		AssetNames: "files/[name]-[hash]",
		Bundle:     true,
		Target:     api.ES2022,
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "111"}, {Name: api.EngineFirefox, Version: "115"}, {Name: api.EngineSafari, Version: "16.4"},
		},
		JSX:               api.JSXAutomatic,
		JSXImportSource:   "preact",
		Loader:            map[string]api.Loader{".woff2": api.LoaderFile, ".svg": api.LoaderFile, ".png": api.LoaderFile},
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone,
		Charset:           api.CharsetUTF8,
		NodePaths:         []string{"web/node_modules"},
		TsconfigRaw:       `{"compilerOptions":{"jsx":"react-jsx","jsxImportSource":"preact","target":"ES2022"}}`,
		Metafile:          true,
		Write:             true,
		LogLevel:          api.LogLevelWarning,
	}
}

// build runs the bundler and adds its report to all.
func build(options api.BuildOptions, all *metafile) error {
	if len(options.EntryPoints) == 0 {
		return nil
	}
	result := api.Build(options)
	if len(result.Errors) > 0 {
		return errors.New("esbuild refused the sources")
	}
	// Decoding into the same maps adds to them.
	return json.Unmarshal([]byte(result.Metafile), all)
}

// checkImports refuses a script that loads an entry: the entry's address carries a hash that no bundle can know.
func checkImports(meta metafile) error {
	for name, out := range meta.Outputs {
		for _, imported := range out.Imports {
			if target := meta.Outputs[imported.Path]; target.EntryPoint != "" && strings.HasPrefix(target.EntryPoint, "web/src/") && path.Dir(imported.Path) == "web/dist" {
				return fmt.Errorf("%s loads the entry %s: move what they share into a folder of web/src", name, target.EntryPoint)
			}
		}
	}
	return nil
}

// writeLicences collects the licence of every npm package that went into the bundle.
func writeLicences(meta metafile) error {
	packages := map[string]bool{"lucide-static": true}
	for input := range meta.Inputs {
		if _, inside, ok := strings.Cut(input, "web/node_modules/"); ok {
			parts := strings.SplitN(inside, "/", 3)
			name := parts[0]
			if strings.HasPrefix(name, "@") {
				name += "/" + parts[1]
			}
			packages[name] = true
		}
	}
	names := make([]string, 0, len(packages))
	for name := range packages {
		names = append(names, name)
	}
	sort.Strings(names)
	var text strings.Builder
	text.WriteString("Maillage's pages include the following works.\n")
	for _, name := range names {
		licence, err := licenceOf(filepath.Join("web/node_modules", name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "\n\n=== %s ===\n\n%s\n", name, strings.TrimSpace(licence))
	}
	return os.WriteFile("web/dist/licences.txt", []byte(text.String()), 0o644)
}

func licenceOf(dir string) (string, error) {
	for _, pattern := range []string{"LICEN[SC]E*", "licen[sc]e*", "COPYING*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return "", err
		}
		if len(found) > 0 {
			text, err := os.ReadFile(found[0])
			return strings.ReplaceAll(string(text), "\r\n", "\n"), err
		}
	}
	raw, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		return "", err
	}
	var about struct{ Name, Version, License, Homepage string }
	if err := json.Unmarshal(raw, &about); err != nil {
		return "", err
	}
	if about.License == "" {
		return "", fmt.Errorf("%s says nothing of its licence", dir)
	}
	return fmt.Sprintf("%s %s, under the licence %s. %s", about.Name, about.Version, about.License, about.Homepage), nil
}
