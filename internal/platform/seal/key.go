package seal

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

// ErrSpoilt says that sealed content was changed, cut, moved, or sealed under another key.
var ErrSpoilt = errors.New("sealed content was changed, cut, moved, or sealed under another key")

const segmentSize = 64 << 10 // bytes of ciphertext that are checked together

// Key is the data key of one object, ready to use. Safe for concurrent use.
type Key struct {
	object string
	stream *subtle.AESGCMHKDF
	field  cipher.AEAD
}

func newKey(object string, dataKey []byte) (*Key, error) {
	derive := func(use string) ([]byte, error) { return hkdf.Expand(sha256.New, dataKey, use, keySize) }
	streamKey, err := derive("maillage stream")
	if err != nil {
		return nil, fmt.Errorf("derive a stream key: %w", err)
	}
	fieldKey, err := derive("maillage field")
	if err != nil {
		return nil, fmt.Errorf("derive a field key: %w", err)
	}
	stream, err := subtle.NewAESGCMHKDF(streamKey, "SHA256", keySize, segmentSize, 0)
	if err != nil {
		return nil, fmt.Errorf("prepare a stream key: %w", err)
	}
	field, err := newGCM(fieldKey)
	if err != nil {
		return nil, err
	}
	return &Key{object: object, stream: stream, field: field}, nil
}

// associated binds content to its use, object and name; lengths keep the parts apart.
func associated(use, object, name string) []byte {
	return fmt.Appendf(nil, "%s %d:%s %d:%s", use, len(object), object, len(name), name)
}

// Seal returns a writer that seals what is written, as the blob of this name, into w. The content is complete only once Close has
// returned nil.
func (k *Key) Seal(w io.Writer, blob string) (io.WriteCloser, error) {
	sealed, err := k.stream.NewEncryptingWriter(w, associated("blob", k.object, blob))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// SealReader seals the content of r while it is read: what a blob store's Put wants. The caller closes it, also when it was not
// read to its end.
func (k *Key) SealReader(r io.Reader, blob string) io.ReadCloser {
	out, in := io.Pipe()
	go func() {
		sealed, err := k.Seal(in, blob)
		if err == nil {
			_, err = io.Copy(sealed, r)
		}
		if err == nil {
			err = sealed.Close()
		}
		in.CloseWithError(err)
	}()
	return out
}

// Open reads the blob of this name that was sealed into r. Each segment is checked before it is given; a cut is found at the end: act
// on the content only after io.EOF. Errors of sealing are ErrSpoilt.
func (k *Key) Open(r io.Reader, blob string) (io.Reader, error) {
	source := &remember{r: r}
	plain, err := k.stream.NewDecryptingReader(source, associated("blob", k.object, blob))
	if err != nil {
		return nil, source.blame(err)
	}
	return &opened{plain, source}, nil
}

// SealBytes seals a small value, as the field of this name, into text for a TEXT column.
func (k *Key) SealBytes(field string, plain []byte) string {
	return base64.StdEncoding.EncodeToString(k.field.Seal(nil, nil, plain, associated("field", k.object, field)))
}

// OpenBytes opens what SealBytes made for the same object and field, or fails with ErrSpoilt.
func (k *Key) OpenBytes(field, sealed string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil {
		return nil, ErrSpoilt
	}
	plain, err := k.field.Open(nil, nil, raw, associated("field", k.object, field))
	if err != nil {
		return nil, ErrSpoilt
	}
	return plain, nil
}

// remember keeps the failure of a source, so that a network error is not taken for spoilt content.
type remember struct {
	r   io.Reader
	err error
}

func (s *remember) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (s *remember) blame(err error) error {
	if s.err != nil {
		return s.err
	}
	return fmt.Errorf("%w: %w", ErrSpoilt, err)
}

type opened struct {
	plain  io.Reader
	source *remember
}

func (o *opened) Read(p []byte) (int, error) {
	n, err := o.plain.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = o.source.blame(err)
	}
	return n, err
}
