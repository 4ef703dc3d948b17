package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/territory"
	"maillage/internal/territory/intake"
	"maillage/internal/ui"
)

// formData is the import form as typed.
type formData struct {
	Kind, From, To, Label, Decree, Source, Licence, Complete string
	Err                                                      error
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request) error {
	d := formData{Kind: r.URL.Query().Get("kind"), From: p.Clock.Now().In(i18n.Paris).Format(time.DateOnly)}
	return httpx.Render(w, r, http.StatusOK, formView(d))
}

// receive stores a file; its fields come before it in the form, so that nothing has to be kept in memory.
func (p *Pages) receive(w http.ResponseWriter, r *http.Request) error {
	d := formData{}
	u, err := p.receiveForm(r, &d)
	if err != nil {
		d.Err = err
		return refused(w, r, err, formView(d))
	}
	p.poke()
	return httpx.SeeOther(w, r, base+"/fichiers/"+u.ID)
}

func (p *Pages) receiveForm(r *http.Request, d *formData) (territory.Upload, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return territory.Upload{}, unreadable(err)
	}
	fields := map[string]*string{"kind": &d.Kind, "valid_from": &d.From, "valid_to": &d.To, "label": &d.Label, "decree": &d.Decree,
		"source": &d.Source, "licence": &d.Licence, "complete": &d.Complete}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return territory.Upload{}, missingFile()
		}
		if err != nil {
			return territory.Upload{}, unreadable(err)
		}
		if part.FormName() == "file" {
			return p.receiveFile(r.Context(), r, d, part)
		}
		if into := fields[part.FormName()]; into != nil {
			text, err := io.ReadAll(io.LimitReader(part, 4096))
			if err != nil {
				return territory.Upload{}, unreadable(err)
			}
			if err := httpx.Legible(string(text)); err != nil {
				return territory.Upload{}, err
			}
			*into = strings.TrimSpace(string(text))
		}
	}
}

func (p *Pages) receiveFile(ctx context.Context, r *http.Request, d *formData, part *multipart.Part) (territory.Upload, error) {
	if part.FileName() == "" {
		return territory.Upload{}, missingFile()
	}
	if err := httpx.Legible(part.FileName()); err != nil {
		return territory.Upload{}, err
	}
	wrong := fault.Fields{}
	from, to := readDay(wrong, "valid_from", d.From), readDay(wrong, "valid_to", d.To)
	if err := wrong.Err(); err != nil {
		return territory.Upload{}, err
	}
	cmd := territory.ImportCommand{Kind: intake.Kind(d.Kind), FileName: part.FileName(), Body: part, Complete: d.Complete != "",
		Label: d.Label, Decree: d.Decree, Source: d.Source, Licence: d.Licence}
	if from != nil {
		cmd.ValidFrom = *from
	}
	cmd.ValidTo = to
	return p.Service.Receive(ctx, actorOf(r), cmd)
}

// readDay reads a date of the form; nil when it is empty.
func readDay(wrong fault.Fields, name, text string) *time.Time {
	if text == "" {
		return nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, i18n.Paris)
	if err != nil {
		wrong.Add(name, "Cette date n’existe pas.", "This date does not exist.")
		return nil
	}
	return &day
}

func missingFile() error {
	wrong := fault.Fields{}
	wrong.Add("file", "Choisissez un fichier.", "Choose a file.")
	return wrong.Err()
}

func unreadable(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || httpx.AsFault(err).Kind == fault.KindSlow {
		return err
	}
	return fault.Invalid("L’envoi s’est interrompu ; rien n’a été enregistré. Renvoyez le fichier.", "The sending broke off; nothing was recorded. Send the file again.").Because(err)
}

func kindOptions(ctx context.Context) []ui.Option {
	options := []ui.Option{{Value: "", Label: i18n.T(ctx, "Choisir…", "Choose…")}}
	for _, k := range intake.Kinds {
		options = append(options, ui.Option{Value: string(k.Kind), Label: k.Name.Ctx(ctx)})
	}
	return options
}

// errorOf is the refusal of one field.
func errorOf(ctx context.Context, err error, name string) string {
	for _, f := range ui.FieldMessages(ctx, err) {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}
