package telexpertise

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"maillage/internal/platform/db"
	"maillage/internal/platform/seal"
)

// seal writes a value as JSON, sealed under the key of the case. The name says what it is, and is authenticated with it.
func (s *Service) seal(ctx context.Context, q db.Queryer, caseID, name string, value any) (string, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	key, err := s.vault.Key(ctx, q, caseID)
	if err != nil {
		return "", err
	}
	return key.SealBytes(name, plain), nil
}

// open reads what seal wrote.
func (s *Service) open(ctx context.Context, q db.Queryer, caseID, name, sealed string, value any) error {
	key, err := s.vault.Key(ctx, q, caseID)
	if err != nil {
		return err
	}
	return unseal(key, name, sealed, value)
}

// unseal reads a sealed value with the key of its case.
func unseal(key *seal.Key, name, sealed string, value any) error {
	plain, err := key.OpenBytes(name, sealed)
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	if err := json.Unmarshal(plain, value); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// blobName is where a photograph, or a part of it, lies sealed.
func blobName(caseID, photoID, what string) string {
	return "telexpertise/" + caseID + "/" + photoID + "/" + what
}

// putBlob seals bytes of a case onto the disk; when it returns they are there for good.
func (s *Service) putBlob(ctx context.Context, caseID, name string, plain []byte) error {
	key, err := s.vault.Key(ctx, s.db, caseID)
	if err != nil {
		return err
	}
	sealed := key.SealReader(bytes.NewReader(plain), name)
	_, err = s.blobs.Put(ctx, name, sealed)
	if closing := sealed.Close(); err == nil && closing != nil {
		err = fmt.Errorf("seal %s: %w", name, closing)
	}
	return err
}

// getBlob reads what putBlob wrote.
func (s *Service) getBlob(ctx context.Context, caseID, name string) ([]byte, error) {
	key, err := s.vault.Key(ctx, s.db, caseID)
	if err != nil {
		return nil, err
	}
	sealed, _, err := s.blobs.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	defer sealed.Close()
	plain, err := key.Open(sealed, name)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(plain)
}

// blobNames lists the sealed files of a case.
func (s *Service) blobNames(ctx context.Context, prefix string) ([]string, error) {
	var names []string
	for info, err := range s.blobs.List(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		names = append(names, info.ID)
	}
	return names, nil
}

// deleteBlobs removes sealed files that nothing names any more. Their rows are gone already: what a crash leaves is unreadable, and
// swept with the case.
func (s *Service) deleteBlobs(ctx context.Context, names []string) error {
	for _, name := range names {
		if err := s.blobs.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}
