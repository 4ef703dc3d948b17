package accesscmd

import (
	"bufio"
	"math"
	"strconv"
	"strings"

	"maillage/internal/access"
)

// WhatIf is `maillage access whatif`.
type WhatIf struct {
	Inputs
	Weights
	Add []string `help:"Doctors to add at a supply place, in full-time equivalents; negative to remove." placeholder:"SITE=FTE" sep:","`
	FTE float64  `name:"fte" help:"Supply of one full-time equivalent, in the unit of the supply file." default:"5400"`
	Out string   `help:"Result: id,before,after." default:"-" placeholder:"FILE"`
}

// Run writes access before and after the change, one row per demand place, in the order of the input.
func (c *WhatIf) Run(s *Streams) error {
	decay, err := c.parse()
	if err != nil {
		return err
	}
	if len(c.Add) == 0 {
		return refusef("--add is missing: give SITE=FTE")
	}
	if !(c.FTE > 0) || math.IsInf(c.FTE, 0) {
		return refusef("--fte: %v is not a positive number", c.FTE)
	}
	t, err := c.read(s)
	if err != nil {
		return err
	}
	model, err := access.NewModel(t.links, decay, t.demand.Values, t.supply.Values)
	if err != nil {
		return err
	}
	sandbox := model.Sandbox()
	for _, item := range c.Add {
		if err := c.apply(sandbox, t, item); err != nil {
			return err
		}
	}
	return s.write(c.Out, func(w *bufio.Writer) error {
		return writeColumns(w, "id,before,after\n", t.demand.IDs, model.Value, sandbox.Value)
	})
}

func (c *WhatIf) apply(sandbox *access.Sandbox, t *territory, item string) error {
	at := strings.LastIndexByte(item, '=')
	if at < 1 {
		return refusef("--add: %q is not written SITE=FTE", item)
	}
	site, found := t.supply.Find(item[:at])
	if !found {
		return refusef("--add: %q is not a supply id of %s", item[:at], shown(c.Supply))
	}
	fte, err := strconv.ParseFloat(item[at+1:], 64)
	if err != nil || math.IsNaN(fte) || math.IsInf(fte, 0) {
		return refusef("--add: %q is not a number of full-time equivalents", item[at+1:])
	}
	if err := sandbox.Add(site, fte*c.FTE); err != nil {
		return refusef("--add: %s has %v, less than the %v to remove", item[:at], sandbox.Supply[site], -fte*c.FTE)
	}
	return nil
}
