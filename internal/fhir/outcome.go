package fhir

import (
	"sort"

	"maillage/internal/fhir/r4"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// issueCodes is the one table from faults to what FHIR calls them.
var issueCodes = map[fault.Kind]string{
	fault.KindInvalid: "invalid", fault.KindUnauthenticated: "login", fault.KindForbidden: "forbidden", fault.KindNotFound: "not-found", fault.KindConflict: "conflict",
	fault.KindRefused: "business-rule", fault.KindTooLarge: "too-long", fault.KindTooMany: "throttled", fault.KindFull: "no-store", fault.KindUnavailable: "transient",
	fault.KindMethod: "not-supported", fault.KindSlow: "timeout",
}

// Outcome tells a fault as FHIR does: one issue for what happened, one for each field that it names.
func Outcome(f *fault.Error, lang i18n.Lang) *r4.OperationOutcome {
	code := issueCodes[f.Kind]
	if code == "" {
		code = "exception"
	}
	o := &r4.OperationOutcome{Base: r4.Base{Kind: "OperationOutcome"}}
	if text := f.Message.In(lang); text != "" || len(f.Fields) == 0 {
		o.Issue = append(o.Issue, r4.Issue{Severity: "error", Code: code, Details: r4.Words(text), Diagnostics: f.Rule})
	}
	var names []string
	for name := range f.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		o.Issue = append(o.Issue, r4.Issue{Severity: "error", Code: "value", Details: r4.Words(f.Fields[name].In(lang)), Diagnostics: name})
	}
	return o
}
