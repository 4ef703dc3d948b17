package app

import (
	"context"
	"path/filepath"

	"maillage/internal/platform/blobs"
)

// The folders of files.
const (
	filesOfCases    = "blobs"
	filesOfDossiers = "documents"
)

// openFiles is the store of files: the installation's bucket, or a folder of its data.
func (a *App) openFiles(ctx context.Context, folder string) (blobs.Store, error) {
	if a.cfg.Bucket != "" {
		return blobs.OpenS3(ctx, a.cfg.Bucket)
	}
	return blobs.OpenDisk(filepath.Join(a.cfg.Data, folder))
}
