package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/platform/db"
	"maillage/internal/platform/httpx"
	"maillage/internal/platform/i18n"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/photo"
	"maillage/internal/ui"
)

// formData is the request form, for whoever has no phone at hand or no JavaScript.
type formData struct {
	ID      string
	Command telexpertise.DraftCommand
	Kept    []telexpertise.PhotoStatus
	Err     error
}

// formViews are the views that the form asks for.
var formViews = []telexpertise.View{"context", "overview", "close-up", "dermoscopy", "side"}

// clinicalQuestions are the questions answered by yes or no.
var clinicalQuestions = []struct {
	name  string
	label i18n.Text
	at    func(*telexpertise.Clinical) *telexpertise.Answer3
}{
	{"size", i18n.Text{FR: "A changé de taille", EN: "Changed in size"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Size }},
	{"shape", i18n.Text{FR: "Forme irrégulière ou modifiée", EN: "Irregular or changed shape"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Shape }},
	{"colour", i18n.Text{FR: "Couleur irrégulière ou modifiée", EN: "Irregular or changed colour"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Colour }},
	{"inflamed", i18n.Text{FR: "Inflammation", EN: "Inflammation"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Inflamed }},
	{"oozing", i18n.Text{FR: "Suintement ou croûte", EN: "Oozing or crust"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Oozing }},
	{"bleeding", i18n.Text{FR: "Saignement", EN: "Bleeding"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Bleeding }},
	{"sensation", i18n.Text{FR: "Démangeaison ou sensation modifiée", EN: "Itch or altered sensation"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Sensation }},
	{"raised", i18n.Text{FR: "En relief", EN: "Raised"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Raised }},
	{"personal_cancer", i18n.Text{FR: "Cancer de la peau chez le patient", EN: "Skin cancer of the patient"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.PersonalCancer }},
	{"family_cancer", i18n.Text{FR: "Cancer de la peau dans la famille", EN: "Skin cancer in the family"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.FamilyCancer }},
	{"immuno", i18n.Text{FR: "Immunodépression", EN: "Immunosuppression"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Immuno }},
	{"anticoagulant", i18n.Text{FR: "Anticoagulants", EN: "Anticoagulants"}, func(c *telexpertise.Clinical) *telexpertise.Answer3 { return &c.Anticoagulant }},
}

// phoneLink leads to the guided capture, for the same lesion.
func phoneLink(d formData) string {
	if d.Command.PreviousID == "" {
		return "/telexpertise/telephone"
	}
	return "/telexpertise/telephone?suite=" + url.QueryEscape(d.Command.PreviousID)
}

func slipLanguageOptions() []ui.Option {
	options := []ui.Option{}
	for _, l := range telexpertise.SlipLanguages {
		options = append(options, ui.Option{Value: l.Code, Label: l.Name})
	}
	return options
}

func ticked(is bool) string {
	if is {
		return "1"
	}
	return ""
}

func diameter(d formData) string {
	if d.Command.Clinical.DiameterMM == 0 {
		return ""
	}
	return strconv.FormatFloat(d.Command.Clinical.DiameterMM, 'f', -1, 64)
}

// newForm shows an empty request, or a draft to go on with.
func (p *Pages) newForm(w http.ResponseWriter, r *http.Request) error {
	d := formData{ID: db.NewID()}
	if before := r.URL.Query().Get("suite"); before != "" {
		file, err := p.service.ReadCase(r.Context(), accounts.FromContext(r.Context()), before)
		if err != nil {
			return err
		}
		d.Command = telexpertise.DraftCommand{PreviousID: before, Urgency: file.Case.Urgency, Record: telexpertise.Record{Patient: file.Record.Patient, Clinical: file.Record.Clinical}}
	}
	if id := r.URL.Query().Get("demande"); id != "" {
		status, err := p.service.Status(r.Context(), accounts.FromContext(r.Context()), id)
		if err != nil {
			return err
		}
		if status.Record == nil {
			return httpx.SeeOther(w, r, caseLink(id))
		}
		d = formData{ID: id, Command: telexpertise.DraftCommand{ID: id, Urgency: status.Urgency, PreviousID: status.Previous, Record: *status.Record}, Kept: status.Photos}
	}
	return httpx.Render(w, r, http.StatusOK, formView(d))
}

// postForm keeps what was typed as a draft, takes the photographs, then sends. A refusal shows the form again, with all of it.
func (p *Pages) postForm(w http.ResponseWriter, r *http.Request) error {
	if err := p.receiving.Acquire(r.Context(), formWeight); err != nil {
		return err
	}
	defer p.receiving.Release(formWeight)
	form, err := readForm(r)
	if err != nil {
		return err
	}
	ctx, actor := r.Context(), accounts.FromContext(r.Context())
	cmd := form.draft()
	d := formData{ID: cmd.ID, Command: cmd}
	status, err := p.service.SaveDraft(ctx, actor, cmd)
	if err == nil {
		status, err = p.putPhotos(ctx, actor, cmd.ID, form.photos)
		d.Kept = status.Photos
	}
	if err == nil && form.values["do"] == "keep" {
		return httpx.SeeOther(w, r, "/telexpertise/questions")
	}
	if err == nil {
		_, err = p.service.Submit(ctx, actor, telexpertise.SubmitCommand{CaseID: cmd.ID, Photos: references(status.Photos)})
	}
	if err != nil {
		code := httpx.Status(err)
		if code != http.StatusUnprocessableEntity && code != http.StatusConflict {
			return err
		}
		d.Err = err
		return httpx.Render(w, r, code, formView(d))
	}
	return httpx.SeeOther(w, r, caseLink(cmd.ID))
}

// putPhotos takes each photograph; the first refusal is given back once all were tried, so that the good ones are kept.
func (p *Pages) putPhotos(ctx context.Context, actor accounts.Actor, id string, photos []formPhoto) (telexpertise.Status, error) {
	var refused error
	for _, f := range photos {
		sum := sha256.Sum256(f.data)
		_, err := p.service.PutPhoto(ctx, actor, telexpertise.PhotoCommand{CaseID: id, ID: db.NewID(), View: f.view, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(f.data)), Data: f.data})
		if refused == nil {
			refused = err
		}
	}
	status, err := p.service.Status(ctx, actor, id)
	return status, errors.Join(refused, err)
}

func references(photos []telexpertise.PhotoStatus) []telexpertise.PhotoRef {
	var refs []telexpertise.PhotoRef
	for _, p := range photos {
		if p.ReceivedAt != nil {
			refs = append(refs, telexpertise.PhotoRef{ID: p.ID, SHA256: p.SHA256})
		}
	}
	return refs
}

// addPhoto adds one photograph to a request that awaits a complement.
func (p *Pages) addPhoto(w http.ResponseWriter, r *http.Request) error {
	if err := p.receiving.Acquire(r.Context(), formWeight); err != nil {
		return err
	}
	defer p.receiving.Release(formWeight)
	form, err := readForm(r)
	if err != nil {
		return err
	}
	for i := range form.photos {
		form.photos[i].view = telexpertise.View(form.values["view"])
	}
	if _, err := p.putPhotos(r.Context(), accounts.FromContext(r.Context()), r.PathValue("id"), form.photos); err != nil {
		return p.refused(w, r, err)
	}
	return httpx.SeeOther(w, r, caseLink(r.PathValue("id")))
}

type formPhoto struct {
	view telexpertise.View
	data []byte
}

type sentForm struct {
	values map[string]string
	photos []formPhoto
}

const (
	maxForm    = 64 << 20 // bytes: five photographs of a phone
	formWeight = maxForm
)

// readForm reads a multipart form as it comes, into memory alone: nothing of a patient touches a temporary file.
func readForm(r *http.Request) (sentForm, error) {
	form := sentForm{values: map[string]string{}}
	parts, err := r.MultipartReader()
	if err != nil {
		return form, err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return form, err
		}
		data, err := io.ReadAll(io.LimitReader(part, photo.MaxBytes+1))
		if err != nil {
			return form, err
		}
		name := part.FormName()
		if err := httpx.Legible(name); err != nil {
			return form, err
		}
		if part.FileName() == "" && part.Header.Get("Content-Type") == "" {
			if err := httpx.Legible(string(data)); err != nil {
				return form, err
			}
			form.values[name] = string(data)
		} else if len(data) > 0 && len(name) > len("photo-") {
			form.photos = append(form.photos, formPhoto{telexpertise.View(name[len("photo-"):]), data})
		} else if len(data) > 0 {
			form.photos = append(form.photos, formPhoto{"", data})
		}
	}
}

func (f sentForm) draft() telexpertise.DraftCommand {
	v := f.values
	cmd := telexpertise.DraftCommand{ID: v["id"], Urgency: telexpertise.Urgency(v["urgency"]), PreviousID: v["previous"]}
	cmd.Patient = telexpertise.Patient{BirthName: v["birth_name"], FirstBirthName: v["first_birth_name"], UsedName: v["used_name"], BirthDate: v["birth_date"], Sex: v["sex"],
		BirthPlace: v["birth_place"], INS: v["ins"], Phone: v["phone"], UsualDoctor: v["usual_doctor"], Lang: v["lang"]}
	if cmd.Patient.INS != "" {
		cmd.Patient.INSOid = telexpertise.OidNIR
	}
	cmd.Consent = telexpertise.Consent{Given: v["consent"] == "1", Form: v["consent_form"], ByWhom: "patient"}
	cmd.Clinical = telexpertise.Clinical{Site: v["site"], DiameterMM: decimal(v["diameter_mm"]), Since: v["since"], Hypothesis: v["hypothesis"], Treatments: v["treatments"]}
	for _, q := range clinicalQuestions {
		if a := telexpertise.Answer3(v[q.name]); a == telexpertise.Yes || a == telexpertise.No {
			*q.at(&cmd.Clinical) = a
		}
	}
	cmd.Question = v["question"]
	return cmd
}
