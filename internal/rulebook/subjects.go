package rulebook

import (
	"context"

	"maillage/internal/platform/i18n"
	"maillage/internal/structures"
)

// StructureSubjects gives structures to the simulator.
type StructureSubjects struct{ Structures *structures.Service }

// Subjects lists the structures of a region that exist.
func (s StructureSubjects) Subjects(ctx context.Context, region string) ([]Subject, error) {
	points, err := s.Structures.Points(ctx, region)
	if err != nil {
		return nil, err
	}
	who, _ := FactByID("who")
	var subjects []Subject
	for _, p := range points {
		if _, ok := who.Choice(string(p.Kind)); ok {
			subjects = append(subjects, Subject{Kind: "structure", ID: p.ID, Label: i18n.Text{FR: p.Name, EN: p.Name}, Href: "/structures/" + p.ID, Commune: p.Commune, Who: string(p.Kind)})
		}
	}
	return subjects, nil
}
