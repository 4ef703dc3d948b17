package accounts

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
)

// Argon holds the cost of hashing a password with argon2id.
type Argon struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultArgon is OWASP's first recommendation (Password Storage Cheat Sheet): 46 MiB, one pass, one thread.
var DefaultArgon = Argon{MemoryKiB: 46 * 1024, Passes: 1, Threads: 1}

const (
	saltBytes   = 16
	keyBytes    = 32
	minPassword = 12  // characters
	maxPassword = 200 // characters: longer ones only cost time
)

// hasher hashes passwords, a bounded number at once so that a crowd at the door cannot exhaust memory.
type hasher struct {
	cost  Argon
	slots chan struct{}
	dummy string
}

func newHasher(cost Argon) *hasher {
	h := &hasher{cost: cost, slots: make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))}
	h.dummy = h.hash(newToken())
	return h
}

func (h *hasher) key(password string, salt []byte, cost Argon) []byte {
	h.slots <- struct{}{}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, cost.Threads, keyBytes)
}

// hash gives the text to store: the algorithm, its parameters, the salt and the key.
func (h *hasher) hash(password string) string {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		panic(err) // the machine has no randomness: nothing may go on
	}
	return h.cost.prefix() + base64.RawStdEncoding.EncodeToString(salt) + "$" +
		base64.RawStdEncoding.EncodeToString(h.key(password, salt, h.cost))
}

func (c Argon) prefix() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, c.MemoryKiB, c.Passes, c.Threads)
}

// verify tells whether the password gives the stored hash. With no stored hash it does the same work and says no. A password hashed
// at another cost is verified at that cost; stale tells to hash it again.
func (h *hasher) verify(stored, password string) (ok, stale bool) {
	known := stored != ""
	if !known {
		stored = h.dummy
	}
	parts := strings.Split(stored, "$")
	if len(parts) != 6 {
		return false, false
	}
	var cost Argon
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.MemoryKiB, &cost.Passes, &cost.Threads); err != nil {
		return false, false
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	want, errKey := base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errKey != nil {
		return false, false
	}
	same := subtle.ConstantTimeCompare(want, h.key(password, salt, cost)) == 1
	return same && known, cost != h.cost
}

// checkPassword refuses a new password that is too short, or made of what anybody would try first.
func checkPassword(f fault.Fields, field, password string, p Person) {
	n := utf8.RuneCountInString(password)
	switch {
	case n < minPassword:
		f.Add(field, "Choisissez au moins 12 caractères : quelques mots qui ne vont pas ensemble conviennent très bien.",
			"Choose at least 12 characters: a few words that do not belong together do very well.")
	case n > maxPassword:
		f.Add(field, "Choisissez 200 caractères au plus.", "Choose 200 characters at most.")
	case guessable(password, p):
		f.Add(field, "Ce mot de passe est facile à deviner : évitez votre nom, votre adresse, les suites et les répétitions.",
			"This password is easy to guess: avoid your name, your address, sequences and repetitions.")
	}
}

// guessable tells whether little is left of the password once names, common words and runs are taken out.
func guessable(password string, p Person) bool {
	rest := strings.ReplaceAll(db.Fold(password), " ", "")
	user, _, _ := strings.Cut(p.Email, "@")
	words := append(strings.Fields(db.Fold(p.Name, user)), "motdepasse", "password", "maillage", "azerty", "qwerty", "bonjour", "soleil", "docteur", "medecin")
	for _, w := range words {
		if len(w) >= 3 {
			rest = strings.ReplaceAll(rest, w, "")
		}
	}
	kept := 0
	runes := []rune(rest)
	for i, r := range runes {
		if i == 0 || (r != runes[i-1] && r != runes[i-1]+1 && r != runes[i-1]-1) {
			kept++
		}
	}
	return kept < 5
}
