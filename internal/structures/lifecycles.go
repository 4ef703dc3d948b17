package structures

import (
	"maillage/internal/accounts"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
	"maillage/internal/structures/identifier"
)

// Machine is the lifecycle of a kind.
type Machine = lifecycle.Machine[*File, accounts.Role]

type (
	table    = lifecycle.Table[*File, accounts.Role]
	stateRow = lifecycle.StateRow[accounts.Role]
	move     = lifecycle.Move[*File, accounts.Role]
	states   = []lifecycle.State
)

var (
	team     = []accounts.Role{accounts.RoleApplicant, accounts.RoleOfficer}
	officers = []accounts.Role{accounts.RoleOfficer}
	alone    = []accounts.Role{accounts.RoleApplicant}
	system   = []accounts.Role{lifecycle.System}
)

func t(fr, en string) i18n.Text { return i18n.Text{FR: fr, EN: en} }

// Machines are the lifecycles of this room, for documents.
var Machines = []*Machine{cdsMachine, mspMachine, cptsMachine, plainMachine} // DifficultyLife is that of a case

// MachineOf is the lifecycle of a kind.
func MachineOf(k Kind) *Machine {
	if m := map[Kind]*Machine{CDS: cdsMachine, MSP: mspMachine, CPTS: cptsMachine}[k]; m != nil {
		return m
	}
	return plainMachine
}

var cdsMachine = lifecycle.New(table{
	Name: "structures.cds", Label: t("Centre de santé", "Health centre"), Initial: "dossier",
	States: []stateRow{
		{Name: "dossier", Label: t("dossier en préparation", "file in preparation"), Owner: accounts.RoleApplicant},
		{Name: "complete", Label: t("dossier complet", "file complete"), Owner: accounts.RoleOfficer},
		{Name: "receipt", Label: t("récépissé délivré", "receipt issued"), Owner: accounts.RoleApplicant},
		{Name: "open", Label: t("ouvert", "open"), Terminal: true},
		{Name: "suspended", Label: t("suspendu", "suspended"), Owner: accounts.RoleOfficer},
		{Name: "closed", Label: t("fermé", "closed"), Terminal: true},
	},
	Moves: []move{
		{Name: "complete", Label: t("Déclarer le dossier complet", "Declare the file complete"), From: states{"dossier"}, To: "complete", Roles: team},
		{Name: "receipt", Label: t("Délivrer le récépissé", "Issue the receipt"), From: states{"complete"}, To: "receipt", Roles: officers, Guard: needsFINESS},
		{Name: "open", Label: t("Ouvrir", "Open"), From: states{"receipt"}, To: "open", Roles: team},
		{Name: "suspend", Label: t("Suspendre", "Suspend"), From: states{"open"}, To: "suspended", Roles: officers, Reason: true},
		{Name: "resume", Label: t("Lever la suspension", "Lift the suspension"), From: states{"suspended"}, To: "open", Roles: officers},
		{Name: "close", Label: t("Fermer", "Close"), From: states{"dossier", "complete", "receipt", "open", "suspended"}, To: "closed", Roles: team, Reason: true},
		{Name: "reopen", Label: t("Rouvrir", "Reopen"), From: states{"closed"}, To: "open", Roles: officers, Reason: true},
	},
})

var mspMachine = lifecycle.New(table{
	Name: "structures.msp", Label: t("Maison de santé", "Health house"), Initial: "emerging",
	States: []stateRow{
		{Name: "emerging", Label: t("émergente", "emerging"), Owner: accounts.RoleApplicant},
		{Name: "feasibility", Label: t("étude de faisabilité", "feasibility study"), Owner: accounts.RoleApplicant},
		{Name: "filed", Label: t("projet de santé déposé", "health project filed"), Owner: accounts.RoleOfficer},
		{Name: "validated", Label: t("projet de santé validé", "health project validated"), Owner: accounts.RoleApplicant},
		{Name: "sisa", Label: t("SISA et FINESS", "SISA and FINESS"), Owner: accounts.RoleApplicant},
		{Name: "running", Label: t("en fonctionnement", "running"), Terminal: true},
		{Name: "aci", Label: t("en fonctionnement, ACI signé", "running, ACI signed"), Terminal: true},
		{Name: "ceased", Label: t("arrêtée", "ceased"), Terminal: true},
	},
	Moves: []move{
		{Name: "study", Label: t("Engager l’étude de faisabilité", "Start the feasibility study"), From: states{"emerging"}, To: "feasibility", Roles: team},
		{Name: "file", Label: t("Déposer le projet de santé", "File the health project"), From: states{"emerging", "feasibility"}, To: "filed", Roles: alone},
		{Name: "validate", Label: t("Valider le projet de santé", "Validate the health project"), From: states{"filed"}, To: "validated", Roles: officers},
		{Name: "send_back", Label: t("Demander de reprendre le projet", "Ask to rework the project"), From: states{"filed"}, To: "feasibility", Roles: officers, Reason: true},
		{Name: "form", Label: t("Constater la SISA et le FINESS", "Record SISA and FINESS"), From: states{"validated"}, To: "sisa", Roles: team, Guard: needsFINESS, DeadlineOf: sisaDelay},
		{Name: "run", Label: t("Mettre en fonctionnement", "Start running"), From: states{"sisa"}, To: "running", Roles: team},
		{Name: "sign_aci", Label: t("Signer l’ACI", "Sign the ACI"), From: states{"running"}, To: "aci", Roles: officers, Guard: aciGuard},
		{Name: "leave_aci", Label: t("Sortir de l’ACI", "Leave the ACI"), From: states{"aci"}, To: "running", Roles: officers, Reason: true},
		{Name: "cease", Label: t("Arrêter", "Cease"), From: states{"emerging", "feasibility", "filed", "validated", "sisa", "running", "aci"}, To: "ceased", Roles: team, Reason: true},
		{Name: "reopen", Label: t("Reprendre", "Resume"), From: states{"ceased"}, To: "running", Roles: officers, Reason: true},
	},
})

var cptsMachine = lifecycle.New(table{
	Name: "structures.cpts", Label: t("CPTS", "CPTS"), Initial: "project",
	States: []stateRow{
		{Name: "project", Label: t("en projet", "planned"), Owner: accounts.RoleApplicant},
		{Name: "letter", Label: t("lettre d’intention", "letter of intent"), Owner: accounts.RoleApplicant},
		{Name: "filed", Label: t("projet de santé déposé", "health project filed"), Owner: accounts.RoleOfficer},
		{Name: "validated", Label: t("projet de santé validé", "health project validated"), Owner: accounts.RoleOfficer},
		{Name: "convention", Label: t("convention signée", "convention signed"), Owner: accounts.RoleApplicant},
		{Name: "deploying", Label: t("missions en cours", "missions under way"), Owner: accounts.RoleApplicant},
		{Name: "review", Label: t("revue annuelle", "yearly review"), Owner: accounts.RoleOfficer},
		{Name: "ended", Label: t("arrêtée", "ended"), Terminal: true},
	},
	Moves: []move{
		{Name: "letter", Label: t("Recevoir la lettre d’intention", "Receive the letter of intent"), From: states{"project"}, To: "letter", Roles: team},
		{Name: "file", Label: t("Déposer le projet de santé", "File the health project"), From: states{"letter"}, To: "filed", Roles: alone, Guard: needsTerritory},
		{Name: "validate", Label: t("Valider le projet de santé", "Validate the health project"), From: states{"filed"}, To: "validated", Roles: officers},
		{Name: "silence", Label: t("Valider par silence", "Validate by silence"), From: states{"filed"}, To: "validated", Roles: system, Automatic: true, Deadline: lifecycle.Deadline{N: 2, Unit: lifecycle.Months}},
		{Name: "send_back", Label: t("Demander de reprendre le projet", "Ask to rework the project"), From: states{"filed"}, To: "letter", Roles: officers, Reason: true},
		{Name: "sign", Label: t("Signer la convention (CPTS, CPAM, ARS)", "Sign the convention (CPTS, CPAM, agency)"), From: states{"validated"}, To: "convention", Roles: officers, Guard: needsTerritory},
		{Name: "deploy", Label: t("Engager les missions", "Start the missions"), From: states{"convention"}, To: "deploying", Roles: team},
		{Name: "review", Label: t("Ouvrir la revue annuelle", "Open the yearly review"), From: states{"deploying"}, To: "review", Roles: team, Deadline: lifecycle.Deadline{N: 12, Unit: lifecycle.Months}},
		{Name: "reviewed", Label: t("Clore la revue annuelle", "Close the yearly review"), From: states{"review"}, To: "deploying", Roles: officers, Reason: true},
		{Name: "end", Label: t("Arrêter", "End"), From: states{"project", "letter", "filed", "validated", "convention", "deploying", "review"}, To: "ended", Roles: team, Reason: true},
		{Name: "reopen", Label: t("Reprendre", "Resume"), From: states{"ended"}, To: "project", Roles: officers, Reason: true},
	},
})

var plainMachine = lifecycle.New(table{
	Name: "structures.structure", Label: t("Autre structure", "Other structure"), Initial: "open",
	States: []stateRow{
		{Name: "open", Label: t("en activité", "active"), Terminal: true},
		{Name: "closed", Label: t("fermée", "closed"), Terminal: true},
	},
	Moves: []move{
		{Name: "close", Label: t("Fermer", "Close"), From: states{"open"}, To: "closed", Roles: team, Reason: true},
		{Name: "reopen", Label: t("Rouvrir", "Reopen"), From: states{"closed"}, To: "open", Roles: officers, Reason: true},
	},
})

// endings are the states in which a structure no longer exists.
var endings = map[lifecycle.State]bool{"closed": true, "ceased": true, "ended": true}

// openings are the states that give a structure its opening day.
var openings = map[lifecycle.State]bool{"open": true, "running": true, "convention": true}

// sisaDelay is the time to form the company, counted from the validation of the health project; the rule book says how long.
func sisaDelay(f *File) lifecycle.Deadline {
	if f == nil {
		return lifecycle.Deadline{}
	}
	return lifecycle.Deadline{N: f.aci.SISAMonths, Unit: lifecycle.Months}
}

func needsFINESS(f *File) error {
	if f.Known(identifier.FINESS) {
		return nil
	}
	return fault.Refused("finess", "Il faut d’abord enregistrer le numéro FINESS.", "The FINESS number must be recorded first.")
}

func needsTerritory(f *File) error {
	if len(f.Territory) > 0 {
		return nil
	}
	return fault.Refused("territory", "Il faut d’abord choisir les communes du territoire : sa population en dépend.", "The communes of the territory must be chosen first: its population follows from them.")
}

func aciGuard(f *File) error {
	for _, c := range f.ACIConditions() {
		if !c.Met {
			return fault.Refused(c.Rule, c.Label.FR+" : "+c.Why.FR, c.Label.EN+": "+c.Why.EN)
		}
	}
	return nil
}
