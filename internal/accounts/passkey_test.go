package accounts

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"maillage/internal/platform/fault"
)

// device is an authenticator in memory: it keeps one passkey.
type device struct {
	t       *testing.T
	key     *ecdsa.PrivateKey
	id      []byte
	handle  []byte
	rp      string
	origin  string
	flags   byte // of what it answers: 0x01 present, 0x04 verified
	counter uint32
}

func newDevice(t *testing.T) *device {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &device{t: t, key: key, id: []byte("a credential of 20 b"), rp: "maillage.example.org", origin: "https://maillage.example.org", flags: 0x05}
}

func (d *device) json(v any) []byte {
	d.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// challenge digs the challenge out of what the server offered.
func (d *device) challenge(o PasskeyOffer) string {
	d.t.Helper()
	var options struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
			User      struct {
				ID string `json:"id"`
			} `json:"user"`
		} `json:"publicKey"`
	}
	if err := json.Unmarshal(d.json(o.Options), &options); err != nil {
		d.t.Fatal(err)
	}
	if id, err := base64.RawURLEncoding.DecodeString(options.PublicKey.User.ID); err == nil && len(id) > 0 {
		d.handle = id
	}
	return options.PublicKey.Challenge
}

func (d *device) authData(attested []byte) []byte {
	rp := sha256.Sum256([]byte(d.rp))
	flags := d.flags
	if attested != nil {
		flags |= 0x40
	}
	d.counter++
	data := append(rp[:], flags)
	data = binary.BigEndian.AppendUint32(data, d.counter)
	return append(data, attested...)
}

var b64 = base64.RawURLEncoding.EncodeToString

// create answers an offer to make a passkey.
func (d *device) create(o PasskeyOffer) []byte {
	d.t.Helper()
	point, err := d.key.PublicKey.Bytes()
	if err != nil {
		d.t.Fatal(err)
	}
	cose, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	if err != nil {
		d.t.Fatal(err)
	}
	attested := binary.BigEndian.AppendUint16(make([]byte, 16), uint16(len(d.id)))
	attested = append(append(attested, d.id...), cose...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": d.authData(attested)})
	if err != nil {
		d.t.Fatal(err)
	}
	client := d.json(map[string]any{"type": "webauthn.create", "challenge": d.challenge(o), "origin": d.origin, "crossOrigin": false})
	return d.json(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": b64(client), "attestationObject": b64(object)}})
}

// get answers an offer to sign in.
func (d *device) get(o PasskeyOffer) []byte {
	d.t.Helper()
	client := d.json(map[string]any{"type": "webauthn.get", "challenge": d.challenge(o), "origin": d.origin, "crossOrigin": false})
	data, sum := d.authData(nil), sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, digest[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return d.json(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(d.handle)}})
}

// withPasskey makes a person who has a passkey on a device.
func withPasskey(w *world) (Person, *device) {
	p, opened := w.person("Gaëlle Médecin", Grant{Role: RoleGP})
	v, d := w.visitor(opened.Token), newDevice(w.t)
	o, err := w.BeginPasskey(w.ctx, v.Actor, p.ID)
	w.must(err)
	done, err := w.FinishPasskey(w.ctx, v.Actor, PasskeyCommand{
		EnrolCommand: EnrolCommand{PersonID: p.ID, SessionID: v.Session.ID}, Ticket: o.Ticket, Name: "Téléphone", Response: d.create(o)})
	w.must(err)
	if !w.visitor(done.Token).Actor.Has(RoleGP) || len(done.Codes) != recoveryCodes {
		w.t.Fatal("the passkey did not raise the session that made it")
	}
	return p, d
}

func TestPasskeyOpens(t *testing.T) {
	each(t, func(w *world) {
		p, d := withPasskey(w)
		o, err := w.BeginPasskeySignIn(w.ctx, door)
		w.must(err)
		answer := d.get(o)
		opened, err := w.FinishPasskeySignIn(w.ctx, o.Ticket, answer, door)
		w.must(err)
		if v := w.visitor(opened.Token); v.Person.ID != p.ID || !v.Actor.SecondFactor || !v.Actor.Has(RoleGP) {
			t.Errorf("opened %+v", v)
		}
		_, err = w.FinishPasskeySignIn(w.ctx, o.Ticket, answer, door)
		w.wants(fault.KindNotFound, err) // an answer serves once
		half, err := w.signIn(p.Email, goodPassword)
		w.must(err)
		if half.Stage != StageSecondFactor {
			t.Error("a password alone is enough for somebody who has a passkey")
		}
	})
}

func TestWrongPasskeysAreRefused(t *testing.T) {
	for name, spoil := range map[string]func(d *device){
		"another origin":          func(d *device) { d.origin = "https://maillage.example.net" },
		"another relying party":   func(d *device) { d.rp = "example.net" },
		"nobody verified":         func(d *device) { d.flags = 0x01 },
		"nobody present":          func(d *device) { d.flags = 0x04 },
		"another key":             func(d *device) { d.key = newDevice(d.t).key },
		"another person's handle": func(d *device) { d.handle = []byte("nobody") },
		"a counter gone back":     func(d *device) { d.counter = 0 },
		"an unknown credential":   func(d *device) { d.id = []byte("another credential!!") },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				_, d := withPasskey(w)
				d.t = w.t
				spoil(d)
				o, err := w.BeginPasskeySignIn(w.ctx, door)
				w.must(err)
				_, err = w.FinishPasskeySignIn(w.ctx, o.Ticket, d.get(o), door)
				w.wants(fault.KindInvalid, err)
			})
		})
	}
}

func TestDisabledPersonsPasskeyIsRefused(t *testing.T) {
	each(t, func(w *world) {
		p, d := withPasskey(w)
		w.must(w.Disable(w.ctx, System("test"), p.ID, p.Version))
		o, err := w.BeginPasskeySignIn(w.ctx, door)
		w.must(err)
		_, err = w.FinishPasskeySignIn(w.ctx, o.Ticket, d.get(o), door)
		w.wants(fault.KindInvalid, err)
	})
}
