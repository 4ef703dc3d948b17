package structures

import "maillage/internal/platform/blobs"

// Blobs are the files that the rows of this room name; a document that was withdrawn keeps its row and its file.
var Blobs = []blobs.Reference{{Table: "structure_document", Columns: []string{"blob"}}}
