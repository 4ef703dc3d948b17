// Package i18n holds both languages side by side: a message cannot exist in one and be missing in the other.
package i18n

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Lang is a reader's language.
type Lang string

// The languages of the product; French is the default.
const (
	FR Lang = "fr"
	EN Lang = "en"
)

// Text is one message in both languages, for messages that are data.
type Text struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// In gives the text in a language, French with its typography.
func (t Text) In(lang Lang) string {
	if lang == EN {
		return t.EN
	}
	return French(t.FR)
}

// Ctx gives the text in the reader's language.
func (t Text) Ctx(ctx context.Context) string { return t.In(Of(ctx)) }

// Empty tells whether nothing was written in either language.
func (t Text) Empty() bool { return t.FR == "" && t.EN == "" }

type key struct{}

// With keeps the reader's language in the context.
func With(ctx context.Context, lang Lang) context.Context { return context.WithValue(ctx, key{}, lang) }

// Of is the reader's language; French when nothing says otherwise.
func Of(ctx context.Context) Lang {
	if lang, ok := ctx.Value(key{}).(Lang); ok {
		return lang
	}
	return FR
}

// Parse reads a language tag or an Accept-Language header: English when it comes before French, else French.
func Parse(header string) Lang {
	for part := range strings.SplitSeq(strings.ToLower(header), ",") {
		tag := strings.TrimSpace(strings.SplitN(part, ";", 2)[0])
		switch {
		case strings.HasPrefix(tag, "fr"):
			return FR
		case strings.HasPrefix(tag, "en"):
			return EN
		}
	}
	return FR
}

// T picks a message for the reader.
func T(ctx context.Context, fr, en string) string { return Text{fr, en}.Ctx(ctx) }

// Tf picks a format for the reader and fills it.
func Tf(ctx context.Context, fr, en string, args ...any) string {
	return fmt.Sprintf(T(ctx, fr, en), args...)
}

const (
	thinSpace = "\u202f" // between thousands, in French
	hardSpace = "\u00a0" // before units and currency
	minus     = "\u2212" // as wide as a plus, and never at the end of a line
)

// Int writes a whole number: 12 345 in French, 12,345 in English.
func Int[N ~int | ~int32 | ~int64](ctx context.Context, n N) string {
	sep := thinSpace
	if Of(ctx) == EN {
		sep = ","
	}
	return group(strconv.FormatInt(int64(n), 10), sep)
}

// Dec writes a number with a fixed count of decimals: 3,14 in French.
func Dec(ctx context.Context, x float64, decimals int) string {
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		s = strings.TrimPrefix(s, "-") // nothing is not less than nothing
	}
	whole, frac, _ := strings.Cut(s, ".")
	point, sep := ",", thinSpace
	if Of(ctx) == EN {
		point, sep = ".", ","
	}
	whole = group(whole, sep)
	if frac == "" {
		return whole
	}
	return whole + point + frac
}

// Percent writes a share (0.254) as 25,4 % or 25.4%.
func Percent(ctx context.Context, share float64, decimals int) string {
	if Of(ctx) == EN {
		return Dec(ctx, 100*share, decimals) + "%"
	}
	return Dec(ctx, 100*share, decimals) + hardSpace + "%"
}

// Euro writes an amount of integer cents: 1 234,50 € in French; cents are dropped when they are zero.
func Euro(ctx context.Context, cents int64) string {
	decimals := 2
	if cents%100 == 0 {
		decimals = 0
	}
	amount := Dec(ctx, float64(cents)/100, decimals)
	if Of(ctx) == EN {
		return "€" + amount
	}
	return amount + hardSpace + "€"
}

var months = map[Lang][]string{
	FR: {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	EN: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Date writes a day in full, in Paris: 9 janvier 2017.
func Date(ctx context.Context, t time.Time) string {
	t = t.In(Paris)
	if Of(ctx) == FR && t.Day() == 1 {
		return fmt.Sprintf("1ᵉʳ %s %d", months[FR][t.Month()-1], t.Year())
	}
	return fmt.Sprintf("%d %s %d", t.Day(), months[Of(ctx)][t.Month()-1], t.Year())
}

// DateTime writes a day and an hour, in Paris: 9 janvier 2017 à 14:05.
func DateTime(ctx context.Context, t time.Time) string {
	return Date(ctx, t) + T(ctx, " à ", " at ") + t.In(Paris).Format("15:04")
}

func group(digits, sep string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = minus, digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + sep + digits[i:]
	}
	return sign + digits
}
