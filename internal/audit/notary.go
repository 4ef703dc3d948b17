package audit

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
)

// ErrRewritten says that the record no longer holds what an earlier checkpoint signed: a new one is refused, so that a rewritten
// record never gets a fresh signature.
var ErrRewritten = errors.New("the audit record differs from its last signed checkpoint: run maillage audit verify")

const (
	origin     = "maillage-audit"
	keyFile    = "audit.key" // the secret, mode 0600
	publicFile = "audit.pub" // to hand to whoever checks
)

// HistoryFile is the file, of a notary's folder, of what it signed: one checkpoint per line, as JSON text.
const HistoryFile = "audit.checkpoints"

// Notary signs checkpoints with an ed25519 key kept in a folder, outside the database. Beside the key it keeps every checkpoint
// that it signed, so that deleting those of the database hides nothing. Several nodes share one key by sharing the folder's key
// files. Safe for concurrent use.
type Notary struct {
	mu       sync.Mutex
	folder   string
	signer   note.Signer
	verifier note.Verifier
}

// OpenNotary reads the key of a folder, or makes one there on the first start.
func OpenNotary(folder string) (*Notary, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the audit key folder: %w", err)
	}
	secret, err := os.ReadFile(filepath.Join(folder, keyFile))
	if errors.Is(err, os.ErrNotExist) {
		secret, err = makeKey(folder)
	}
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(secret)))
	if err != nil {
		return nil, fmt.Errorf("the audit key of %s is spoilt: restore it from a backup of the folder", folder)
	}
	verifier, err := OpenVerifier(PublicKeyFile(folder))
	if err != nil {
		return nil, err
	}
	return &Notary{folder: folder, signer: signer, verifier: verifier}, nil
}

// PublicKeyFile is where a notary's folder holds the public key.
func PublicKeyFile(folder string) string { return filepath.Join(folder, publicFile) }

// OpenVerifier reads a public key file.
func OpenVerifier(path string) (note.Verifier, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no audit key at %s: the program makes it the first time it serves", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the audit public key: %w", err)
	}
	v, err := note.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("the audit public key %s is spoilt: %w", path, err)
	}
	return v, nil
}

func makeKey(folder string) ([]byte, error) {
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, publicFile), []byte(public+"\n"), 0o600); err != nil {
		return nil, err
	}
	return []byte(secret), os.WriteFile(filepath.Join(folder, keyFile), []byte(secret+"\n"), 0o600)
}

// Verifier checks this notary's signatures.
func (n *Notary) Verifier() note.Verifier { return n.verifier }

// Verify checks the whole record against the checkpoints of the database and of the folder.
func (n *Notary) Verify(ctx context.Context, d *db.DB) (Report, error) {
	outside, err := History(n.folder)
	if err != nil {
		return Report{}, err
	}
	return Verify(ctx, d, n.verifier, outside...)
}

// Checkpoint signs the record as it stands and gives its size; an unchanged record is not signed twice. It is run by a periodic job
// and at shutdown.
func (n *Notary) Checkpoint(ctx context.Context, d *db.DB, now time.Time) (int64, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var size int64
	var signed string
	err := d.InTx(ctx, func(tx *db.Tx) error {
		signed = ""
		if err := tx.GetContext(ctx, &size, "SELECT size FROM audit_head WHERE id = 1"); err != nil {
			return fmt.Errorf("read the audit head: %w", err)
		}
		last, err := n.lastSigned(ctx, tx)
		if err != nil || last == size {
			return err
		}
		signed, err = n.sign(ctx, tx, size, now)
		return err
	})
	if err != nil || signed == "" {
		return size, err
	}
	return size, n.remember(signed)
}

// lastSigned is the size of the newest checkpoint, whose root the tree must still have; 0 when nothing was signed.
func (n *Notary) lastSigned(ctx context.Context, tx *db.Tx) (int64, error) {
	var text string
	err := tx.GetContext(ctx, &text, "SELECT note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
	if db.NoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the last checkpoint: %w", err)
	}
	cp, err := openCheckpoint(text, n.verifier)
	if err != nil {
		return 0, errors.Join(ErrRewritten, err)
	}
	root, err := tlog.TreeHash(cp.size, storedHashes(ctx, tx))
	if err != nil || root != cp.root {
		return 0, errors.Join(ErrRewritten, err)
	}
	return cp.size, nil
}

func (n *Notary) sign(ctx context.Context, tx *db.Tx, size int64, now time.Time) (string, error) {
	root, err := tlog.TreeHash(size, storedHashes(ctx, tx))
	if err != nil {
		return "", fmt.Errorf("hash the audit record: %w", err)
	}
	at := clock.Cut(now)
	body := fmt.Sprintf("%s\n%d\n%s\n%s\n", origin, size, root, at.Format(time.RFC3339Nano))
	text, err := note.Sign(&note.Note{Text: body}, n.signer)
	if err != nil {
		return "", fmt.Errorf("sign the audit checkpoint: %w", err)
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3)", size, at, string(text))
	if db.IsUnique(err) {
		return "", errors.Join(ErrRewritten, err)
	}
	return string(text), err
}

func (n *Notary) remember(signed string) error {
	line, err := json.Marshal(signed)
	if err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(n.folder, HistoryFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write the checkpoint file: %w", err)
	}
	return nil
}

// History reads the signed checkpoints that a folder keeps, oldest first. A last line cut by a crash is left out.
func History(folder string) ([]string, error) {
	f, err := os.Open(filepath.Join(folder, HistoryFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the checkpoint file: %w", err)
	}
	defer f.Close()
	var notes []string
	r := bufio.NewReader(f)
	for {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return notes, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the checkpoint file: %w", err)
		}
		var text string
		if err := json.Unmarshal([]byte(line), &text); err != nil {
			return nil, fmt.Errorf("line %d of the checkpoint file is spoilt: %w", len(notes)+1, err)
		}
		notes = append(notes, text)
	}
}

type checkpoint struct {
	size int64
	root tlog.Hash
	at   time.Time
}

// openCheckpoint checks a note's signature and reads it.
func openCheckpoint(text string, v note.Verifier) (checkpoint, error) {
	opened, err := note.Open([]byte(text), note.VerifierList(v))
	if err != nil {
		return checkpoint{}, fmt.Errorf("a checkpoint does not carry this key's signature: %w", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != origin {
		return checkpoint{}, errors.New("a checkpoint is not one of this record")
	}
	var cp checkpoint
	var errs [3]error
	cp.size, errs[0] = strconv.ParseInt(lines[1], 10, 64)
	cp.root, errs[1] = tlog.ParseHash(lines[2])
	cp.at, errs[2] = time.Parse(time.RFC3339Nano, lines[3])
	return cp, errors.Join(errs[:]...)
}
