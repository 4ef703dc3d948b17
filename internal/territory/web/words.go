package web

import (
	"context"
	"time"

	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
	"maillage/internal/ui"
)

func stateTone(s territory.State) string {
	return map[territory.State]string{territory.Active: "good", territory.RolledBack: "warn"}[s]
}

// period is when a version holds: "à partir du 25 mars 2022", "du … au …".
func period(ctx context.Context, v territory.Dataset) string {
	if v.ValidTo == nil {
		return i18n.Tf(ctx, "à partir du %s", "from %s", i18n.Date(ctx, v.ValidFrom))
	}
	return i18n.Tf(ctx, "du %s au %s", "from %s to %s", i18n.Date(ctx, v.ValidFrom), i18n.Date(ctx, v.ValidTo.Add(-time.Hour)))
}

// collectionLead says what was asked, and by whom.
func collectionLead(ctx context.Context, c territory.Collection) string {
	r := c.Request.V
	region, _ := territory.Embedded().Region(r.Region)
	return i18n.Tf(ctx, "%s, à moins de %s km ; demandés par %s le %s.", "%s, within %s km; asked by %s on %s.",
		region.Name, i18n.Int(ctx, r.Km), c.AskedBy.V.Name, i18n.DateTime(ctx, c.AskedAt))
}

// collectionWords say where a collection stands.
func collectionWords(ctx context.Context, c territory.Collection) string {
	if c.State == territory.Stopped {
		return i18n.T(ctx, "arrêtée, à reprendre", "stopped, to resume")
	}
	return i18n.Tf(ctx, "%s communes sur %s", "%s municipalities of %s", i18n.Int(ctx, c.Done), i18n.Int(ctx, c.All()))
}

// size writes a number of bytes.
func size(ctx context.Context, n int64) string {
	switch {
	case n < 1000:
		return i18n.N(ctx, n, "%s octet", "%s octets", "%s byte", "%s bytes")
	case n < 1_000_000:
		return i18n.Tf(ctx, "%s ko", "%s kB", i18n.Dec(ctx, float64(n)/1000, 0))
	}
	return i18n.Tf(ctx, "%s Mo", "%s MB", i18n.Dec(ctx, float64(n)/1e6, 1))
}

// origin says in a few words what is in force.
func origin(ctx context.Context, o territory.Origin) string {
	text := o.Label.Ctx(ctx)
	if o.Vintage != "" {
		text += i18n.Tf(ctx, " (millésime %s)", " (vintage %s)", o.Vintage)
	}
	return text
}

// counts are the four figures of a comparison.
func counts(ctx context.Context, r intake.Report) []ui.StatProps {
	return []ui.StatProps{
		{Value: i18n.Int(ctx, r.Added), Label: i18n.T(ctx, "ajoutées", "added")},
		{Value: i18n.Int(ctx, r.Changed), Label: i18n.T(ctx, "modifiées", "changed")},
		{Value: i18n.Int(ctx, r.Removed), Label: i18n.T(ctx, "retirées", "removed")},
		{Value: i18n.Int(ctx, r.Same), Label: i18n.T(ctx, "inchangées", "unchanged")},
		{Value: i18n.Int(ctx, r.RejectedCount), Label: i18n.T(ctx, "refusées", "rejected")},
	}
}

// keyList is a few keys of a comparison, with its title.
type keyList struct {
	Title string
	Keys  []string
	Total int
}

func keyLists(ctx context.Context, r intake.Report) []keyList {
	all := []keyList{
		{i18n.T(ctx, "Ajoutées", "Added"), r.AddedKeys, r.Added},
		{i18n.T(ctx, "Modifiées", "Changed"), r.ChangedKeys, r.Changed},
		{i18n.T(ctx, "Retirées", "Removed"), r.RemovedKeys, r.Removed},
	}
	var some []keyList
	for _, l := range all {
		if len(l.Keys) > 0 {
			some = append(some, l)
		}
	}
	return some
}

func stateWords(ctx context.Context, u territory.Upload) string {
	if u.State == territory.UploadRead && u.Report.V.Refused() {
		return i18n.T(ctx, "Refusé : à corriger", "Refused: to be corrected")
	}
	return map[territory.UploadState]i18n.Text{
		territory.UploadWaiting:   {FR: "En attente de lecture", EN: "Waiting to be read"},
		territory.UploadReading:   {FR: "Lecture en cours", EN: "Being read"},
		territory.UploadRead:      {FR: "Lu : à confirmer", EN: "Read: to be confirmed"},
		territory.UploadImporting: {FR: "Importation en cours", EN: "Being imported"},
		territory.UploadImported:  {FR: "Importé", EN: "Imported"},
		territory.UploadFailed:    {FR: "Échec", EN: "Failed"},
	}[u.State].Ctx(ctx)
}

func uploadLead(ctx context.Context, u territory.Upload) string {
	kind, _ := intake.Describe(u.Command.V.Kind)
	return i18n.Tf(ctx, "%s, à partir du %s", "%s, from %s", kind.Name.Ctx(ctx), i18n.Date(ctx, u.Command.V.ValidFrom))
}

// fact is one line about a version.
type fact struct{ Label, Value string }

func facts(ctx context.Context, v territory.Dataset) []fact {
	kind, _ := intake.Describe(v.Kind)
	all := []fact{
		{i18n.T(ctx, "Nature", "Kind"), kind.Name.Ctx(ctx)},
		{i18n.T(ctx, "Arrêté", "Decree"), v.Decree},
		{i18n.T(ctx, "Source", "Source"), v.Source},
		{i18n.T(ctx, "Licence", "Licence"), v.Licence},
		{i18n.T(ctx, "Millésime", "Vintage"), v.Vintage},
		{i18n.T(ctx, "Lignes", "Rows"), i18n.Int(ctx, v.Rows)},
		{i18n.T(ctx, "Importée par", "Imported by"), v.ImportedByName + ", " + i18n.DateTime(ctx, v.ImportedAt)},
	}
	if v.EndedAt != nil {
		ended := v.EndedByName + ", " + i18n.DateTime(ctx, *v.EndedAt)
		if v.EndedReason != "" {
			ended += i18n.Tf(ctx, " : « %s »", ": “%s”", v.EndedReason)
		}
		all = append(all, fact{v.State.Name().Ctx(ctx), ended})
	}
	var known []fact
	for _, f := range all {
		if f.Value != "" {
			known = append(known, f)
		}
	}
	return known
}

// short is the beginning of a hash: enough to compare by eye.
func short(sum string) string {
	if len(sum) > 16 {
		return sum[:16] + "…"
	}
	return sum
}
