package i18n

import (
	"context"
	"strings"
)

// Counted is a sentence about a count, whose number is written where it says %s. French puts 0 and 1 in the singular, English 1 alone.
func Counted[C ~int | ~int32 | ~int64](n C, frOne, frMany, enOne, enMany string) Text {
	text := Text{FR: frMany, EN: enMany}
	if -2 < n && n < 2 {
		text.FR = frOne
	}
	if n == 1 || n == -1 {
		text.EN = enOne
	}
	return Text{FR: strings.ReplaceAll(text.FR, "%s", Int(With(context.Background(), FR), n)), EN: strings.ReplaceAll(text.EN, "%s", Int(With(context.Background(), EN), n))}
}

// N is a sentence about a count, for the reader: “0 habitant”, “12 345 habitants”, “0 inhabitants”.
func N[C ~int | ~int32 | ~int64](ctx context.Context, n C, frOne, frMany, enOne, enMany string) string {
	return Counted(n, frOne, frMany, enOne, enMany).Ctx(ctx)
}
