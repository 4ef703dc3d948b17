// Package testdata gives tests their files: copies of a data folder, and the public reference files that some of them read. The repository does not hold them: they lie in a
// folder beside the checkout, or where MAILLAGE_SHARED_DATA points.
package testdata

import (
	"os"
	"path/filepath"
	"testing"
)

// EnvVar names the folder that holds the reference files, when it is not beside the checkout.
const EnvVar = "MAILLAGE_SHARED_DATA"

// Shared returns the path of rel ("zones/zonage_mg_idf.csv") inside the reference folder. The folder is the one that EnvVar
// names, else the first `shared/data` met while walking up from the working directory. Where the file is absent the test
// is skipped, and says which file it wanted.
func Shared(t testing.TB, rel string) string {
	t.Helper()
	for _, root := range roots() {
		path := filepath.Join(root, filepath.FromSlash(rel))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skipf("reference data %q not found: put it in ../shared/data or set %s", rel, EnvVar)
	return ""
}

func roots() []string {
	if dir := os.Getenv(EnvVar); dir != "" {
		return []string{dir}
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	var found []string
	for {
		found = append(found, filepath.Join(dir, "shared", "data"))
		parent := filepath.Dir(dir)
		if parent == dir {
			return found
		}
		dir = parent
	}
}
