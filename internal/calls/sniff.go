package calls

import (
	"io"

	"maillage/internal/platform/papers"
)

// sniff refuses a document that the agency could not read, or must not keep.
func sniff(name string, content io.Reader) (kind string, whole io.Reader, err error) {
	return papers.Sniff(name, content, MaxDocument)
}
