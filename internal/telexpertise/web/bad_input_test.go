package web_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/db/dbtest"
	"maillage/internal/telexpertise"
)

// draftOf is a request with one good photograph, kept and not sent.
const draftOf = "saisie-deja-faite-0001"

// typed is what its author typed; nothing that goes wrong may lose it.
func typed() telexpertise.Record {
	return telexpertise.Record{Patient: telexpertise.Patient{BirthName: "Essai", FirstBirthName: "Ada", BirthDate: "1960-01-01", Sex: "F"},
		Consent: telexpertise.Consent{Given: true, Form: "oral"}, Clinical: telexpertise.Clinical{Site: "back"}, Question: "Faut-il la voir vite ?"}
}

func hashOf(data []byte) string { h := sha256.Sum256(data); return hex.EncodeToString(h[:]) }

// put sends a part of a photograph of a request.
func (s *server) put(id, name string, whole []byte, from, to int) (int, string, error) {
	return s.do("gp0", "PUT", "/telexpertise/api/demandes/"+id+"/photos/"+name, whole[from:to], map[string]string{"X-Photo-View": "close-up", "X-Photo-Sha256": hashOf(whole),
		"Content-Range": fmt.Sprintf("bytes %d-%d/%d", from, to-1, len(whole))})
}

func (s *server) save(id string, r telexpertise.Record) (int, string, error) {
	body, err := json.Marshal(telexpertise.DraftCommand{ID: id, Urgency: "P2", Record: r})
	if err != nil {
		return 0, "", err
	}
	return s.do("gp0", "PUT", "/telexpertise/api/demandes/"+id, body, nil)
}

func (s *server) post(who, path string, form url.Values) (int, string, error) {
	return s.do(who, http.MethodPost, path, []byte(form.Encode()), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
}

// spoilt are photographs made wrong on purpose out of a good one.
func spoilt(good []byte) map[string][]byte {
	frame := bytes.Index(good, []byte{0xff, 0xc0})
	header := func(at int, change func([]byte)) []byte {
		out := bytes.Clone(good)
		change(out[at:])
		return out
	}
	chunk := func(name string, body []byte) []byte {
		b := append(append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), name...), body...)
		return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	png := func(w, h uint32, more []byte) []byte {
		size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
		b := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(size, 8, 6, 0, 0, 0))...)
		return append(append(b, more...), chunk("IEND", nil)...)
	}
	return map[string][]byte{
		"text named .jpg": []byte("je ne suis pas une photo"),
		"200 megapixels": header(frame, func(b []byte) {
			binary.BigEndian.PutUint16(b[5:], 12_000)
			binary.BigEndian.PutUint16(b[7:], 17_000)
		}),
		"truncated": good[:9_000],
		"bomb":      png(60_000, 60_000, nil),
		"animated":  png(400, 300, chunk("acTL", make([]byte, 8))),
		"CMYK":      header(frame, func(b []byte) { b[9] = 4 }),
		"too heavy": bytes.Repeat(good, 26<<20/len(good)),
	}
}

// badInput is one line of the list: what somebody does, and the status and words that they get.
type badInput struct {
	name string
	do   func() (int, string, error)
	code int
	says string
}

func (s *server) badPhotos(good []byte) []badInput {
	words := map[string]string{
		"text named .jpg": "n’est pas une photo, malgré son nom", "200 megapixels": "trop de pixels", "truncated": "est incomplète", "bomb": "trop de pixels",
		"animated": "est animée", "CMYK": "CMJN", "too heavy": "dépasse 25 Mo",
	}
	var all []badInput
	for name, data := range spoilt(good) {
		id := "mauvaise-photo-" + hashOf([]byte(name))[:8]
		all = append(all, badInput{name, func() (int, string, error) { return s.put(draftOf, id, data, 0, len(data)) }, 422, words[name]})
	}
	return append(all,
		badInput{"duplicate photo", func() (int, string, error) { return s.put(draftOf, "la-meme-photo-0001", good, 0, len(good)) }, 409, "déjà dans la demande"},
		badInput{"altered on the way", func() (int, string, error) {
			return s.do("gp0", "PUT", "/telexpertise/api/demandes/"+draftOf+"/photos/changee-en-route-1", good, map[string]string{"X-Photo-View": "side", "X-Photo-Sha256": hashOf(good[1:])})
		}, 422, "n’est pas celle qui a été envoyée"},
		badInput{"interrupted upload", func() (int, string, error) {
			other := noise(20_000, 2)
			if code, text, err := s.put(draftOf, "coupee-en-route-01", other, 0, 8_000); code != 200 || err != nil {
				return code, text, err
			}
			return s.put(draftOf, "coupee-en-route-01", other, 12_000, len(other))
		}, 409, `"received":8000`},
		badInput{"a range that cannot be read", func() (int, string, error) {
			return s.do("gp0", "PUT", "/telexpertise/api/demandes/"+draftOf+"/photos/encore-une-photo-1", good, map[string]string{"Content-Range": "octets 1"})
		}, 422, "Content-Range"},
	)
}

func (s *server) badCases() []badInput {
	sent := "demande-deja-partie-1"
	with := func(change func(*telexpertise.Record)) func() (int, string, error) {
		return func() (int, string, error) {
			r, id := typed(), "identite-a-corriger-1"
			change(&r)
			if code, text, err := s.save(id, r); code != 200 || err != nil {
				return code, text, err
			}
			return s.do("gp0", "POST", "/telexpertise/api/demandes/"+id+"/envoi", []byte(`{"photos":[]}`), nil)
		}
	}
	open := "/telexpertise/demandes/" + sent
	return []badInput{
		{"an expired session", func() (int, string, error) {
			return s.do("", "PUT", "/telexpertise/api/demandes/"+draftOf, []byte(`{}`), nil)
		}, 401, "onnecte"},
		{"a birth date in the future", with(func(r *telexpertise.Record) { r.Patient.BirthDate = time.Now().AddDate(0, 0, 2).Format("2006-01-02") }), 422, "dans le futur"},
		{"an INS key that does not match", with(func(r *telexpertise.Record) {
			r.Patient.INS, r.Patient.INSOid = "258039999999912", telexpertise.OidNIR
		}), 422, "clé"},
		{"a clock wrong by a day", func() (int, string, error) {
			good := noise(20_000, 9)
			if code, text, err := s.save(sent, typed()); code != 200 || err != nil {
				return code, text, err
			}
			if code, text, err := s.put(sent, "photo-de-la-demande", good, 0, len(good)); code != 200 || err != nil {
				return code, text, err
			}
			return s.do("gp0", "POST", "/telexpertise/api/demandes/"+sent+"/envoi", fmt.Appendf(nil, `{"photos":[{"id":"photo-de-la-demande","sha256":%q}],"device_time":%q}`,
				hashOf(good), time.Now().Add(26*time.Hour).Format(time.RFC3339)), nil)
		}, 200, "décalée de 26 h"},
		{"two experts taking the same case", func() (int, string, error) {
			if code, text, err := s.post("derm", open+"/prendre", nil); err != nil || code >= 400 {
				return code, text, err
			}
			return s.post("derm2", open+"/prendre", nil)
		}, 409, "derm a déjà pris cette demande en charge"},
		{"answering a released case", func() (int, string, error) {
			if code, text, err := s.post("derm", open+"/rendre", nil); err != nil || code >= 400 {
				return code, text, err
			}
			return s.post("derm", open+"/signer", url.Values{"disposition": {"D3"}, "text": {"Aspect bénin, rien à faire."}, "hypothesis": {"kératose"}, "confidence": {"high"}, "usable": {"1"}})
		}, 409, "Aspect bénin, rien à faire."},
	}
}

// TestBadInputGetsItsOwnAnswerAndLosesNothing goes through the whole list over HTTP, and looks after each line that what was typed and
// photographed before is still there.
func TestBadInputGetsItsOwnAnswerAndLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := serve(t, d, 1)
		if err := s.s.SaveMembers(ctx, accounts.System("test"), []telexpertise.Member{{PoolID: s.pool, PersonID: "derm2", Part: telexpertise.PartExpert, Name: "derm2", Departement: "77", Active: true}}); err != nil {
			t.Fatal(err)
		}
		good := noise(20_000, 1)
		if code, text, err := s.save(draftOf, typed()); code != 200 || err != nil {
			t.Fatal(code, text, err)
		}
		if code, text, err := s.put(draftOf, "la-bonne-photo-001", good, 0, len(good)); code != 200 || err != nil {
			t.Fatal(code, text, err)
		}
		for _, c := range append(s.badPhotos(good), s.badCases()...) {
			code, text, err := c.do()
			if err != nil || code != c.code || !strings.Contains(text, c.says) {
				t.Errorf("%s: %d %.300s %v, want %d “%s”", c.name, code, text, err, c.code, c.says)
			}
			var kept telexpertise.Status
			_, body, err := s.do("gp0", "GET", "/telexpertise/api/demandes/"+draftOf, nil, nil)
			if err != nil || json.Unmarshal([]byte(body), &kept) != nil || kept.Record == nil || kept.Record.Question != typed().Question || kept.Photos[0].ReceivedAt == nil {
				t.Fatalf("after %s, something is lost: %.300s %v", c.name, body, err)
			}
		}
	})
}
