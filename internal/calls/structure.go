package calls

import (
	"context"
	"io"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Structures tells what is known of structures: app hands it over.
type Structures interface {
	Named(ctx context.Context, id string) (string, error) // fault.KindNotFound for an unknown one
	// Papers lists the documents of a structure that the actor may read, whether they still hold or not.
	Papers(ctx context.Context, actor accounts.Actor, structure string) ([]Paper, error)
	OpenPaper(ctx context.Context, actor accounts.Actor, id string) (io.ReadCloser, error)
}

// Paper is a document that a structure gave once, for all its dossiers.
type Paper struct {
	ID, Name string
	Label    i18n.Text
	Expires  string // 2026-11-22; "" for what has no end
}

// Expired tells whether the paper no longer holds on a day.
func (p Paper) Expired(on clock.Day) bool { return p.Expires != "" && p.Expires < string(on) }

// AnswerCreation is ticked "yes" when the structure does not exist yet.
const AnswerCreation = "in_creation"

// WithStructures lets dossiers know the structures that they name.
func (s *Service) WithStructures(x Structures) *Service {
	s.structures = x
	return s
}

// speaksFor tells whether an actor may speak for a structure: an applicant of its own.
func speaksFor(actor accounts.Actor, structure string) bool {
	for _, g := range actor.Grants {
		if g.Role == accounts.RoleApplicant && g.Structure == structure && structure != "" {
			return true
		}
	}
	return false
}

// StructureName names the structure of a dossier; "" for none, and for one that nobody knows.
func (s *Service) StructureName(ctx context.Context, id string) (string, error) {
	if id == "" || s.structures == nil {
		return "", nil
	}
	name, err := s.structures.Named(ctx, id)
	if fault.Is(err, fault.KindNotFound) {
		return "", nil
	}
	return name, err
}

// structureKnown refuses a structure that was typed and that nobody knows: what is deducted and barred would be counted on nobody.
func (s *Service) structureKnown(ctx context.Context, form Form, d *Dossier, missing fault.Fields) error {
	if _, asks := form.Find(AnswerStructure); !asks || d.Structure == "" || s.structures == nil {
		return nil
	}
	name, err := s.StructureName(ctx, d.Structure)
	if err == nil && name == "" {
		missing.Add(AnswerStructure, "Aucune structure n’est connue sous ce nom ou ce numéro : cherchez-la, ou videz ce champ et dites qu’elle est en création.",
			"No structure is known under this name or number: look it up, or empty this field and say that it is being created.")
	}
	return err
}

// settledStructure refuses to conclude while nobody confirmed which structure asks (invariants 3 and 10 count on it).
func settledStructure(d *Dossier) error {
	if d.StructureConfirmed {
		return nil
	}
	return fault.Refused("structure-claim", "Confirmez d’abord quelle structure demande, ou dites qu’elle est en création : le cumul des aides, et la déduction de l’étude déjà aidée, se comptent sur elle.",
		"First confirm which structure asks, or say that it is being created: what cannot be held together, and the deduction of the study already aided, count on it.")
}

// ConfirmStructure says which structure asks, as the instructor checked it; "" when it is being created. What bars or is deducted is
// counted again.
func (s *Service) ConfirmStructure(ctx context.Context, actor accounts.Actor, id, structure string) error {
	r := Reader{Actor: actor}
	name := ""
	if structure = strings.TrimSpace(structure); structure != "" {
		var err error
		if name, err = s.StructureName(ctx, structure); err != nil {
			return err
		}
		if name == "" && s.structures != nil {
			wrong := fault.Fields{}
			wrong.Add("structure", "Aucune structure n’est connue sous ce nom ou ce numéro.", "No structure is known under this name or number.")
			return wrong.Err()
		}
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		d, _, err := s.open(ctx, tx, r, id, accounts.RoleOfficer)
		if err != nil {
			return err
		}
		if !d.Processed() {
			return fault.Refused("structure-claim", "Ce dossier n’est plus à l’instruction : sa structure ne change plus.", "This application is no longer being processed: its structure changes no more.")
		}
		c, err := getCall(ctx, tx, d.CallID)
		if err != nil {
			return err
		}
		d.Structure, d.StructureConfirmed = structure, true
		if err := exclusive(ctx, tx, d, c); err != nil {
			return err
		}
		if d.Deducted, err = deduction(ctx, tx, d); err != nil {
			return err
		}
		if err := updateDossier(ctx, tx, d, s.now()); err != nil {
			return err
		}
		text := "Structure confirmée : " + name
		if structure == "" {
			text = "Structure en création, ou inconnue de l’Agence"
		}
		return s.record(ctx, tx, r, "calls.dossier.structure", "calls.dossier", id, text, "", map[string]string{"structure": structure})
	})
}

// Processed tells whether the agency is at work on the dossier, before any decision.
func (d *Dossier) Processed() bool {
	for _, state := range []lifecycle.State{Filed, ToComplete, Admissible, Postponed} {
		if d.State == state {
			return true
		}
	}
	return false
}

// Papers lists what the structure of a dossier already gave, for whoever may read it there.
func (s *Service) Papers(ctx context.Context, r Reader, d *Dossier) ([]Paper, error) {
	if s.structures == nil || d.Structure == "" {
		return nil, nil
	}
	all, err := s.structures.Papers(ctx, r.Actor, d.Structure)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return all, err
}

// UsePaper attaches a document of the structure to a dossier, unless its day has passed.
func (s *Service) UsePaper(ctx context.Context, r Reader, id, field, paper string) error {
	d, _, err := s.open(ctx, s.db, r, id, accounts.RoleApplicant)
	if err != nil {
		return err
	}
	all, err := s.Papers(ctx, r, d)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.ID != paper {
			continue
		}
		if p.Expired(clock.DayOf(s.now())) {
			return expiredPaper(p)
		}
		content, err := s.structures.OpenPaper(ctx, r.Actor, p.ID)
		if err != nil {
			return err
		}
		defer func() { _ = content.Close() }()
		_, err = s.keep(ctx, r, d, &Document{Field: field, Name: p.Name, Expires: p.Expires}, "Document repris de la structure", content)
		return err
	}
	return fault.NotFound("Ce document n’est plus dans votre structure.", "This document is no longer in your structure.")
}

func expiredPaper(p Paper) error {
	on := clock.Day(p.Expires).Time()
	wrong := fault.Fields{}
	wrong.Add("paper", "Ce document n’est plus valable depuis le "+i18n.Date(context.Background(), on)+" : il n’a pas été joint. Joignez-en un à jour.",
		"This document expired on "+i18n.Date(i18n.With(context.Background(), i18n.EN), on)+": it was not attached. Attach an up-to-date one.")
	return wrong.Err()
}

// tighter is the lower of two limits in cents, of which 0 is none.
func tighter(a, b int64) int64 {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// withinCap refuses a proposal over what the rule of the day of filing leaves, once what the structure received since is deducted.
func (s *Service) withinCap(ctx context.Context, q db.Queryer, d *Dossier, proposed int64, wrong fault.Fields) error {
	if d.Frozen.V == nil {
		return nil
	}
	c, err := getCall(ctx, q, d.CallID)
	if err != nil {
		return err
	}
	_, limit, err := s.rules.Of(ctx, d.Programme, d.Frozen.V.Zone, d.Frozen.V.At)
	if limit = tighter(limit, c.Cap); err != nil || limit == 0 {
		return err
	}
	if d.Deducted, err = deduction(ctx, q, d); err != nil {
		return err
	}
	if left := max(0, limit-d.Deducted); proposed > left {
		wrong.Add("proposed", "Le plafond de cette aide est de "+i18n.Euro(ctx, limit)+deducted(ctx, d.Deducted)+" : proposez "+i18n.Euro(ctx, left)+" au plus.",
			"The cap of this aid is "+i18n.Euro(ctx, limit)+", less what was already granted: propose "+i18n.Euro(ctx, left)+" at most.")
	}
	return nil
}
