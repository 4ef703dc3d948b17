package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path/filepath"
)

// Codes knows the communes of today and what became of those of yesterday.
type Codes interface {
	// Follow gives the current code for a code; merged tells that it is another one; false when it never existed.
	Follow(code string) (current string, merged, ok bool)
	// Position is where a current commune lies, in degrees; false when nobody knows. Estimated positions may be wrong by tens of
	// kilometres, by more overseas.
	Position(code string) (lat, lon float64, estimated, ok bool)
}

// Source is a file to read.
type Source struct {
	Name  string // as its owner named it; only the last element is kept
	Bytes io.Reader
	// Progress, when set, is told now and then how many bytes were read.
	Progress func(bytes int64)
}

// Read reads a file of a kind and compares it with the content in force (nil when there is none). With complete, what the content in
// force holds beside the file is kept; else the file replaces it all. The content is nil when the report refuses the file. The
// error tells only of a failure to read, of a cancelled context or of an unknown kind: what is wrong in the file is in the report.
func Read(ctx context.Context, kind Kind, src Source, codes Codes, inForce Content, complete bool) (Content, *Report, error) {
	d, ok := Describe(kind)
	if !ok {
		return nil, nil, fmt.Errorf("intake: unknown kind %q", kind)
	}
	sum := &counted{ctx: ctx, in: src.Bytes, hash: sha256.New(), progress: src.Progress}
	r := &reading{in: sum, codes: codes, report: &Report{Kind: kind, File: filepath.Base(filepath.ToSlash(src.Name)), Encoding: "UTF-8"}, kind: d}
	content, err := r.run()
	if sum.err != nil {
		return nil, nil, sum.err
	}
	if err != nil {
		return nil, nil, err
	}
	if _, err := io.Copy(io.Discard, sum); err != nil { // the hash is of the whole file, whatever was understood of it
		return nil, nil, err
	}
	rep := r.report
	rep.Bytes, rep.SHA256 = sum.n, hex.EncodeToString(sum.hash.Sum(nil))
	if content == nil || content.Rows() == 0 {
		if !rep.Refused() {
			rep.reject(Issue{Line: max(1, rep.Lines), Reason: say("Le fichier ne contient aucune ligne utile.", "The file holds no useful row.")})
		}
		return nil, rep, nil
	}
	rep.Rows = content.Rows()
	if complete && inForce != nil {
		content = content.over(inForce)
	}
	content.compare(inForce, rep)
	if rep.Refused() {
		return nil, rep, nil
	}
	return content, rep, nil
}

// reading is one file being read.
type reading struct {
	in     io.Reader
	codes  Codes
	report *Report
	kind   Description
	rows   *rows // of a delimited file
}

// run chooses the format and reads. Kinds with one format go straight to it; the supply's is told by its header.
func (r *reading) run() (Content, error) {
	if r.kind.Kind == GPSupply {
		return r.readSupply()
	}
	for name, read := range r.kind.read {
		r.report.Format = name
		return read(r)
	}
	return nil, nil
}

// counted hashes and counts what is read, and stops when the context does.
type counted struct {
	ctx      context.Context
	in       io.Reader
	hash     hash.Hash
	n, told  int64
	progress func(int64)
	err      error
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		c.err = err
		return 0, err
	}
	n, err := c.in.Read(p)
	c.hash.Write(p[:n])
	c.n += int64(n)
	if c.progress != nil && c.n-c.told >= 1<<20 {
		c.told = c.n
		c.progress(c.n)
	}
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}
