package app

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"maillage/internal/accounts"
	"maillage/internal/atlas"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/sheets"
)

//go:embed openapi.yaml
var openAPIText []byte

// openAPI is the description of what programs may ask, as JSON values. The columns of a commune come from the dictionary.
var openAPI = sync.OnceValues(func() (map[string]any, error) {
	var doc map[string]any
	if err := yaml.Unmarshal(openAPIText, &doc); err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	text, err := json.Marshal(doc)
	if err == nil {
		doc = nil
		err = json.Unmarshal(text, &doc)
	}
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	properties, required := map[string]any{}, []any{}
	kinds := map[sheets.Kind]any{sheets.Text: "string", sheets.Int: "integer", sheets.Decimal: []any{"number", "null"}, sheets.Bool: "boolean", sheets.Date: []any{"string", "null"}}
	for _, c := range atlas.Columns {
		properties[c.Key] = map[string]any{"type": kinds[c.Kind], "title": c.Name.FR, "description": strings.TrimSpace(c.Doc.FR + " " + c.Unit.FR)}
		required = append(required, c.Key)
	}
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	schemas["Commune"] = map[string]any{"type": "object", "required": required, "properties": properties}
	return doc, nil
})

// operation is one line of the description.
type operation struct {
	Method, Path, ID, Summary string
	Tag                       string
	Parameters                []parameter
	Types                     []string // media types of the answer
}

// names lists the parameters.
func (o operation) names() string {
	var all []string
	for _, p := range o.Parameters {
		all = append(all, p.Name)
	}
	return strings.Join(all, ", ")
}

type parameter struct{ Name, In, Description string }

type describedTag struct {
	Name, Description string
	Operations        []operation
}

// described lists the operations by tag, in the order of their paths.
func described(doc map[string]any) []describedTag {
	var tags []describedTag
	for _, t := range list(doc["tags"]) {
		tags = append(tags, describedTag{Name: words(t["name"]), Description: words(t["description"])})
	}
	paths, _ := doc["paths"].(map[string]any)
	for path, item := range paths {
		methods, _ := item.(map[string]any)
		shared := list(methods["parameters"])
		for method, value := range methods {
			op, ok := value.(map[string]any)
			if !ok {
				continue
			}
			o := operation{Method: strings.ToUpper(method), Path: path, ID: words(op["operationId"]), Summary: words(op["summary"])}
			if names, _ := op["tags"].([]any); len(names) > 0 {
				o.Tag = words(names[0])
			}
			for _, p := range append(slices.Clone(shared), list(op["parameters"])...) {
				p = resolve(doc, p)
				o.Parameters = append(o.Parameters, parameter{words(p["name"]), words(p["in"]), words(p["description"])})
			}
			responses, _ := op["responses"].(map[string]any)
			good, _ := responses["200"].(map[string]any)
			content, _ := good["content"].(map[string]any)
			o.Types = slices.Sorted(maps.Keys(content))
			if i := slices.IndexFunc(tags, func(t describedTag) bool { return t.Name == o.Tag }); i >= 0 {
				tags[i].Operations = append(tags[i].Operations, o)
			}
		}
	}
	for _, t := range tags {
		slices.SortFunc(t.Operations, func(a, b operation) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
	}
	return tags
}

func words(v any) string {
	s, _ := v.(string)
	return s
}

func list(v any) []map[string]any {
	values, _ := v.([]any)
	var all []map[string]any
	for _, one := range values {
		if m, ok := one.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}

// resolve follows a reference inside the description.
func resolve(doc, at map[string]any) map[string]any {
	name, ok := at["$ref"].(string)
	if !ok {
		return at
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(name, "#/"), "/") {
		doc, _ = doc[part].(map[string]any)
	}
	return doc
}

func openAPIRoutes() []httpx.Route {
	return []httpx.Route{
		{Method: http.MethodGet, Path: "/api", Permission: permSite, Handler: apiPage},
		{Method: http.MethodGet, Path: "/api/openapi.json", Permission: permSite, Handler: func(w http.ResponseWriter, r *http.Request) error {
			doc, err := openAPIIn(i18n.Of(r.Context()))
			if err != nil {
				return err
			}
			return httpx.JSON(w, http.StatusOK, doc)
		}},
	}
}

// apiPage shows the description.
func apiPage(w http.ResponseWriter, r *http.Request) error {
	doc, err := openAPIIn(i18n.Of(r.Context()))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, apiView(described(doc)))
}

// openRoutes opens to other sites what the description calls open data, as everybody gets it: somebody who is signed in may get more.
func openRoutes(routes []httpx.Route) ([]httpx.Route, error) {
	doc, err := openAPI()
	if err != nil {
		return nil, err
	}
	open := map[string]bool{}
	for _, t := range described(doc) {
		for _, o := range t.Operations {
			open[o.Method+" "+o.Path] = t.Name == "ouvert"
		}
	}
	for i, r := range routes {
		if open[r.Method+" "+r.Path] {
			routes[i].Handler = openToAll(r.Handler)
		}
	}
	return routes, nil
}

func openToAll(h httpx.Handler) httpx.Handler {
	open := httpx.Open(h)
	return func(w http.ResponseWriter, r *http.Request) error {
		if accounts.FromContext(r.Context()).Anonymous() {
			return open(w, r)
		}
		return h(w, r)
	}
}
