package posts

import "maillage/internal/platform/blobs"

// Blobs are the files that the rows of this room name.
var Blobs = []blobs.Reference{{Table: "shared_post_document", Columns: []string{"blob"}}}
