package ui

import "net/url"

// WithQuery gives a place with one parameter of its query changed; an empty value removes it. Changing anything but the page goes
// back to the first page.
func WithQuery(path, rawQuery, name, value string) string {
	q, err := url.ParseQuery(rawQuery)
	if err != nil {
		q = url.Values{}
	}
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	if name != "page" && name != "lang" {
		q.Del("page")
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
