package telexpertise

import (
	"strings"
	"testing"
	"time"
)

// A patient who has an appointment is told to come, never that there is nothing to do; in every language.
func TestSlipSaysToCome(t *testing.T) {
	day := time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	for _, l := range SlipLanguages {
		w := SlipTexts[l.Code]
		waiting := strings.Join(w.Now(Slip{NewsBy: day, Phone: "0100000000"}), " ")
		coming := strings.Join(w.Now(Slip{NewsBy: day, Phone: "0100000000", Visit: &day, Place: "1 rue Haute"}), " ")
		if w.Nothing == "" || !strings.Contains(waiting, w.Nothing) || !strings.Contains(waiting, "04/03/2026") || !strings.Contains(waiting, "0100000000") {
			t.Errorf("%s, waiting: %s", l.Code, waiting)
		}
		if strings.Contains(coming, w.Nothing) || !strings.Contains(coming, "04/03/2026 10:30") || !strings.Contains(coming, "1 rue Haute") || !strings.Contains(coming, "0100000000") {
			t.Errorf("%s, coming: %s", l.Code, coming)
		}
		for _, text := range []string{waiting, coming} {
			if strings.Contains(text, "%!") {
				t.Errorf("%s: %s", l.Code, text)
			}
		}
	}
}
