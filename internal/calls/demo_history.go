package calls

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"maillage/internal/audit"
	"maillage/internal/lifecycle"
	"maillage/internal/platform/clock"
	"maillage/internal/platform/db"
)

// tell writes in the record what happened to a dossier, as its moves would have, each at an hour of work and none in the future.
func (d *demo) tell(row *Dossier, at time.Time, who audit.Actor, action, text, reason string) {
	if at.After(d.now) {
		return
	}
	d.record = append(d.record, audit.Entry{At: at, Actor: who, Action: "calls." + action, Object: audit.Object{Kind: "calls.dossier", ID: row.ID}, Text: text, Reason: reason})
}

// moved tells of a move of the lifecycle.
func (d *demo) moved(row *Dossier, at time.Time, who audit.Actor, move, reason string) {
	mv, _ := DossierLife.Move(move)
	d.tell(row, at, who, "dossier."+move, mv.Label.FR+" : dossier "+row.Number, reason)
}

// history tells the life of a dossier up to its state.
func (d *demo) history(c *Call, row *Dossier) {
	author, instructor := d.author(row), demoActor(row.Instructor, "Délégation départementale ("+row.Dept+")")
	d.tell(row, row.CreatedAt, author, "dossier.start", "Dossier commencé : "+c.Title.V.FR, "")
	d.moved(row, *row.FiledAt, author, "file", "")
	if row.Instructor == "" {
		return
	}
	admitted := d.admitted(row)
	if row.DecidedAt == nil { // of years past, the moves are enough: the first start stays short
		d.tell(row, admitted.Add(-20*time.Minute), instructor, "dossier.assign", "Instruction confiée à "+instructor.Name+" : dossier "+row.Number, "")
	}
	d.moved(row, admitted, instructor, "admit", "")
	if row.State == Admissible {
		return
	}
	d.moved(row, row.Since.Add(-45*time.Minute), instructor, "instruct", "Le dossier est complet et le besoin établi.")
	if row.DecidedAt == nil {
		return
	}
	decider := demoActor(d.people.Decider, "")
	if row.State == Refused {
		d.moved(row, *row.DecidedAt, decider, "refuse", demoRefusal)
		return
	}
	d.moved(row, *row.DecidedAt, decider, "grant", "")
	d.paid(row, instructor)
}

// paid tells what the room of money did since a grant, on the days of its agreements.
func (d *demo) paid(row *Dossier, instructor audit.Actor) {
	payer := demoActor("demo-officer-payer", "")
	steps := []struct {
		move string
		days int
		who  audit.Actor
		in   []lifecycle.State
	}{
		{"draw-convention", 15, instructor, states(Convention, Committed, Paying, Settled, Repayment)}, {"commit", 40, payer, states(Committed, Paying, Settled, Repayment)},
		{"pay", 75, payer, states(Paying, Settled, Repayment)}, {"settle", 440, payer, states(Settled)}, {"ask-repayment", 240, payer, states(Repayment)},
	}
	for i, step := range steps {
		if slices.Contains(step.in, row.State) {
			reason := ""
			if step.move == "ask-repayment" {
				reason = "Une partie de la dépense n’a pas été justifiée."
			}
			d.moved(row, atOffice(row.DecidedAt.AddDate(0, 0, step.days), d.number+i), step.who, step.move, reason)
		}
	}
}

// admitted is when a dossier was found complete: the working day after its filing.
func (d *demo) admitted(row *Dossier) time.Time {
	return atOffice(clock.France.AddWorkingDays(*row.FiledAt, 1), d.number)
}

// heard is when an opinion was asked and given: once the dossier was complete, and before its processing was concluded.
func (d *demo) heard(row *Dossier) (asked, given time.Time) {
	asked = d.admitted(row).Add(40 * time.Minute)
	given = atOffice(clock.France.AddWorkingDays(asked, 2), d.number+1)
	if last := row.Since.Add(-90 * time.Minute); given.After(last) {
		given = last
	}
	return asked, given
}

func (d *demo) author(row *Dossier) audit.Actor {
	if row.OwnerID != "" {
		return demoActor(row.OwnerID, "")
	}
	return audit.Actor{ID: "dossier:" + row.ID, Name: row.Answers.V["contact"]}
}

// remember writes the whole record, oldest first.
func (d *demo) remember() error {
	slices.SortStableFunc(d.record, func(a, b audit.Entry) int { return a.At.Compare(b.At) })
	return audit.Append(d.ctx, d.tx, append(d.record, audit.Entry{At: d.now, Actor: audit.System, Action: "calls.demo", Object: audit.Object{Kind: "calls.call", ID: "demo"}, Text: "Appels et dossiers de démonstration créés"})...)
}

// attach gives a dossier the documents that its form asks for: those that the demonstration's people open first have them. One file
// stands behind each kind of document.
func (d *demo) attach(form Form, row *Dossier) error {
	for _, q := range form.Fields() {
		if q.Kind != KindFile || !q.Required {
			continue
		}
		doc, err := d.paper(q)
		if err != nil {
			return err
		}
		if _, err := d.tx.ExecContext(d.ctx, `INSERT INTO dossier_document (id, dossier_id, field, name, kind, size, sha256, blob, expires_on, added_by, added_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10)`, db.NewID(), row.ID, q.Name, doc.Name, doc.Kind, doc.Size, doc.SHA256, doc.Blob, row.OwnerID, row.CreatedAt); err != nil {
			return err
		}
	}
	return nil
}

// paper keeps the file of one kind of document, once.
func (d *demo) paper(q Field) (Document, error) {
	if doc, ok := d.papers[q.Name]; ok {
		return doc, nil
	}
	name, _, _ := strings.Cut(q.Label.FR, ",")
	doc := Document{Name: strings.ReplaceAll(name, "/", "-") + " (démonstration).pdf", Kind: "application/pdf", Blob: "calls/demo/" + q.Name}
	var err error
	doc.Size, doc.SHA256, err = d.s.files.Put(d.ctx, doc.Blob, bytes.NewReader(demoPDF(q.Label.FR, "Document inventé pour la démonstration.")))
	d.papers[q.Name] = doc
	return doc, err
}

// demoPDF writes the smallest document that a reader opens: two lines, in a font that every reader has. The room's own documents embed
// theirs, which takes a second for the demonstration's few.
func demoPDF(lines ...string) []byte {
	var text bytes.Buffer
	for i, line := range lines {
		fmt.Fprintf(&text, "BT /F1 %d Tf 60 %d Td (%s) Tj ET\n", 16-4*i, 760-30*i, winAnsi(line))
	}
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"}
	var file bytes.Buffer
	file.WriteString("%PDF-1.4\n")
	table := "xref\n0 6\n0000000000 65535 f \n"
	for i, object := range objects {
		table += fmt.Sprintf("%010d 00000 n \n", file.Len())
		fmt.Fprintf(&file, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := file.Len()
	fmt.Fprintf(&file, "%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", table, start)
	return file.Bytes()
}

// winAnsi writes a line as that encoding does: Latin letters as they are, the apostrophe and the dash at their own places.
func winAnsi(line string) string {
	var out strings.Builder
	for _, r := range line {
		switch {
		case r == '’':
			out.WriteString(`\222`)
		case r == '–' || r == '—':
			out.WriteString(`\226`)
		case r == '(' || r == ')' || r == '\\':
			out.WriteString(`\` + string(r))
		case r < 0x100:
			fmt.Fprintf(&out, `\%03o`, r)
		}
	}
	return out.String()
}
