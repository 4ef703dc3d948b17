package telexpertise

import (
	"maillage/internal/platform/blobs"
	"maillage/internal/telexpertise/photo"
)

// Blobs are the sealed files that the rows of this room name: the original of each photograph that came whole and, once drawn, the levels
// at which it is shown; the parts of those on their way.
var Blobs = []blobs.Reference{
	{Table: "telex_photo", Columns: []string{"case_id", "id", "received_at", "derived"}, IDs: photoBlobs},
	{Table: "telex_chunk", Columns: []string{"blob"}},
}

func photoBlobs(row []string) []string {
	caseID, id, received, derived := row[0], row[1], row[2], row[3]
	if received == "" {
		return nil
	}
	all := []string{blobName(caseID, id, "original")}
	if derived == "true" || derived == "1" {
		for _, level := range photo.Levels {
			all = append(all, blobName(caseID, id, string(level)))
		}
	}
	return all
}
