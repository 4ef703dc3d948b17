package web

import (
	"fmt"
	"net/http"
	"strings"

	"rsc.io/qr"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
)

// enrolForm is a code generator to put into service.
type enrolForm struct {
	Offer accounts.TOTPOffer
	Size  int    // modules across the QR code, its quiet zone included
	Path  string // its black modules
	Err   error
}

func (p *Pages) enrolForm(r *http.Request) (enrolForm, error) {
	v := visitor(r)
	offer, err := p.Service.EnrolTOTP(r.Context(), v.Actor, v.Person.ID)
	if err != nil {
		return enrolForm{}, err
	}
	f := enrolForm{Offer: offer}
	f.Size, f.Path, err = qrPath(offer.URI)
	return f, err
}

func (p *Pages) enrolPage(w http.ResponseWriter, r *http.Request) error {
	f, err := p.enrolForm(r)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, enrolView(f))
}

func (p *Pages) confirmEnrol(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	done, err := p.Service.ConfirmTOTP(r.Context(), v.Actor, accounts.EnrolCommand{
		PersonID: v.Person.ID, SessionID: v.Session.ID, Code: r.PostFormValue("code")})
	if err != nil {
		f, again := p.enrolForm(r)
		if again != nil {
			return again
		}
		f.Err = err
		return refused(w, r, err, enrolView(f))
	}
	p.setToken(w, done.Token)
	return httpx.Render(w, r, http.StatusOK, recoveryView(done.Codes))
}

func (p *Pages) removeTOTP(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	if err := p.Service.RemoveTOTP(r.Context(), v.Actor, v.Person.ID); err != nil {
		return p.accountAfter(w, r, err)
	}
	return httpx.SeeOther(w, r, "/compte")
}

func (p *Pages) renewRecovery(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r)
	codes, err := p.Service.RenewRecoveryCodes(r.Context(), v.Actor, v.Person.ID)
	if err != nil {
		return p.accountAfter(w, r, err)
	}
	return httpx.Render(w, r, http.StatusOK, recoveryView(codes))
}

// qrPath draws a text as a QR code: the size of the drawing and one SVG path, with the quiet zone of four modules that readers need.
func qrPath(text string) (int, string, error) {
	const quiet = 4
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return 0, "", fmt.Errorf("draw QR code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	return code.Size + 2*quiet, path.String(), nil
}
