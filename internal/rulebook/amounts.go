package rulebook

import "slices"

// lines computes the amounts of a rule for a profile. In a group, the first line that holds stands; lines before it that may hold
// widen the range.
func (r *compiled) lines(p Profile) []Line {
	var lines []Line
	done := map[string]bool{}
	for i, a := range r.Amounts {
		if a.Group != "" && done[a.Group] {
			continue
		}
		holds := yes
		if e := r.amounts[i]; e != nil {
			holds = e.ask(p)
		}
		if holds == no {
			continue
		}
		l := a.line(p)
		if holds == unknown {
			l.IfChecked, l.Low = true, 0
		}
		lines = merge(lines, l)
		done[a.Group] = a.Group != "" && holds == yes
	}
	return lines
}

// merge adds a line, or widens the line of its group that may hold instead of it.
func merge(lines []Line, l Line) []Line {
	at := slices.IndexFunc(lines, func(o Line) bool { return l.Group != "" && o.Group == l.Group })
	if at < 0 {
		return append(lines, l)
	}
	o := &lines[at]
	if !l.IfChecked { // the last of the group holds for sure: the range starts at the smallest of all
		o.Low = min(l.Low, o.firm)
		o.IfChecked = true
	}
	o.High, o.firm = max(o.High, l.High), min(o.firm, l.firm)
	o.Open = o.Open || l.Open
	return lines
}

// line computes one amount.
func (a Amount) line(p Profile) Line {
	l := Line{Amount: a, Low: a.Min, High: a.Max}
	switch {
	case a.RateMax > 0:
		l.share(p)
	case a.Max == 0:
		l.High, l.Unknown = a.Min, a.Min == 0
	}
	if n, known := p[a.Times].(int); a.Times != "" && known {
		l.Low, l.High = l.Low*Cents(n), l.High*Cents(n)
	} else if a.Times != "" {
		l.Low, l.Open = 0, true
	}
	if less, known := p[a.Less].(int); a.Less != "" && known {
		l.Low, l.High = max(0, l.Low-Cents(less)), max(0, l.High-Cents(less))
	} else if a.Less != "" {
		l.Low = 0
	}
	l.firm = l.Low
	return l
}

// share computes a rate of a fact, kept under the cap.
func (l *Line) share(p Profile) {
	base, known := p[l.Of].(int)
	if l.Of == "" || !known {
		l.Low, l.Open = 0, l.Max == 0
		return
	}
	l.Low, l.High = l.RateMin.Of(Cents(base)), l.RateMax.Of(Cents(base))
	if l.Max > 0 {
		l.Low, l.High = min(l.Low, l.Max), min(l.High, l.Max)
	}
}

// facts are what the line depends on.
func (l Line) facts(r *compiled) []string {
	facts := []string{l.Of, l.Times, l.Less}
	for i, a := range r.Amounts {
		if e := r.amounts[i]; e != nil && (a.Label == l.Label || a.Group != "" && a.Group == l.Group) {
			facts = append(facts, e.facts...)
		}
	}
	return facts
}
