package web

import (
	"net/http"
	"net/url"

	"maillage/internal/accounts"
	"maillage/internal/platform/httpx"
)

// signInForm is what the sign-in page shows again.
type signInForm struct {
	Email, Next string
	Demo        []accounts.DemoAccount
	Providers   []accounts.Provider
	Passkeys    bool
	Changed     bool // the password has just been replaced
	Err         error
}

func (p *Pages) signInForm(r *http.Request) signInForm {
	f := signInForm{Next: r.FormValue("suite"), Email: r.PostFormValue("email"), Passkeys: p.Service.PasskeysWork(), Changed: r.FormValue("change") == "1",
		Providers: p.Service.Providers()}
	if p.Service.Demo() {
		f.Demo = accounts.DemoAccounts
	}
	return f
}

func (p *Pages) signInPage(w http.ResponseWriter, r *http.Request) error {
	private(w)
	return httpx.Render(w, r, http.StatusOK, signInView(p.signInForm(r)))
}

func (p *Pages) signIn(w http.ResponseWriter, r *http.Request) error {
	private(w)
	f := p.signInForm(r)
	opened, err := p.Service.SignIn(r.Context(), accounts.SignInCommand{Email: f.Email, Password: r.PostFormValue("password"), Door: p.door(r)})
	if err != nil {
		f.Err = err
		return refused(w, r, err, signInView(f))
	}
	return p.enter(w, r, opened, f.Next)
}

// signInAs opens a demonstration account at one click; the service refuses it anywhere but in a demonstration.
func (p *Pages) signInAs(w http.ResponseWriter, r *http.Request) error {
	opened, err := p.Service.SignInAs(r.Context(), r.PostFormValue("account"), p.door(r))
	if err != nil {
		return err
	}
	return p.enter(w, r, opened, r.PostFormValue("suite"))
}

// signOut closes the session, ends what is pushed to this device and empties what the browser kept of this site.
func (p *Pages) signOut(w http.ResponseWriter, r *http.Request) error {
	if v := visitor(r); p.Devices != nil && v.Person.ID != "" {
		if err := p.Devices.SignedOut(r.Context(), v.Person.ID, v.Session.ID, r.PostFormValue("device")); err != nil {
			return err
		}
	}
	if err := p.Service.SignOut(r.Context(), p.token(r)); err != nil {
		return err
	}
	p.setToken(w, "")
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return httpx.SeeOther(w, r, "/")
}

// codeForm is what the second factor's page shows again.
type codeForm struct {
	Next     string
	Passkeys bool
	Err      error
}

func (p *Pages) codePage(w http.ResponseWriter, r *http.Request) error {
	private(w)
	if visitor(r).Session.Stage != accounts.StageSecondFactor {
		return httpx.SeeOther(w, r, "/connexion")
	}
	return httpx.Render(w, r, http.StatusOK, codeView(codeForm{Next: r.FormValue("suite"), Passkeys: p.Service.PasskeysWork()}))
}

func (p *Pages) confirmCode(w http.ResponseWriter, r *http.Request) error {
	private(w)
	f := codeForm{Next: r.FormValue("suite"), Passkeys: p.Service.PasskeysWork()}
	opened, err := p.Service.ConfirmSecondFactor(r.Context(), r.PostFormValue("code"), p.door(r))
	if err != nil {
		f.Err = err
		return refused(w, r, err, codeView(f))
	}
	return p.enter(w, r, opened, f.Next)
}

func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?" + url.Values{"suite": {next}}.Encode()
}
