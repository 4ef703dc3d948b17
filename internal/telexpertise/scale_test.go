package telexpertise_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"testing"

	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/photo"
	"maillage/internal/telexpertise/scalecard"
)

// withCard draws skin, and on it the scale card at so many pixels per millimetre; 0 for no card.
func withCard(perMM float64) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 2000, 1500))
	for y := range 1500 {
		for x := range 2000 {
			c := color.RGBA{R: 214, G: 170, B: 146, A: 255}
			if perMM > 0 {
				if paper, on := scalecard.At((float64(x)-600)/perMM, (float64(y)-500)/perMM); on {
					c = paper
				}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// A millimetre is claimed only where the server sees the card: whatever the phone said, and when it said nothing.
func TestTheServerReadsTheScaleItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		id := newID()
		_, err := w.s.SaveDraft(ctx, w.gp, telexpertise.DraftCommand{ID: id, Record: record()})
		w.must(err)
		var refs []telexpertise.PhotoRef
		for _, one := range []struct{ perMM, said float64 }{{8, 0}, {0, 0.1}} {
			data := withCard(one.perMM)
			ref := telexpertise.PhotoRef{ID: newID(), SHA256: sum(data)}
			_, err := w.s.PutPhoto(ctx, w.gp, telexpertise.PhotoCommand{CaseID: id, ID: ref.ID, View: "overview", SHA256: ref.SHA256, Size: int64(len(data)), Data: data, MMPerPixel: one.said})
			w.must(err)
			refs = append(refs, ref)
		}
		_, err = w.s.Submit(ctx, w.gp, telexpertise.SubmitCommand{CaseID: id, Photos: refs})
		w.must(err)
		for _, ref := range refs {
			_, err := w.s.ViewPhoto(ctx, w.gp, id, ref.ID, photo.Screen)
			w.must(err)
		}
		scales := map[string]float64{}
		for _, p := range w.file(w.gp, id).Photos {
			scales[p.ID] = p.MMPerPixel
		}
		if got := scales[refs[0].ID] * 8; math.Abs(got-1) > 0.01 {
			t.Errorf("the scale of the card is off by a factor of %.4f", got)
		}
		if got := scales[refs[1].ID]; got != 0 {
			t.Errorf("%v mm per pixel are claimed without the card", got)
		}
	})
}
