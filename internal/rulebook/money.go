package rulebook

import (
	"context"
	"encoding/json"
	"fmt"

	"maillage/internal/platform/clock"
	"maillage/internal/platform/i18n"
	"maillage/internal/platform/money"
)

// Cents is money in integer cents. In rule files it is written as people do: "35 000 €", "7,50 €".
type Cents int64

// UnmarshalJSON reads a number of cents, or euros as people write them.
func (c *Cents) UnmarshalJSON(b []byte) error {
	var n int64
	if json.Unmarshal(b, &n) == nil {
		*c = Cents(n)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%s is not an amount", b)
	}
	v, err := ParseEuros(s)
	*c = v
	return err
}

// ParseEuros reads euros as people write them: "35 000 €", "1234,5", "12 345.67".
func ParseEuros(s string) (Cents, error) {
	n, ok := money.Cents(s)
	if !ok {
		return 0, fmt.Errorf("%q is not an amount in euros", s)
	}
	return Cents(n), nil
}

// Rate is a share in basis points: 2500 is 25 %. In rule files it is written "25 %".
type Rate int64

// UnmarshalJSON reads basis points, or a percentage as people write it.
func (r *Rate) UnmarshalJSON(b []byte) error {
	var n int64
	if json.Unmarshal(b, &n) == nil {
		*r = Rate(n)
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("%s is not a rate", b)
	}
	v, err := ParsePercent(s)
	*r = v
	return err
}

// ParsePercent reads a percentage as people write it: "25 %", "12,5".
func ParsePercent(s string) (Rate, error) {
	n, ok := money.BasisPoints(s)
	if !ok {
		return 0, fmt.Errorf("%q is not a percentage", s)
	}
	return Rate(n), nil
}

// Of is the share of an amount, rounded down to the cent: an aid never exceeds its rate.
func (r Rate) Of(c Cents) Cents { return Cents(int64(c) * int64(r) / 10000) }

// Day is a calendar day.
type Day = clock.Day

// euros writes cents for messages that are data.
func euros(lang i18n.Lang, c Cents) string {
	return i18n.Euro(i18n.With(context.Background(), lang), int64(c))
}
