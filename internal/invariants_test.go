package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// attack is a test that tries to break an invariant.
type attack struct{ room, test string }

// invariants are those of the domain, each with where it is attacked. Each attack runs on both databases.
var invariants = []struct {
	says    string
	attacks []attack
}{
	{"1. zone and rule version are frozen at filing", []attack{{"calls", "TestFilingFreezesZoneRulesAndForm"}, {"calls", "TestTheInboxFiltersByTheFrozenZone"}, {"calls", "TestFromTheFirstQuestionToTheGrant"}}},
	{"2. a validated health project and the company precede the ACI", []attack{{"structures", "TestNoAgreementBeforeTheProjectAndTheCompany"}, {"structures", "TestMSPLife"}}},
	{"3. the start-up aid is reduced by the study aid already paid", []attack{{"calls", "TestFromTheFirstQuestionToTheGrant"}, {"calls", "TestAStudyGrantedMeanwhileIsDeductedAtTheConclusion"}, {"funding", "TestAnAidAlreadyReceivedIsDeducted"}}},
	{"4. funders within the cost, tranches within the grant, grants within the envelope", []attack{{"calls", "TestFundersExceedingTheCostAreRefusedAtFiling"}, {"calls", "TestTwoDecisionsAtOnceNeverPassTheEnvelope"}, {"calls", "TestABatchIsDecidedWholeOrNotAtAll"}, {"funding", "TestTranchesNeverExceedTheGrant"}, {"funding", "TestTheGrantHoldsUnderSimultaneousHands"}}},
	{"5. no payment without a signed convention, no balance without an accepted report", []attack{{"funding", "TestNothingIsOrderedBeforeTheSignature"}, {"funding", "TestTwoTranchesThenTheReportThenTheBalance"}, {"funding", "TestTheDatabaseKeepsTheOrder"}}},
	{"6. instructor ≠ decider ≠ payer; a declared conflict blocks", []attack{{"calls", "TestNobodyInstructsAndDecides"}, {"calls", "TestAConflictOfInterestBlocks"}, {"calls", "TestAppealReopensADossierThatAnotherPersonDecides"}, {"funding", "TestTheDatabaseKeepsTheOrder"}, {"funding", "TestTwoTranchesThenTheReportThenTheBalance"}}},
	{"7. shares sum to 100 %, partners are distinct, one holder, RPPS before the start", []attack{{"posts", "TestSharesMakeAWhole"}, {"posts", "TestPartnersAreDistinct"}, {"posts", "TestHolder"}}},
	{"8. a recruited GP practises in ZIP, ZAC or QPV, and counts once", []attack{{"posts", "TestZone"}, {"posts", "TestADoctorCountsOnce"}, {"posts", "TestTwoJuriesOneDoctor"}}},
	{"9. no consultation opens with a facet uncovered or a partner without one", []attack{{"consultations", "TestEveryFacetAndEveryPartner"}}},
	{"10. aids that are not cumulable are not held together", []attack{{"calls", "TestAidsThatAreNotCumulableAreNotHeldTogether"}, {"calls", "TestAStructureThatWasNamedIsConfirmedBeforeTheConclusion"}, {"funding", "TestExclusiveAidsAreNotHeldTogether"}}},
	{"11. integer cents; each transition writes who, when, why", []attack{{"calls", "TestEachMoveIsRecordedWithItsReason"}, {"calls", "TestABatchOfFiveHundredIsDecidedToTheCent"}}},
	{"12. merged or closed structures keep their history", []attack{{"structures", "TestMergeKeepsBothHistories"}, {"structures", "TestCloseAndReopen"}}},
}

func TestEachInvariantIsAttackedOnBothDatabases(t *testing.T) {
	bodies := map[attack]string{}
	for _, x := range invariants {
		for _, a := range x.attacks {
			if len(bodies) == 0 || bodies[attack{a.room, ""}] == "" {
				testsOf(t, a.room, bodies)
			}
			body, there := bodies[a]
			switch {
			case !there:
				t.Errorf("%s: internal/%s has no %s", x.says, a.room, a.test)
			case !strings.Contains(body, "each(t,") && !strings.Contains(body, "dbtest.Each("):
				t.Errorf("%s: %s runs on one database", x.says, a.test)
			}
		}
	}
}

// testsOf reads the tests of a room: their names and their text.
func testsOf(t *testing.T, room string, bodies map[attack]string) {
	t.Helper()
	files, err := filepath.Glob(room + "/*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal(room, err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				bodies[attack{room, f.Name.Name}] = string(text[set.Position(f.Pos()).Offset:set.Position(f.End()).Offset])
			}
		}
	}
	bodies[attack{room, ""}] = room
}
