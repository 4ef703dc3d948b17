package blobs

// Reference declares which rows of a table name blobs. Each room lists its own, so that a backup, its check and `maillage doctor` can tell
// a file that is missing.
type Reference struct {
	Table   string
	Columns []string
	// IDs gives the blobs that a row names, from its Columns as text ("" for NULL, "true" or "1" for true). Nil: the first column is the
	// identifier, "" when there is none.
	IDs func(row []string) []string
}

// Of gives the blobs that a row names.
func (r Reference) Of(row []string) []string {
	if r.IDs != nil {
		return r.IDs(row)
	}
	if row[0] == "" {
		return nil
	}
	return row[:1]
}
