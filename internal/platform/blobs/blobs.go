// Package blobs keeps files: photographs, signed documents, exports. One small interface, a folder by default, an S3 bucket for
// several nodes. What a patient sent is sealed (internal/platform/seal) before it comes here.
package blobs

import (
	"context"
	"io"
	"iter"
	"regexp"
	"strings"
	"time"

	"maillage/internal/platform/fault"
)

// Info describes a blob.
type Info struct {
	ID      string
	Size    int64
	SHA256  string // hexadecimal; set by Put only
	ModTime time.Time
}

// Store keeps blobs under identifiers of their own ("telexpertise/CASE/PHOTO"). Safe for concurrent use. Errors are faults:
// KindInvalid for an identifier that cannot be one, KindNotFound, KindFull when storage is full (nothing of the blob is then kept).
type Store interface {
	// Put keeps all of r and returns once it is durable: the caller may then commit the row that names the blob. A blob of the same
	// identifier is replaced at once, never mixed. A failing reader keeps nothing.
	Put(ctx context.Context, id string, r io.Reader) (Info, error)
	Get(ctx context.Context, id string) (io.ReadCloser, Info, error)
	Stat(ctx context.Context, id string) (Info, error)
	// Delete forgets a blob; one that does not exist is no error.
	Delete(ctx context.Context, id string) error
	// List walks the blobs whose identifier starts with prefix, in order.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]
}

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*(/[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*)*$`)

// checkID refuses what could leave the store's folder, or be read differently by another system.
func checkID(id string) error {
	if len(id) > 300 || !idPattern.MatchString(id) || strings.Contains(id, "..") {
		return fault.Invalid("Cet identifiant de fichier n’est pas valable.", "This is not a valid file identifier.")
	}
	return nil
}

func notFound(cause error) error {
	return fault.NotFound("Ce fichier n’existe pas, ou a été effacé.", "This file does not exist, or was erased.").Because(cause)
}
