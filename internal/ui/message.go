package ui

import (
	"context"
	"errors"
	"net/url"
	"sort"
	"strings"

	"maillage/internal/platform/fault"
)

// Message is what an error says to the reader; "" when err is nil or says nothing.
func Message(ctx context.Context, err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Message.Ctx(ctx)
	}
	return ""
}

// FieldMessage is the refusal of one field.
type FieldMessage struct{ Name, Text string }

// FieldMessages lists the refused fields of an error, by name.
func FieldMessages(ctx context.Context, err error) []FieldMessage {
	var f *fault.Error
	if !errors.As(err, &f) {
		return nil
	}
	all := make([]FieldMessage, 0, len(f.Fields))
	for name, text := range f.Fields {
		all = append(all, FieldMessage{name, text.Ctx(ctx)})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

func sortOf(rawQuery string) string {
	q, err := url.ParseQuery(rawQuery)
	if err != nil {
		return ""
	}
	return q.Get("sort")
}

func nextSort(rawQuery, name string) string {
	if sortOf(rawQuery) == name {
		return "-" + name
	}
	return name
}

func sortState(rawQuery, name string) string {
	switch sortOf(rawQuery) {
	case name:
		return "ascending"
	case "-" + name:
		return "descending"
	}
	return "none"
}

func sortMark(rawQuery, name string) string {
	return map[string]string{"ascending": " ▲", "descending": " ▼"}[strings.TrimSpace(sortState(rawQuery, name))]
}
