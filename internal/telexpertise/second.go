package telexpertise

import (
	"hash/fnv"
)

// chooseSecond puts an answered case among those that another expert reads blind: a share drawn at random (by the identifier, so that
// nobody can steer it and a test can repeat it) and every "no visit" of a patient whose seven-point score advises an urgent referral.
func (t *turn) chooseSecond() {
	h := fnv.New32a()
	_, _ = h.Write([]byte("second reading " + t.c.ID))
	drawn := int(h.Sum32()%100) < t.settings().SecondReading
	t.c.SecondReading = drawn || t.c.Disposition == D3 && t.c.Score >= UrgentScore
}
