package testdata

import (
	"io/fs"
	"os"
	"path/filepath"
)

// CopyData copies an installation's data folder, for its owner alone: keys that others could read are refused.
func CopyData(to, from string) error {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	return filepath.WalkDir(to, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return os.Chmod(path, 0o600)
	})
}
