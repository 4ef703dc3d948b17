package calls

import "maillage/internal/platform/blobs"

// Blobs are the files that the rows of this room name; a document taken back keeps its row and its file.
var Blobs = []blobs.Reference{{Table: "dossier_document", Columns: []string{"blob"}}}
