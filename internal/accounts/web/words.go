package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/platform/i18n"
	"maillage/internal/ui"
)

const demoPassword = accounts.DemoPassword

func passwordHint(ctx context.Context) string {
	return i18n.T(ctx, "Douze caractères au moins. Quelques mots sans rapport entre eux conviennent très bien.",
		"At least twelve characters. A few unrelated words do very well.")
}

// passkeyScripts names the island of passkeys, where they work.
func passkeyScripts(work bool) []string {
	if work {
		return []string{"passkeys.js"}
	}
	return nil
}

// places knows the names of where roles hold.
type places struct {
	organisations []accounts.Organisation
	departement   func(code string) string
}

// of says where a grant holds: its structure, else its département, else its region.
func (k places) of(ctx context.Context, g accounts.Grant) string {
	switch {
	case g.Structure != "":
		for _, o := range k.organisations {
			if o.ID == g.Structure {
				return o.Name
			}
		}
		return g.Structure
	case g.Departement != "":
		return k.departementName(g.Departement)
	case g.Region != "":
		return accounts.RegionName(g.Region)
	default:
		return i18n.T(ctx, "partout", "everywhere")
	}
}

// departementName is "Essonne (91)", or the bare code when nobody told the names.
func (k places) departementName(code string) string {
	if k.departement == nil || k.departement(code) == "" {
		return code
	}
	return k.departement(code) + " (" + code + ")"
}

// heldRole is a role with every place where it holds.
type heldRole struct{ Name, Where string }

// held groups grants by role: one line each, places in order.
func (k places) held(ctx context.Context, grants []accounts.Grant) []heldRole {
	var list []heldRole
	for _, r := range accounts.Roles {
		var where []string
		for _, g := range grants {
			if g.Role == r {
				where = append(where, k.of(ctx, g))
			}
		}
		if len(where) > 0 {
			list = append(list, heldRole{r.Name().Ctx(ctx), strings.Join(where, ", ")})
		}
	}
	return list
}

// stateTone colours the state of an account.
func stateTone(s accounts.State) string {
	return map[accounts.State]string{accounts.StateInvited: "info", accounts.StateActive: "good", accounts.StateDisabled: "late"}[s]
}

func langOptions() []ui.Option {
	return []ui.Option{{Value: string(i18n.FR), Label: "Français"}, {Value: string(i18n.EN), Label: "English"}}
}

func deviceName(ctx context.Context, label string) string {
	if label == "" {
		return i18n.T(ctx, "Appareil inconnu", "Unknown device")
	}
	return label
}

func viewBox(size int) string { return "0 0 " + strconv.Itoa(size) + " " + strconv.Itoa(size) }

func roleOptions(ctx context.Context, none string) []ui.Option {
	options := []ui.Option{{Label: none}}
	for _, r := range accounts.Roles {
		options = append(options, ui.Option{Value: string(r), Label: r.Name().Ctx(ctx)})
	}
	return options
}

func stateOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: i18n.T(ctx, "Tous", "All")}}
	for _, s := range []accounts.State{accounts.StateActive, accounts.StateInvited, accounts.StateDisabled} {
		options = append(options, ui.Option{Value: string(s), Label: s.Name().Ctx(ctx)})
	}
	return options
}

func regionOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: i18n.T(ctx, "Toutes", "All")}}
	for _, r := range accounts.Regions {
		options = append(options, ui.Option{Value: r.Code, Label: r.Name})
	}
	return options
}

func (k places) departementOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: i18n.T(ctx, "Tous", "All")}}
	for _, r := range accounts.Regions {
		for _, d := range r.Departements {
			options = append(options, ui.Option{Value: d, Label: k.departementName(d)})
		}
	}
	slices.SortFunc(options[1:], func(a, b ui.Option) int { return strings.Compare(a.Value, b.Value) })
	return options
}

func (k places) organisationOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: i18n.T(ctx, "Aucune", "None")}}
	for _, o := range k.organisations {
		options = append(options, ui.Option{Value: o.ID, Label: o.Name})
	}
	return options
}

const spareRows = 2

// withSpareRows adds empty rows to fill in, without a script.
func withSpareRows(grants []accounts.Grant) []accounts.Grant {
	rows := append(slices.Clone(grants), make([]accounts.Grant, spareRows)...)
	return rows[:min(len(rows), maxGrants)]
}

func personPath(p accounts.Person, rest string) templ.SafeURL {
	return templ.SafeURL("/administration/comptes/" + p.ID + rest)
}

// events tells the record of a person, newest first.
func events(ctx context.Context, records []audit.Record) []ui.Event {
	list := make([]ui.Event, len(records))
	for i, e := range records {
		list[i] = ui.Event{When: i18n.DateTime(ctx, e.At), Title: e.Text, Who: e.Actor.Name, Note: strings.Join(details(ctx, e.Details), " · ")}
	}
	return list
}

func kindOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Label: i18n.T(ctx, "À choisir", "Choose")}}
	for _, k := range accounts.OrganisationKinds {
		options = append(options, ui.Option{Value: k.Code, Label: k.Name.Ctx(ctx)})
	}
	return options
}
