package fhir

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"maillage/internal/accounts"
	"maillage/internal/audit"
	"maillage/internal/fhir/r4"
	"maillage/internal/platform/db"
	"maillage/internal/platform/fault"
	"maillage/internal/telexpertise"
)

// exchangeIncludes are those of the draft guide: who answers, and where.
var exchangeIncludes = []string{"ServiceRequest:performer", "PractitionerRole:practitioner", "PractitionerRole:organization"}

func (s *Service) exchangeOpen() error {
	if s.config.Exchange {
		return nil
	}
	return fault.NotFound("L’échange avec d’autres logiciels n’est pas ouvert sur cette installation.", "Exchange with other programs is not open on this installation.")
}

// Receive makes a draft from a transaction that holds a ServiceRequest of intent “proposal”, its Patient, and who asks (Practitioner,
// PractitionerRole, Organization). It answers with the address where the requester completes and sends the draft. The same
// transaction again gives the same answer and changes nothing, even when the requester went on meanwhile; another content under the
// same identifier is a conflict.
func (s *Service) Receive(ctx context.Context, client Client, body []byte) (*r4.Bundle, error) {
	if err := s.exchangeOpen(); err != nil {
		return nil, err
	}
	in, err := readTransaction(body)
	if err != nil {
		return nil, err
	}
	member, err := s.cases.Requester(ctx, rppsIn(in.practitioner.Identifier))
	if err != nil {
		return nil, err
	}
	actor, err := s.persons.OnBehalf(ctx, member.PersonID)
	if err != nil {
		return nil, err
	}
	cmd := in.draft(member)
	if err := s.cases.RefuseIdentity(cmd.Patient); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	key := in.key
	if key == "" {
		key = digest
	}
	id := sha256.Sum256([]byte(client.ID + "\n" + key))
	cmd.ID = hex.EncodeToString(id[:16])
	known, err := s.sent(ctx, client, key, digest)
	if err == nil && !known {
		err = s.create(ctx, client, actor, cmd, key, digest)
	}
	if err != nil {
		return nil, err
	}
	return s.received(in, cmd.ID), nil
}

// sent tells whether this was received before; a conflict when it said something else then.
func (s *Service) sent(ctx context.Context, client Client, key, digest string) (bool, error) {
	var before string
	err := s.db.GetContext(ctx, &before, "SELECT digest FROM fhir_exchange WHERE client_id = $1 AND sent_key = $2", client.ID, key)
	switch {
	case db.NoRows(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("find what was sent: %w", err)
	case before != digest:
		return false, fault.Conflict("Une demande de cet identifiant a déjà été reçue avec un autre contenu : la première est gardée.",
			"A request of this identifier was already received with another content: the first one is kept.")
	}
	return true, nil
}

// create saves the draft in the name of its requester, then keeps that it was sent. Stopped in between, the repeat does the same again.
func (s *Service) create(ctx context.Context, client Client, actor accounts.Actor, cmd telexpertise.DraftCommand, key, digest string) error {
	if _, err := s.cases.SaveDraft(ctx, actor, cmd); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		res, err := tx.ExecContext(ctx, "INSERT INTO fhir_exchange (client_id, sent_key, digest, case_id, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (client_id, sent_key) DO NOTHING",
			client.ID, key, digest, cmd.ID, db.Now(s.clock))
		if err != nil {
			return fmt.Errorf("keep what was sent: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: audit.Actor{ID: "fhir:" + client.ID, Name: client.Name}, Action: "telexpertise.exchange",
			Object: audit.Object{Kind: telexpertise.AuditCase, ID: cmd.ID}, Text: fmt.Sprintf("Le logiciel « %s » a préparé la demande au nom de %s.", client.Name, actor.Name)})
	})
}

// received answers a transaction, entry by entry, with the way to the draft.
func (s *Service) received(in *transaction, id string) *r4.Bundle {
	b := &r4.Bundle{Base: r4.Base{Kind: "Bundle", ID: id, Meta: &r4.Meta{Profile: []string{guide + "/StructureDefinition/cfl-transaction-response-bundle"},
		Extension: []r4.Extension{{URL: extRedirect, ValueURL: s.config.BaseURL + "/telexpertise/nouvelle?demande=" + url.QueryEscape(id)}}}}, Type: "transaction-response"}
	for _, kind := range in.kinds {
		response := &r4.EntryResponse{Status: "200 OK"}
		if kind == "ServiceRequest" {
			response = &r4.EntryResponse{Status: "201 Created", Location: s.config.BaseURL + "/fhir/ServiceRequest/" + id, Etag: `W/"1"`}
		}
		b.Entry = append(b.Entry, r4.Entry{Response: response})
	}
	return b
}

// Follow answers a search of a requester's requests: RPPS and date of change are needed. No patient and no clinical word is in it.
func (s *Service) Follow(ctx context.Context, client Client, values url.Values) (*r4.Bundle, error) {
	if err := s.exchangeOpen(); err != nil {
		return nil, err
	}
	k := &Kind{Name: "ServiceRequest", Params: []Param{{Name: "requester.practitioner.identifier"}, {Name: "status"}}}
	q, err := k.Parse(folded(values), false)
	if err != nil {
		return nil, err
	}
	system, number := q.Token("requester.practitioner.identifier")
	if system == systemNational {
		number = strings.TrimPrefix(number, "8")
	}
	switch {
	case number == "":
		return nil, badParam("requester.practitioner.identifier", "le numéro RPPS du requérant est nécessaire.", "the requester’s RPPS number is needed.")
	case q.From.IsZero() && q.Until.IsZero():
		return nil, badParam("_lastUpdated", "la date de mise à jour est nécessaire.", "the date of change is needed.")
	}
	for _, include := range q.Include {
		if !slices.Contains(exchangeIncludes, include) {
			return nil, badParam("_include", "« "+include+" » ne se suit pas ici.", "“"+include+"” cannot be followed here.")
		}
	}
	member, err := s.cases.Requester(ctx, number)
	if fault.Is(err, fault.KindNotFound) {
		return s.page(ctx, accounts.Actor{}, k, q, Found{}, s.config.BaseURL+"/fhir/confluences")
	}
	if err != nil {
		return nil, err
	}
	actor, err := s.persons.OnBehalf(ctx, member.PersonID)
	if err != nil {
		return nil, err
	}
	return s.follows(ctx, client, actor, k, q)
}

func (s *Service) follows(ctx context.Context, client Client, actor accounts.Actor, k *Kind, q Query) (*r4.Bundle, error) {
	list, total, err := s.cases.Cases(ctx, actor, telexpertise.CaseFilter{States: wantedStates(q.List("status")), From: q.From, Until: q.Until, Own: true, Limit: q.Count, Offset: q.Offset})
	if err != nil {
		return nil, err
	}
	people, pools, err := s.cases.Colleagues(ctx, actor)
	if err != nil {
		return nil, err
	}
	found := Found{Total: total}
	for i := range list {
		f := &telexpertise.File{Case: &list[i], Pool: pools[list[i].PoolID], Parts: []telexpertise.Part{telexpertise.PartRequester}, Names: map[string]string{}}
		for _, m := range people {
			f.Names[m.PersonID] = m.Name
		}
		found.Resources = append(found.Resources, drawn{f, s.config.BaseURL}.serviceRequest())
	}
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		return audit.Append(ctx, tx, audit.Entry{At: db.Now(s.clock), Actor: audit.Actor{ID: "fhir:" + client.ID, Name: client.Name}, Action: "telexpertise.exchange-list",
			Object: audit.Object{Kind: "fhir.client", ID: client.ID}, Text: fmt.Sprintf("Le logiciel « %s » a suivi l’état de %d demandes de %s.", client.Name, len(list), actor.Name)})
	})
	if err != nil {
		return nil, err
	}
	return s.page(ctx, actor, k, q, found, s.config.BaseURL+"/fhir/confluences")
}

// folded takes the parameters as the draft guide spells them: its capitals vary.
func folded(values url.Values) url.Values {
	names := map[string]string{"requester.practitioner.identifier": "requester.practitioner.identifier", "meta.lastupdated": "_lastUpdated", "_lastupdated": "_lastUpdated"}
	same := url.Values{}
	for name, given := range values {
		if known := names[strings.ToLower(name)]; known != "" {
			name = known
		}
		same[name] = append(same[name], given...)
	}
	return same
}

// transaction is what came, read.
type transaction struct {
	key          string
	kinds        []string
	request      r4.ServiceRequest
	patient      r4.Patient
	practitioner r4.Practitioner
	role         r4.PractitionerRole
	organization r4.Organization
}

func wrongTransaction(fr, en string) error {
	f := fault.Invalid(fr, en)
	f.Rule = "confluences"
	return f
}

// readTransaction reads a bundle and finds in it the five resources that the guide asks for.
func readTransaction(body []byte) (*transaction, error) {
	var in r4.Incoming
	if err := json.Unmarshal(body, &in); err != nil || in.Kind != "Bundle" || in.Type != "transaction" {
		return nil, wrongTransaction("Un Bundle de type « transaction », en JSON, est attendu ; rien n’a été enregistré.", "A Bundle of type “transaction”, in JSON, is expected; nothing was recorded.")
	}
	t := &transaction{}
	var practitioners []r4.Practitioner
	into := map[string]any{"ServiceRequest": &t.request, "Patient": &t.patient, "PractitionerRole": &t.role, "Organization": &t.organization}
	for i, e := range in.Entry {
		var head r4.Base
		if err := json.Unmarshal(e.Resource, &head); err != nil {
			return nil, wrongTransaction(fmt.Sprintf("L’entrée %d du Bundle n’est pas lisible ; rien n’a été enregistré.", i+1), fmt.Sprintf("Entry %d of the Bundle cannot be read; nothing was recorded.", i+1))
		}
		t.kinds = append(t.kinds, head.Kind)
		target, wanted := into[head.Kind]
		if head.Kind == "Practitioner" {
			practitioners = append(practitioners, r4.Practitioner{})
			target, wanted = &practitioners[len(practitioners)-1], true
		}
		if !wanted {
			continue
		}
		if head.Kind == "PractitionerRole" && t.role.Kind != "" {
			continue // the first one is the requester's
		}
		if err := json.Unmarshal(e.Resource, target); err != nil {
			return nil, wrongTransaction("La ressource "+head.Kind+" n’est pas lisible ; rien n’a été enregistré.", "The resource "+head.Kind+" cannot be read; nothing was recorded.")
		}
	}
	for _, kind := range []string{"ServiceRequest", "Patient", "Practitioner", "PractitionerRole", "Organization"} {
		if !slices.Contains(t.kinds, kind) {
			return nil, wrongTransaction("Il manque la ressource "+kind+" ; rien n’a été enregistré.", "The resource "+kind+" is missing; nothing was recorded.")
		}
	}
	t.practitioner = practitioners[0]
	return t, t.check(in.Identifier)
}

func (t *transaction) check(own *r4.Identifier) error {
	if t.request.Intent != "proposal" {
		return wrongTransaction("Une demande a pour intention « proposal » ; rien n’a été enregistré.", "A request has the intent “proposal”; nothing was recorded.")
	}
	if rppsIn(t.practitioner.Identifier) == "" {
		return wrongTransaction("Le requérant porte un numéro RPPS ; rien n’a été enregistré.", "The requester holds an RPPS number; nothing was recorded.")
	}
	if own != nil {
		t.key = own.System + "|" + own.Value
	} else if len(t.request.Identifier) > 0 {
		t.key = t.request.Identifier[0].System + "|" + t.request.Identifier[0].Value
	}
	return nil
}
