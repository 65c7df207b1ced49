// Package fetch has what registries hold of a person for whoever may know it: the
// organisation that keeps the registry directly, any other under an agreement in
// force, with the person's consent where that is needed, as often as agreed.
//
// What was read, and the entry in the person's access log that says so, are one
// transaction. For a registry whose records live elsewhere the entry is durable
// before the source is asked, and whether it is still allowed is asked once more
// before its answer is given on.
package fetch

import (
	"context"
	"strings"
	"sync"
	"time"

	"diwan.example/exchange/agreement"
	"diwan.example/exchange/consent"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/registry"
)

// Fetcher asks registries. Every field must be set.
type Fetcher struct {
	DB         *db.DB
	Book       *registry.Book
	Agreements *agreement.Office
}

// most bounds an inquiry.
const most = 100

var (
	errWho  = gov.Fail(gov.Invalid, "الاستعلام بلا جهة أو بلا شخص", "The inquiry names no organisation or no person")
	errMany = gov.Fail(gov.Invalid, "في الاستعلام بيانات أكثر من المسموح", "The inquiry asks for too many attributes")
	errWhat = gov.Fail(gov.Invalid, "في الاستعلام بيان ليس في المعجم المشترك", "The inquiry asks for an attribute that is not in the vocabulary")
	errWhy  = gov.Fail(gov.Invalid, "الاستعلام بلا خدمة ولا غرض", "The inquiry names neither service nor purpose")
)

// Inquire is the gov.Inquirer: it asks, for every attribute, the registry that is
// authoritative for it. Who asks is the staff member of the organisation who acts,
// or the platform for a case. Call it outside of any transaction. Errors: Invalid
// (the inquiry), NotFound (the person), or the database's.
func (f *Fetcher) Inquire(ctx context.Context, in gov.Inquiry) ([]gov.Held, error) {
	r, err := f.plan(in)
	if err != nil {
		return nil, err
	}
	reader := machine(gov.ActorFrom(ctx), in)
	var civil string
	if err := f.DB.Write(gov.WithActor(ctx, reader), func(tx *db.Tx) error {
		if civil, err = f.begin(tx, r, in); err != nil {
			return err
		}
		for _, s := range r.sources {
			if err := f.read(tx, r, s); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, err
	}
	return r.held, f.elsewhere(ctx, r, civil)
}

// begin makes the run ready for a transaction, which may be tried more than once,
// and finds whom it is about.
func (f *Fetcher) begin(tx *db.Tx, r *run, in gov.Inquiry) (civil string, err error) {
	r.begin(tx.Now())
	r.Inquiry, r.unclaimed = in, ""
	if r.Person == "" {
		p, err := identity.ByCivilNumber(tx, in.Civil)
		if gov.KindOf(err) == gov.NotFound { // the registries may know them all the same
			civil = strings.TrimSpace(gov.Digits(in.Civil))
			r.unclaimed = f.Book.Unclaimed(civil)
			return civil, nil
		}
		r.Person = p.ID
		return p.CivilNumber, err
	}
	p, err := identity.Known(tx, r.Person)
	return p.CivilNumber, err
}

// machine is who reads: a staff member of the asking organisation in their own
// name, otherwise the platform for the organisation, also when the person applies
// themselves: that their data moved is for them to see.
func machine(a gov.Actor, in gov.Inquiry) gov.Actor {
	if a.Staff() && a.Org == in.Organisation && a.Person != in.Person && a.Person != gov.System.Person {
		return a
	}
	channel := in.Channel
	if channel == "" {
		channel = a.Channel
	}
	return gov.Actor{Org: in.Organisation, Channel: channel}
}

// run is one inquiry on its way.
type run struct {
	gov.Inquiry
	held    []gov.Held // by place of the attribute
	sources []*source  // by id of the registry

	unclaimed string // stands for the person while they have no account
}

// source is one registry with the places of the attributes that it holds.
type source struct {
	*registry.Definition
	places []int
	under  []permit // of a registry that lives elsewhere: what may be asked of it
}

// permit is leave to read some attributes, under an agreement or as the keeper.
type permit struct {
	agreement *agreement.Agreement // nil: the asker keeps the registry
	places    []int
}

func (p permit) id() gov.AgreementID {
	if p.agreement == nil {
		return ""
	}
	return p.agreement.ID
}

// plan sorts the attributes by the registry that holds them.
func (f *Fetcher) plan(in gov.Inquiry) (*run, error) {
	switch {
	case in.Organisation == "" || (in.Person == "") == (strings.TrimSpace(in.Civil) == ""):
		return nil, errWho
	case in.Service == "" && in.Purpose == "":
		return nil, errWhy
	case len(in.Attributes) > most:
		return nil, errMany
	}
	r := &run{Inquiry: in, held: make([]gov.Held, len(in.Attributes))}
	of := map[gov.RegistryID]*source{}
	for i, name := range in.Attributes {
		r.held[i] = gov.Held{Attribute: name, Gap: gov.GapNone}
		if f.Book.Vocabulary.Attribute(name) == nil {
			return nil, errWhat
		}
		if d, ok := f.Book.Holder(name); ok {
			if of[d.ID] == nil {
				of[d.ID] = &source{Definition: d}
			}
			of[d.ID].places = append(of[d.ID].places, i)
			r.held[i].Registry, r.held[i].Organisation = d.ID, d.Organisation
		}
	}
	for _, d := range f.Book.Definitions() { // by id: every inquiry locks in this order
		if s := of[d.ID]; s != nil {
			r.sources = append(r.sources, s)
		}
	}
	return r, nil
}

// begin forgets what an earlier try of the transaction found.
func (r *run) begin(now time.Time) {
	for i := range r.held {
		h := &r.held[i]
		h.At, h.Gap, h.Value, h.Version, h.Agreement = now, gov.GapNone, nil, 0, ""
	}
	for _, s := range r.sources {
		s.under = nil
	}
}

// read has what one registry holds, as far as it may be known.
func (f *Fetcher) read(tx *db.Tx, r *run, s *source) error {
	permits, err := f.permits(tx, r, s)
	if err != nil || len(permits) == 0 {
		return err
	}
	var list []registry.Record
	if s.Connector == nil {
		if list, err = f.records(tx, r, s.ID); err != nil {
			return err
		}
	}
	for _, p := range permits {
		if err := r.looked(tx, s, p, list); err != nil {
			return err
		}
		if s.Connector == nil {
			r.give(s, p, list)
		}
	}
	if s.Connector != nil {
		s.under = permits
	}
	return nil
}

func (f *Fetcher) records(tx *db.Tx, r *run, id gov.RegistryID) ([]registry.Record, error) {
	if r.Person == "" {
		return f.Book.OfCivil(tx, id, r.Civil, time.Time{})
	}
	return f.Book.OfPerson(tx, id, r.Person, time.Time{})
}

// give takes over what the records say.
func (r *run) give(s *source, p permit, list []registry.Record) {
	for _, i := range p.places {
		h := &r.held[i]
		h.Agreement, h.Gap = p.id(), gov.GapNone
		if v, record := said(s.Definition, list, h.Attribute); v != nil {
			h.Value, h.Gap, h.Version = v, "", record.Version
		}
	}
}

// looked writes the person's access log.
func (r *run) looked(tx *db.Tx, s *source, p permit, list []registry.Record) error {
	look := journal.Look{Person: r.Person, Unclaimed: r.unclaimed, Organisation: r.Organisation, What: "record", Registry: s.ID, Purpose: r.Purpose, Agreement: p.id(),
		Case: r.Case, Service: r.Service, Channel: r.Channel}
	if look.Purpose == "" && p.agreement != nil {
		look.Purpose = p.agreement.Purpose.In(gov.Arabic)
	}
	if len(list) == 1 {
		look.Subject = list[0].ID
	}
	for _, i := range p.places {
		look.Attributes = append(look.Attributes, r.Attributes[i])
	}
	return journal.Looked(tx, look)
}

// elsewhere asks the sources of registries whose records do not live here, all at
// once, and gives on what may still be given.
func (f *Fetcher) elsewhere(ctx context.Context, r *run, civil string) error {
	var wg sync.WaitGroup
	asked := false
	for _, s := range r.sources {
		if len(s.under) == 0 {
			continue
		}
		asked = true
		wg.Go(func() {
			list, err := f.Book.ElsewhereOfPerson(ctx, s.ID, civil)
			for _, p := range s.under {
				r.give(s, p, list)
				for _, i := range p.places {
					if err != nil {
						r.held[i].Gap = gov.GapAway
					}
				}
			}
		})
	}
	wg.Wait()
	if !asked {
		return nil
	}
	return f.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		for _, s := range r.sources {
			for _, p := range s.under {
				if err := r.still(tx, p); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// still takes away what was revoked or withdrawn while the source was asked.
func (r *run) still(tx *db.Tx, p permit) error {
	if p.agreement == nil {
		return nil
	}
	x, err := agreement.Find(tx, p.agreement.ID)
	if err != nil {
		return err
	}
	if !x.Holds(tx.Now()) {
		r.deny(p.places, gov.GapDenied)
		return nil
	}
	if !x.Consent {
		return nil
	}
	ok, err := consent.Stands(tx, r.Person, x.ID)
	if err == nil && !ok {
		r.deny(p.places, gov.GapConsent)
	}
	return err
}

func (r *run) deny(places []int, g gov.Gap) {
	for _, i := range places {
		r.held[i].Gap, r.held[i].Value, r.held[i].Version = g, nil, 0
	}
}
