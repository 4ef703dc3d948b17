package accounts

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"maillage/internal/platform/fault"
	"maillage/internal/platform/i18n"
)

// Provider is an OpenID Connect provider that an installation trusts: Pro Santé Connect, ProConnect, or another.
type Provider struct {
	Slug   string // in addresses: "pro-sante-connect"
	Name   string // on buttons: "Pro Santé Connect"
	Issuer string // exactly as in its tokens; its other addresses come from discovery and may be on other hosts
	// ClientID and ClientSecret were given by the provider.
	ClientID, ClientSecret string
	// Scopes are asked for besides openid.
	Scopes []string
	// ACR is the level asked for in acr_values, and required again in the token; "" asks for none.
	ACR string
	// RPPSClaim names the claim of the user information that holds a doctor's national number; "" when the provider gives none. An
	// account with that number is then found by it the first time.
	RPPSClaim string
	// SecondFactor says that this provider, at this level, has already asked for two factors.
	SecondFactor bool
}

// ProSanteConnect is the national provider of health professionals, with the level and scope that it prescribes: authentication by
// professional card or e-CPS, which are two factors.
func ProSanteConnect(issuer, clientID, clientSecret string) Provider {
	return Provider{Slug: "pro-sante-connect", Name: "Pro Santé Connect", Issuer: issuer, ClientID: clientID, ClientSecret: clientSecret,
		Scopes: []string{"scope_all"}, ACR: "eidas1", RPPSClaim: "SubjectNameID", SecondFactor: true}
}

// ProConnect is the provider of public servants. It tells no number: people link their account once, from its page.
func ProConnect(issuer, clientID, clientSecret string) Provider {
	return Provider{Slug: "proconnect", Name: "ProConnect", Issuer: issuer, ClientID: clientID, ClientSecret: clientSecret,
		Scopes: []string{"given_name", "usual_name", "email"}, ACR: "eidas1"}
}

// signingAlgorithms are accepted in tokens: public-key ones only, whatever the provider's discovery says.
var signingAlgorithms = []string{oidc.RS256, oidc.ES256, oidc.PS256}

const providerTime = 10 * time.Second // for each request to a provider

// provider is a Provider and what its discovery said, read when first needed and kept.
type provider struct {
	Provider
	callback string
	client   *http.Client
	mu       sync.Mutex
	found    *oidc.Provider
}

func newProvider(p Provider, baseURL string) *provider {
	return &provider{Provider: p, callback: baseURL + "/connexion/fournisseur/" + p.Slug + "/retour", client: &http.Client{Timeout: providerTime}}
}

// context makes the libraries use this provider's client.
func (p *provider) context(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// discover reads the provider's addresses. A provider that does not answer is asked again next time.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The library keeps the context for fetching keys later: the request's must not end it.
	found, err := oidc.NewProvider(p.context(context.WithoutCancel(ctx)), p.Issuer)
	if err != nil {
		return nil, p.down(err)
	}
	p.found = found
	return found, nil
}

func (p *provider) oauth(found *oidc.Provider) *oauth2.Config {
	endpoint := found.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams // guessing would spend the code twice
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint, RedirectURL: p.callback,
		Scopes: append([]string{oidc.ScopeOpenID}, p.Scopes...)}
}

// down says that the provider does not answer.
func (p *provider) down(err error) error {
	return fault.New(fault.KindUnavailable, i18n.Text{
		FR: fmt.Sprintf("%s ne répond pas pour l’instant. Réessayez dans quelques minutes, ou connectez-vous avec votre mot de passe.", p.Name),
		EN: fmt.Sprintf("%s does not answer at the moment. Try again in a few minutes, or sign in with your password.", p.Name),
	}).Because(err)
}

// refuse says that what the provider sent was not accepted. The rule names the check that failed, for the log and the tests.
func (p *provider) refuse(check string, err error) error {
	f := fault.New(fault.KindInvalid, i18n.Text{
		FR: fmt.Sprintf("La réponse de %s n’a pas été acceptée ; personne n’a été connecté. Recommencez depuis la page de connexion.", p.Name),
		EN: fmt.Sprintf("The answer of %s was not accepted; nobody was signed in. Start again from the sign-in page.", p.Name),
	}).Because(err)
	f.Rule = "oidc." + check
	return f
}
