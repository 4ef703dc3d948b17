package web

import (
	"net/http"
	"strconv"
	"time"

	"maillage/internal/audit"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
)

const auditPerPage = 50

// auditData is a page of the record.
type auditData struct {
	Actor, Action, Kind, Object, From, To string
	Records                               []audit.Record
	Next                                  int64 // number before which the next page starts; 0 at the end
}

// auditFilter reads the filters of the page: as typed, and as the record takes them.
func auditFilter(r *http.Request) (auditData, audit.Filter) {
	q := r.URL.Query()
	d := auditData{Actor: q.Get("actor"), Action: q.Get("action"), Kind: q.Get("kind"), Object: q.Get("object"), From: q.Get("from"), To: q.Get("to")}
	before, _ := strconv.ParseInt(q.Get("before"), 10, 64) // what is no number starts at the newest
	f := audit.Filter{Actor: d.Actor, Action: d.Action, Object: audit.Object{Kind: d.Kind, ID: d.Object}, From: day(d.From), Before: before}
	if to := day(d.To); !to.IsZero() {
		f.To = to.AddDate(0, 0, 1)
	}
	return d, f
}

func (p *Pages) auditPage(w http.ResponseWriter, r *http.Request) error {
	d, f := auditFilter(r)
	f.Limit = auditPerPage + 1
	var err error
	if d.Records, err = p.Service.Audit(r.Context(), visitor(r).Actor, f); err != nil {
		return err
	}
	if len(d.Records) > auditPerPage {
		d.Records = d.Records[:auditPerPage]
		d.Next = d.Records[auditPerPage-1].N
	}
	return httpx.Render(w, r, http.StatusOK, auditView(d))
}

// day reads a date of a form, at midnight in Paris; the zero time when it is none.
func day(text string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, text, i18n.Paris)
	if err != nil {
		return time.Time{}
	}
	return t
}
