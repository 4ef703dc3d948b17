package accounts

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

// KeySealer seals with AES-256-GCM under one key. A random nonce stands before the ciphertext.
type KeySealer struct{ aead cipher.AEAD }

// NewKeySealer makes a sealer from 32 secret bytes.
func NewKeySealer(key []byte) (KeySealer, error) {
	if len(key) != 32 {
		return KeySealer{}, fmt.Errorf("the accounts key has %d bytes, it must have 32", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return KeySealer{}, fmt.Errorf("accounts key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return KeySealer{}, fmt.Errorf("accounts key: %w", err)
	}
	return KeySealer{aead}, nil
}

// NewKey makes a key for NewKeySealer.
func NewKey() []byte {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		panic(err) // the machine has no randomness: nothing may go on
	}
	return key
}

// Seal encrypts; the purpose is authenticated.
func (s KeySealer) Seal(purpose string, plain []byte) ([]byte, error) {
	return s.aead.Seal(nil, nil, plain, []byte(purpose)), nil
}

// Open decrypts what Seal made for the same purpose.
func (s KeySealer) Open(purpose string, sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(purpose))
	if err != nil {
		return nil, errors.New("a sealed secret does not open: the key is another one, or the secret was altered")
	}
	return plain, nil
}
