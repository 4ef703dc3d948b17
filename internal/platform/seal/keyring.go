package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// KeysEnv may hold the keyring instead of a file: keys in base64, separated by spaces or commas, the last one current.
const KeysEnv = "MAILLAGE_SEAL_KEYS"

const keySize = 32

// errUnknownKEK says that the keyring lacks the key that wrapped a data key.
var errUnknownKEK = errors.New("the sealing key that protects this is not in the keyring: restore the key file")

// Keyring holds the key-encryption keys: the current one, and older ones until everything is wrapped again. Safe for concurrent use.
type Keyring struct {
	mu      sync.Mutex
	file    string      // "" when the keys came from the environment
	read    os.FileInfo // the file when it was last read
	keys    map[string]cipher.AEAD
	order   []string // identifiers, the current one last
	secrets []string // base64, in the same order
}

// OpenKeyring reads the keys from KeysEnv, or from the file (one key per line, in base64, mode 0600); a missing file is made, with
// one new key. Keep a copy of it apart from the backups: without it sealed content is lost.
func OpenKeyring(file string) (*Keyring, error) {
	if text := os.Getenv(KeysEnv); text != "" {
		k := &Keyring{}
		return k, k.parse(text)
	}
	k := &Keyring{file: file}
	err := k.reload()
	if errors.Is(err, os.ErrNotExist) {
		_, err = k.Add()
	}
	if err != nil {
		return nil, err
	}
	return k, nil
}

// ParseKeyring reads the text of a key file, to look at what its keys open; such a ring cannot be changed.
func ParseKeyring(text string) (*Keyring, error) {
	k := &Keyring{}
	return k, k.parse(text)
}

func (k *Keyring) reload() error {
	if k.file == "" {
		return nil
	}
	info, err := os.Stat(k.file)
	if err != nil {
		return fmt.Errorf("read the sealing keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("the sealing keys %s can be read by others: chmod 600 %s", k.file, k.file)
	}
	k.mu.Lock()
	same := k.read != nil && os.SameFile(k.read, info) && k.read.ModTime().Equal(info.ModTime())
	k.mu.Unlock()
	if same {
		return nil
	}
	text, err := os.ReadFile(k.file)
	if err != nil {
		return fmt.Errorf("read the sealing keys: %w", err)
	}
	if err := k.parse(string(text)); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.read = info
	return nil
}

func (k *Keyring) parse(text string) error {
	secrets := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,", r) })
	if len(secrets) == 0 {
		return errors.New("the keyring holds no sealing key")
	}
	keys := map[string]cipher.AEAD{}
	var order []string
	for i, s := range secrets {
		raw, err := base64.StdEncoding.DecodeString(s)
		if err != nil || len(raw) != keySize {
			return fmt.Errorf("sealing key %d is not %d bytes in base64", i+1, keySize)
		}
		aead, err := newGCM(raw)
		if err != nil {
			return err
		}
		id := keyID(raw)
		keys[id] = aead
		order = append(order, id)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys, k.order, k.secrets = keys, order, secrets
	return nil
}

// keyID names a key without telling anything about it.
func keyID(raw []byte) string {
	sum := sha256.Sum256(append([]byte("maillage sealing key:"), raw...))
	return hex.EncodeToString(sum[:8])
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("read a sealing key: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Current is the identifier of the key that wraps new data keys.
func (k *Keyring) Current() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.order[len(k.order)-1]
}

// Add makes a new key, keeps it in the file, and makes it current. Vault.Rewrap then moves every data key under it.
func (k *Keyring) Add() (string, error) {
	raw := make([]byte, keySize)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make a sealing key: %w", err)
	}
	k.mu.Lock()
	secrets := append(append([]string{}, k.secrets...), base64.StdEncoding.EncodeToString(raw))
	k.mu.Unlock()
	return keyID(raw), k.write(secrets)
}

// Retire removes every key but the current one: what an old key still wraps is lost. Call it after Vault.Rewrap, and some minutes
// after Add: every process has then wrapped its last data key under the old one.
func (k *Keyring) Retire() error {
	k.mu.Lock()
	last := k.secrets[len(k.secrets)-1:]
	k.mu.Unlock()
	return k.write(last)
}

// write keeps the keys in the file: flushed, then renamed over the former file, then the folder flushed.
func (k *Keyring) write(secrets []string) error {
	if k.file == "" {
		return fmt.Errorf("the sealing keys come from %s: change them there", KeysEnv)
	}
	dir := filepath.Dir(k.file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write the sealing keys: %w", err)
	}
	f, err := os.CreateTemp(dir, ".keys") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write the sealing keys: %w", err)
	}
	_, err = f.WriteString(strings.Join(secrets, "\n") + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), k.file)
	}
	if err != nil {
		return fmt.Errorf("write the sealing keys: %w", errors.Join(err, os.Remove(f.Name())))
	}
	folder, err := os.Open(dir)
	if err == nil {
		err = errors.Join(folder.Sync(), folder.Close())
	}
	if err != nil {
		return fmt.Errorf("write the sealing keys: %w", err)
	}
	return k.parse(strings.Join(secrets, "\n"))
}

// wrap protects a data key under the current key, the one that another process may just have made included.
func (k *Keyring) wrap(object string, dataKey []byte) (kek, wrapped string, err error) {
	if err := k.reload(); err != nil {
		return "", "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	kek = k.order[len(k.order)-1]
	wrapped = base64.StdEncoding.EncodeToString(k.keys[kek].Seal(nil, nil, dataKey, associated("data key", object, "")))
	return kek, wrapped, nil
}

// unwrap opens a data key. An unknown key has the file read again: another node may have rotated.
func (k *Keyring) unwrap(object, kek, wrapped string) ([]byte, error) {
	if !k.has(kek) {
		if err := k.reload(); err != nil {
			return nil, err
		}
	}
	raw, err := base64.StdEncoding.DecodeString(wrapped)
	if err != nil {
		return nil, fmt.Errorf("read a wrapped key: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	aead, ok := k.keys[kek]
	if !ok {
		return nil, errUnknownKEK
	}
	dataKey, err := aead.Open(nil, nil, raw, associated("data key", object, ""))
	if err != nil {
		return nil, errors.New("a wrapped key is spoilt, or belongs to another object")
	}
	return dataKey, nil
}

func (k *Keyring) has(kek string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, ok := k.keys[kek]
	return ok
}
