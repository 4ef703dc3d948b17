package telexpertise

import (
	"context"
	"encoding/json"
	"fmt"

	"maillage/internal/platform/db"
)

// Vault makes what belongs to a case unreadable to whoever holds the database or the disk: one key for each case, itself wrapped by a
// key kept elsewhere. A name says what is sealed, and is authenticated with it: nothing opens in the place of something else.
type Vault interface {
	// Create makes the key of a case, in the transaction that creates the case.
	Create(ctx context.Context, tx *db.Tx, caseID string) error
	Seal(ctx context.Context, q db.Queryer, caseID, name string, plain []byte) ([]byte, error)
	Open(ctx context.Context, q db.Queryer, caseID, name string, sealed []byte) ([]byte, error)
	// Forget destroys the key of a case: what was sealed under it is lost for ever.
	Forget(ctx context.Context, tx *db.Tx, caseID string) error
}

// Blobs keeps sealed photographs. What Put returned from is on the disk for good.
type Blobs interface {
	Put(ctx context.Context, name string, data []byte) error
	Get(ctx context.Context, name string) ([]byte, error)
	Delete(ctx context.Context, name string) error
}

// seal writes a value as JSON, sealed.
func (s *Service) seal(ctx context.Context, q db.Queryer, caseID, name string, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	sealed, err := s.vault.Seal(ctx, q, caseID, name, plain)
	if err != nil {
		return nil, fmt.Errorf("seal %s: %w", name, err)
	}
	return sealed, nil
}

// open reads what seal wrote.
func (s *Service) open(ctx context.Context, q db.Queryer, caseID, name string, sealed []byte, value any) error {
	plain, err := s.vault.Open(ctx, q, caseID, name, sealed)
	if err != nil {
		return fmt.Errorf("open %s: %w", name, err)
	}
	if err := json.Unmarshal(plain, value); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}
