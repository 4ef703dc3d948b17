package notifications

import (
	"errors"
	"net/url"
)

// hideAddress keeps the address of a subscription out of logs: whoever has it may write to the device.
func hideAddress(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
