// Package structures is the room of those who give care together and of those who help them: health centres (CDS), health houses
// (MSP), territorial communities (CPTS), primary care teams (ESP), group practices, hospitals, EHPAD, universities, communes.
//
// # Vocabulary
//
// A Structure has a Kind, which gives its lifecycle, and a main site. What it is known by (identifiers), where it works (sites), who
// works there (members), which communes it covers (territory): everything is dated, ended rather than deleted. A Fact is something
// that happened on a day; the timeline is the facts and the audit record together. The population of a territory is computed from its
// communes when they are set.
//
// A merged or closed structure keeps its history (invariant 12): its page stays, and says what became of it.
//
// # Lifecycles
//
//	CDS   dossier → complete → receipt (FINESS) → open → suspended / closed
//	MSP   emerging → feasibility → filed → validated → sisa → running → aci → ceased
//	CPTS  project → letter → filed → validated (or silence of 2 months) → convention → deploying ⇄ review → ended
//	other open → closed
//
// # Who may do what
//
// Everybody reads identity, place and state. Contacts, members and the timeline are for the agency's officers and for the structure
// itself. Officers write in their territory, a structure's coordinator in their structure; merging is for officers, importing the
// official register for administrators.
package structures
