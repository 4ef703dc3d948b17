package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/calls"
	callsweb "maillage/internal/calls/web"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures"
	"maillage/internal/structures/identifier"
	"maillage/internal/territory"
)

// prefill says what is already known of a place and a structure, so that nobody types it again. The place is a code, or a name that
// only one commune answers to.
func (a *App) prefill(ctx context.Context, place, structure string) calls.Answers {
	known := calls.Answers{}
	if structure != "" {
		if st, err := a.structures.Get(ctx, accounts.Actor{}, structure); err == nil {
			a.ofStructure(ctx, st, known)
			if place == "" {
				place = st.Commune
			}
		} else {
			known[calls.AnswerStructure] = structure
		}
	}
	if code := a.communeOf(place); code != "" {
		a.ofCommune(ctx, code, known)
	}
	return known
}

// communeOf reads a code, or the name of one commune, the region's first.
func (a *App) communeOf(typed string) string {
	france, typed := territory.Embedded(), strings.TrimSpace(typed)
	if _, ok := france.Commune(typed); ok {
		return typed
	}
	for _, region := range []string{a.cfg.Region, ""} {
		found := france.Search(typed, region, 2)
		if len(found) == 1 || len(found) > 1 && strings.EqualFold(found[0].Name, typed) && !strings.EqualFold(found[1].Name, typed) {
			return found[0].Code
		}
	}
	return ""
}

func (a *App) ofStructure(ctx context.Context, st structures.Structure, known calls.Answers) {
	known[calls.AnswerStructure], known["structure_name"] = st.ID, st.Name
	file, err := a.structures.File(ctx, accounts.Actor{}, st.ID)
	if err != nil {
		return // the name is enough: the author types the rest
	}
	for _, n := range file.Identifiers {
		switch {
		case n.To != "":
		case n.Scheme == identifier.SIRET:
			known["siret"] = n.Value
		case n.Scheme == identifier.FINESS:
			known["finess"] = n.Value
		}
	}
}

// ofCommune writes the diagnosis of a commune from the agency's own data: people, zone, access to care, structures that are there.
func (a *App) ofCommune(ctx context.Context, code string, known calls.Answers) {
	place, err := callPlaces{a.atlas}.Place(ctx, code, time.Time{})
	if err != nil {
		return // nothing known: the author types it
	}
	c, _ := territory.Embedded().Commune(code)
	known[calls.AnswerCommune] = code
	parts := []string{fmt.Sprintf("%s (%s) : %s habitants.", place.Name, code, i18n.Int(ctx, c.Population))}
	if place.Zone != "" {
		since := ""
		if day, err := time.Parse(time.DateOnly, place.ZoneFrom); err == nil {
			since = ", depuis le " + i18n.Date(ctx, day)
		}
		parts = append(parts, "Zone : "+place.Zone+since+".")
	}
	if place.APL > 0 {
		parts = append(parts, "Accessibilité aux médecins généralistes de 65 ans et moins : "+i18n.Dec(ctx, place.APL, 1)+" consultations par an et par habitant.")
	}
	if len(place.QPV) > 0 {
		parts = append(parts, fmt.Sprintf("Quartiers prioritaires : %s.", strings.Join(place.QPV, ", ")))
	}
	if near := a.structuresIn(ctx, code); near != "" {
		parts = append(parts, "Structures dans la commune : "+near+".")
	}
	if len(place.Notes) > 0 {
		parts = append(parts, "("+strings.Join(place.Notes, " ; ")+")")
	}
	known["diagnosis"] = strings.Join(parts, "\n")
}

func (a *App) structuresIn(ctx context.Context, code string) string {
	const most = 8
	found, total, err := a.structures.List(ctx, accounts.Actor{}, structures.Filter{Commune: code, Limit: most})
	if err != nil || total == 0 {
		return ""
	}
	var names []string
	for _, st := range found {
		names = append(names, st.Name+" ("+st.Kind.Label().FR+")")
	}
	if total > most {
		names = append(names, fmt.Sprintf("et %d autres", total-most))
	}
	return strings.Join(names, ", ")
}

// lookup finds what stands behind what was typed in a field: a commune by its name, a structure by its name or its number.
func (a *App) lookup(ctx context.Context, kind calls.Kind, typed string) (callsweb.Known, error) {
	typed = strings.TrimSpace(typed)
	if kind == calls.KindCommune {
		return a.lookupCommune(ctx, typed), nil
	}
	if kind == calls.KindRPPS {
		return a.lookupRPPS(ctx, typed)
	}
	scheme, numbered := map[calls.Kind]identifier.Scheme{calls.KindFINESS: identifier.FINESS, calls.KindSIRET: identifier.SIRET}[kind]
	if numbered {
		st, err := a.structures.ByNumber(ctx, scheme, typed)
		if fault.Is(err, fault.KindNotFound) {
			return callsweb.Known{}, nil
		}
		known := calls.Answers{}
		if err == nil {
			a.ofStructure(ctx, st, known)
			a.ofCommune(ctx, st.Commune, known)
		}
		return callsweb.Known{Fill: known}, err
	}
	const most = 8
	if typed == "" {
		return callsweb.Known{}, nil
	}
	if st, err := a.structures.Get(ctx, accounts.Actor{}, typed); err == nil {
		known := calls.Answers{}
		a.ofStructure(ctx, st, known)
		a.ofCommune(ctx, st.Commune, known)
		return callsweb.Known{Fill: known}, nil
	}
	found, _, err := a.structures.List(ctx, accounts.Actor{}, structures.Filter{Text: typed, Limit: most})
	var choose []callsweb.Choice
	for _, st := range found {
		label := st.Name + " — " + st.Kind.Label().Ctx(ctx)
		if c, ok := territory.Embedded().Commune(st.Commune); ok {
			label += ", " + c.Name
		}
		choose = append(choose, callsweb.Choice{Value: st.ID, Label: label})
	}
	return callsweb.Known{Choose: choose}, err
}

// lookupRPPS says whether a number is well formed and, to who may see them, whose it is. The imported supply holds counts, no numbers.
func (a *App) lookupRPPS(ctx context.Context, typed string) (callsweb.Known, error) {
	n, err := identifier.Parse(identifier.RPPS, typed)
	if refusal := (*identifier.Refusal)(nil); errors.As(err, &refusal) {
		return callsweb.Known{Said: refusal.Text}, nil
	}
	doubt := n.Warning
	m, st, err := a.structures.MemberByRPPS(ctx, accounts.FromContext(ctx), n.Value)
	switch {
	case fault.Is(err, fault.KindNotFound) && !doubt.Empty():
		return callsweb.Known{Said: doubt}, nil
	case fault.Is(err, fault.KindNotFound):
		return callsweb.Known{Said: i18n.Text{FR: "Numéro bien formé, sa clé est juste. Aucune structure dont vous voyez les membres ne le connaît : il est gardé comme vous l’avez écrit.",
			EN: "Well formed, its key matches. No structure whose members you see knows it: it is kept as you wrote it."}}, nil
	case err != nil:
		return callsweb.Known{}, err
	}
	profession, _ := structures.ProfessionByID(m.Profession)
	return callsweb.Known{Said: i18n.Text{FR: "Connu : " + m.Name + ", " + profession.Label.FR + " (" + st.Name + "). " + doubt.FR, EN: "Known: " + m.Name + ", " + profession.Label.EN + " (" + st.Name + "). " + doubt.EN}}, nil
}

func (a *App) lookupCommune(ctx context.Context, typed string) callsweb.Known {
	if code := a.communeOf(typed); code != "" {
		known := calls.Answers{}
		a.ofCommune(ctx, code, known)
		known[calls.AnswerCommune] = code
		return callsweb.Known{Fill: known}
	}
	const most = 8
	found := territory.Embedded().Search(typed, a.cfg.Region, most)
	if len(found) == 0 {
		found = territory.Embedded().Search(typed, "", most)
	}
	var choose []callsweb.Choice
	for _, c := range found {
		choose = append(choose, callsweb.Choice{Value: c.Code, Label: c.Name + " (" + c.Code + ")"})
	}
	return callsweb.Known{Choose: choose}
}

// officers lists who may instruct, with where.
func (a *App) officers(ctx context.Context) ([]calls.Officer, error) {
	people, err := a.accounts.Holding(ctx, accounts.RoleOfficer)
	if err != nil {
		return nil, err
	}
	var all []calls.Officer
	for _, p := range people {
		o := calls.Officer{ID: p.ID, Name: p.Name}
		for _, g := range p.Grants {
			if g.Role == accounts.RoleOfficer {
				o.Scopes = append(o.Scopes, accounts.Scope{Region: g.Region, Departement: g.Departement})
			}
		}
		all = append(all, o)
	}
	return slices.Clip(all), nil
}

// agency is who signs letters.
func agency(region string) string {
	if r, ok := territory.Embedded().Region(region); ok {
		return "Agence régionale de santé " + r.Name
	}
	return "Agence régionale de santé"
}

// communeName is how people read the code of a commune.
func communeName(code string) string {
	c, ok := territory.Embedded().Commune(code)
	if !ok {
		return code
	}
	return c.Name + " (" + code + ")"
}

// knownStructures gives dossiers the structures and what these gave once.
type knownStructures struct{ structures *structures.Service }

// Named gives the name of a structure.
func (k knownStructures) Named(ctx context.Context, id string) (string, error) {
	st, err := k.structures.Get(ctx, accounts.Actor{}, id)
	return st.Name, err
}

// Papers lists the documents that the actor may read, those whose day passed too.
func (k knownStructures) Papers(ctx context.Context, actor accounts.Actor, structure string) ([]calls.Paper, error) {
	all, err := k.structures.Documents(ctx, actor, structure, "0001-01-01")
	papers := make([]calls.Paper, 0, len(all))
	for _, d := range all {
		kind, _ := structures.DocumentKindByID(d.Kind)
		papers = append(papers, calls.Paper{ID: d.ID, Name: d.FileName, Label: kind.Label, Expires: string(d.Expires)})
	}
	return papers, err
}

// OpenPaper opens a document; the reading is recorded there.
func (k knownStructures) OpenPaper(ctx context.Context, actor accounts.Actor, id string) (io.ReadCloser, error) {
	_, content, err := k.structures.OpenDocument(ctx, actor, id)
	return content, err
}
