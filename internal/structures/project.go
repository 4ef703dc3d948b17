package structures

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Project is something that a structure sets out to do: a health project, walls, an extension. Dossiers are the applications that ask
// for help with it, by their identifiers in the room of calls.
type Project struct {
	ID          string            `db:"id"`
	StructureID string            `db:"structure_id"`
	Kind        string            `db:"kind"`
	Title       string            `db:"title"`
	About       string            `db:"about"`
	State       lifecycle.State   `db:"state"`
	Since       Day               `db:"since"`
	Expected    Day               `db:"expected_on"` // "" when nobody says
	Dossiers    db.JSON[[]string] `db:"dossiers"`
	CreatedAt   time.Time         `db:"created_at"`
}

// StateLabel is how people read the state.
func (p Project) StateLabel() i18n.Text { return ProjectLife.Label(p.State) }

// Late tells whether the project should have ended.
func (p Project) Late(on Day) bool {
	return p.Expected != "" && p.Expected < on && !ProjectLife.State(p.State).Terminal
}

// ProjectKind is what a project is about.
type ProjectKind struct {
	ID    string
	Label i18n.Text
}

// ProjectKinds lists the kinds.
var ProjectKinds = []ProjectKind{
	{"health_project", t("Projet de santé", "Health project")},
	{"walls", t("Murs : création, rénovation, réhabilitation", "Walls: creation, renovation, rehabilitation")},
	{"extension", t("Extension ou nouveau site", "Extension or new site")},
	{"recruitment", t("Recrutement", "Recruitment")},
	{"coordination", t("Coordination et système d’information", "Coordination and information system")},
	{"equipment", t("Équipement", "Equipment")},
	{"other", t("Autre projet", "Another project")},
}

// ProjectKindByID finds a kind.
func ProjectKindByID(id string) (ProjectKind, bool) {
	if i := slices.IndexFunc(ProjectKinds, func(k ProjectKind) bool { return k.ID == id }); i >= 0 {
		return ProjectKinds[i], true
	}
	return ProjectKind{}, false
}

// The states of a project.
const (
	ProjectPlanned  lifecycle.State = "planned"
	ProjectUnderWay lifecycle.State = "under_way"
	ProjectDone     lifecycle.State = "done"
	ProjectDropped  lifecycle.State = "dropped"
)

// ProjectLife is the lifecycle of a project.
var ProjectLife = lifecycle.New(lifecycle.Table[*Project, accounts.Role]{
	Name: "structures.project", Label: t("Projet d’une structure", "Project of a structure"), Initial: ProjectPlanned,
	States: []stateRow{
		{Name: ProjectPlanned, Label: t("prévu", "planned"), Owner: accounts.RoleApplicant},
		{Name: ProjectUnderWay, Label: t("en cours", "under way"), Owner: accounts.RoleApplicant},
		{Name: ProjectDone, Label: t("abouti", "done"), Terminal: true},
		{Name: ProjectDropped, Label: t("abandonné", "dropped"), Terminal: true},
	},
	Moves: []lifecycle.Move[*Project, accounts.Role]{
		{Name: "start", Label: t("Démarrer", "Start"), From: states{ProjectPlanned}, To: ProjectUnderWay, Roles: team},
		{Name: "finish", Label: t("Constater qu’il a abouti", "Record that it is done"), From: states{ProjectUnderWay}, To: ProjectDone, Roles: team},
		{Name: "drop", Label: t("Abandonner", "Drop"), From: states{ProjectPlanned, ProjectUnderWay}, To: ProjectDropped, Roles: team, Reason: true},
		{Name: "resume", Label: t("Reprendre", "Resume"), From: states{ProjectDone, ProjectDropped}, To: ProjectUnderWay, Roles: team, Reason: true},
	},
})

const (
	projectColumns = "id, structure_id, kind, title, about, state, since, expected_on, dossiers, created_at"
	insertProject  = "INSERT INTO structure_project (" + projectColumns + `) VALUES (:id, :structure_id, :kind, :title, :about, :state, :since, :expected_on, :dossiers, :created_at)`
)

// OpenProject is a project that has not ended, with its structure.
type OpenProject struct {
	Project
	Structure Structure
}

// OpenProjects lists the projects planned or under way of a region's structures, of those whose detail the actor may see.
func (s *Service) OpenProjects(ctx context.Context, actor accounts.Actor, region string) ([]OpenProject, error) {
	where, args := Filter{Region: region}.where()
	var holders []Structure
	if err := s.db.SelectContext(ctx, &holders, "SELECT "+structureColumns+" FROM structure "+where+" AND id IN (SELECT structure_id FROM structure_project)", args...); err != nil {
		return nil, fmt.Errorf("read the structures with projects: %w", err)
	}
	byID := make(map[string]Structure, len(holders))
	for _, st := range holders {
		if actor.Can(PermDetail, st.Scope()) {
			byID[st.ID] = st
		}
	}
	var projects []Project
	if err := s.db.SelectContext(ctx, &projects, "SELECT "+projectColumns+" FROM structure_project WHERE state IN ($1, $2) ORDER BY created_at, id", string(ProjectPlanned), string(ProjectUnderWay)); err != nil {
		return nil, fmt.Errorf("read the projects: %w", err)
	}
	var found []OpenProject
	for _, p := range projects {
		if st, ok := byID[p.StructureID]; ok {
			found = append(found, OpenProject{p, st})
		}
	}
	return found, nil
}

// ProjectCommand describes a project.
type ProjectCommand struct {
	Structure, Kind, Title, About string
	Expected                      Day
}

// AddProject records what a structure sets out to do.
func (s *Service) AddProject(ctx context.Context, actor accounts.Actor, cmd ProjectCommand) error {
	_, err := s.change(ctx, actor, cmd.Structure, PermWrite, "structures.project", func(tx *db.Tx, f *File) (string, error) {
		wrong := fault.Fields{}
		if _, ok := ProjectKindByID(cmd.Kind); !ok {
			wrong.Add("project_kind", "Choisissez de quoi il s’agit.", "Choose what it is about.")
		}
		if n := len([]rune(strings.TrimSpace(cmd.Title))); n < 3 || n > 200 {
			wrong.Add("project_title", "Donnez un nom de 3 à 200 caractères.", "Give a name of 3 to 200 characters.")
		}
		if cmd.Expected != "" && !cmd.Expected.Valid() {
			wrong.Add("expected", "Cette date n’existe pas.", "This date does not exist.")
		}
		if err := wrong.Err(); err != nil {
			return "", err
		}
		p := Project{ID: db.NewID(), StructureID: f.ID, Kind: cmd.Kind, Title: strings.Join(strings.Fields(cmd.Title), " "), About: strings.TrimSpace(cmd.About),
			State: ProjectPlanned, Since: s.Today(), Expected: cmd.Expected, CreatedAt: db.Now(s.clock)}
		if err := insertOne(ctx, tx, insertProject, p); err != nil {
			return "", err
		}
		fact := s.fact(f.ID, p.Since, FactProject, p.ID, t("Projet « "+p.Title+" » : prévu", "Project “"+p.Title+"”: planned"))
		return fmt.Sprintf("A ajouté le projet « %s » à « %s ».", p.Title, f.Name), insertOne(ctx, tx, insertFact, fact)
	})
	return err
}

// MoveProject moves a project on; On is the day it happened, today when empty.
func (s *Service) MoveProject(ctx context.Context, actor accounts.Actor, structure, project, move, reason string, on Day) error {
	_, err := s.change(ctx, actor, structure, PermWrite, "structures.project", func(tx *db.Tx, f *File) (string, error) {
		p, err := f.project(project)
		if err != nil {
			return "", err
		}
		to, err := ProjectLife.Check(p, p.State, move, RolesOn(actor, f.Scope()), reason)
		if err != nil {
			return "", err
		}
		if on, err = s.day(on); err != nil {
			return "", err
		}
		label := ProjectLife.Label(to)
		if _, err := tx.ExecContext(ctx, "UPDATE structure_project SET state = $1, since = $2 WHERE id = $3", string(to), string(on), p.ID); err != nil {
			return "", fmt.Errorf("move the project: %w", err)
		}
		fact := s.fact(f.ID, on, FactProject, p.ID, t("Projet « "+p.Title+" » : "+label.FR, "Project “"+p.Title+"”: "+label.EN))
		said := fmt.Sprintf("Le projet « %s » est « %s ».", p.Title, label.FR)
		if reason = strings.TrimSpace(reason); reason != "" {
			said += " Motif : " + reason
		}
		return said, insertOne(ctx, tx, insertFact, fact)
	})
	return err
}

// LinkProject names a dossier that asks for help with a project, once.
func (s *Service) LinkProject(ctx context.Context, actor accounts.Actor, structure, project, dossier string) error {
	_, err := s.change(ctx, actor, structure, PermWrite, "structures.project", func(tx *db.Tx, f *File) (string, error) {
		p, err := f.project(project)
		if err != nil {
			return "", err
		}
		if dossier == "" || slices.Contains(p.Dossiers.V, dossier) {
			wrong := fault.Fields{}
			wrong.Add("dossier", "Choisissez un dossier qui n’est pas déjà relié.", "Choose a file that is not linked yet.")
			return "", wrong.Err()
		}
		linked := db.JSON[[]string]{V: append(slices.Clone(p.Dossiers.V), dossier)}
		if _, err := tx.ExecContext(ctx, "UPDATE structure_project SET dossiers = $1 WHERE id = $2", linked, p.ID); err != nil {
			return "", fmt.Errorf("link the project: %w", err)
		}
		return fmt.Sprintf("A relié le projet « %s » à un dossier d’aide.", p.Title), nil
	})
	return err
}

func (f *File) project(id string) (*Project, error) {
	if i := slices.IndexFunc(f.Projects, func(p Project) bool { return p.ID == id }); i >= 0 {
		return &f.Projects[i], nil
	}
	return nil, fault.NotFound("Ce projet n’est pas de cette structure.", "This project is not of this structure.")
}
