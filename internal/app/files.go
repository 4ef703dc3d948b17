package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"maillage/internal/calls"
	"maillage/internal/funding"
	"maillage/internal/platform/backup"
	"maillage/internal/platform/blobs"
	"maillage/internal/posts"
	"maillage/internal/structures"
	"maillage/internal/telexpertise"
)

// The folders of files.
const (
	filesOfCases      = "blobs"
	filesOfDossiers   = "documents"
	filesOfStructures = "structures"
)

// named says what rows name in each folder of files. The rooms are given no other folder, and a backup copies each of them.
var named = backup.References{
	filesOfCases:      telexpertise.Blobs,
	filesOfDossiers:   slices.Concat(calls.Blobs, funding.Blobs, posts.Blobs),
	filesOfStructures: structures.Blobs,
}

// openFiles is the store of files: the installation's bucket, or a folder of its data.
func (a *App) openFiles(ctx context.Context, folder string) (blobs.Store, error) {
	if _, known := named[folder]; !known {
		return nil, fmt.Errorf("no backup would hold the files of %s: say what rows name there", folder)
	}
	if a.cfg.Bucket != "" {
		return blobs.OpenS3(ctx, a.cfg.Bucket)
	}
	return blobs.OpenDisk(filepath.Join(a.cfg.Data, folder))
}

// stores are the folders of files of an installation, or its bucket, by name; open opens a folder.
func (c Config) stores(ctx context.Context, open func(folder string) (*blobs.Disk, error)) (map[string]blobs.Store, error) {
	if c.Bucket != "" {
		bucket, err := blobs.OpenS3(ctx, c.Bucket)
		return map[string]blobs.Store{"bucket": bucket}, err
	}
	all := map[string]blobs.Store{}
	for folder := range named {
		store, err := open(filepath.Join(c.Data, folder))
		if err != nil {
			return nil, err
		}
		all[folder] = store
	}
	return all, nil
}

// reading opens a folder without making anything.
func reading(folder string) (*blobs.Disk, error) { return blobs.ReadDisk(folder), nil }
