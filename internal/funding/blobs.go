package funding

import "maillage/internal/platform/blobs"

// Blobs are the files that the rows of this room name: signed agreements and amendments, reports and proofs.
var Blobs = []blobs.Reference{
	{Table: "convention", Columns: []string{"file_blob"}},
	{Table: "report", Columns: []string{"file_blob"}},
	{Table: "amendment", Columns: []string{"file_blob"}},
}
