package notifications

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	webpush "github.com/SherClockHolmes/webpush-go"
)

// Keys sign what the installation sends. Browsers bind their subscriptions to the public one: another pair makes all of them void.
type Keys struct {
	Public  string `json:"public"`
	Private string `json:"private"`
}

// OpenKeys reads the pair, making it the first time. Nodes of one installation share it.
func OpenKeys(path string) (Keys, error) {
	var k Keys
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKeys(path)
	}
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err == nil && (k.Public == "" || k.Private == "") {
		err = errors.New("a key is missing")
	}
	if err != nil {
		return k, fmt.Errorf("keys of notifications: %w", err)
	}
	return k, nil
}

func makeKeys(path string) (Keys, error) {
	private, public, err := webpush.GenerateVAPIDKeys()
	k := Keys{Public: public, Private: private}
	text, mistake := json.Marshal(k)
	err = errors.Join(err, mistake)
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, text, 0o600))
	}
	if err != nil {
		return k, fmt.Errorf("make the keys of notifications: %w", err)
	}
	return k, nil
}
