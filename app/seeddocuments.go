package app

import (
	"context"
	"time"

	"diwan.example/casework"
	"diwan.example/country"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/payment"
)

// claimDays is how long ago the sample's judgment was applied for; the hearing is
// in the middle.
const claimDays = 20

// SeedDocuments gives the two sample residents whom one click signs in documents
// of every type that the product issues: they apply, pay and are decided upon by
// the real engine. One document is suspended, one revoked, one shared. It does
// nothing when the resident holds a document already.
func (a *App) SeedDocuments(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	p := &past{App: a, now: time.Now()}
	if err := p.gather(ctx); err != nil {
		return err
	}
	h, err := p.holders(ctx)
	if err != nil {
		return err
	}
	held, err := a.Issuer.Held(gov.WithActor(ctx, h.resident), h.resident.Person)
	if err != nil || len(held) > 0 {
		return err
	}
	if err := h.judged(ctx); err != nil {
		return gov.Wrap(err, "a judgment of the sample")
	}
	a.DB.SetClock(time.Now)
	p.now = time.Now()
	if err := h.cards(ctx); err != nil {
		return gov.Wrap(err, "a card and a licence of the sample")
	}
	return gov.Wrap(h.school(ctx), "school documents of the sample")
}

// holders are the sample residents who get documents.
type holders struct {
	*past
	resident, parent gov.Actor
	person           country.Person // the resident
	children         []applicant    // the parent's pupils, the oldest first
}

func (p *past) holders(ctx context.Context) (*holders, error) {
	h := &holders{past: p}
	keys := map[string]string{}
	for _, x := range p.Country.Accounts() {
		keys[x.ID] = x.Person
	}
	err := p.DB.Read(ctx, func(tx *db.Tx) error {
		for _, x := range p.Country.People(12) {
			known, err := identity.ByCivilNumber(tx, x.CivilNumber)
			if err != nil {
				return err
			}
			switch x.Key {
			case keys["resident"]:
				h.person, h.resident = x, gov.Actor{Person: known.ID, Channel: gov.Portal}
			case keys["parent"]:
				h.parent = gov.Actor{Person: known.ID, Channel: gov.Portal}
			}
			if x.Pupil != nil && len(x.Guardians) > 1 && x.Guardians[1] == keys["parent"] {
				h.children = append(h.children, applicant{Person: x, child: known.ID})
			}
		}
		return nil
	})
	for i := range h.children { // the oldest pupil has marks of three years
		if h.children[i].Pupil.Grade > h.children[0].Pupil.Grade {
			h.children[0], h.children[i] = h.children[i], h.children[0]
		}
	}
	return h, err
}

// issued lets somebody apply, pay and be decided upon, by what each step decides,
// and returns the document that came of it.
func (h *holders) issued(ctx context.Context, who gov.Actor, in casework.Application, decides map[string]casework.Verdict, wait func() error) (document.Document, error) {
	in, err := h.Cases.Ahead(gov.WithActor(ctx, who), in)
	if err != nil {
		return document.Document{}, err
	}
	var c *casework.Case
	if err := h.write(ctx, who, func(tx *db.Tx) (err error) { c, err = h.Cases.Apply(tx, in); return err }); err != nil {
		return document.Document{}, err
	}
	for range 2 * claimDays {
		if err := h.Drain(ctx); err != nil {
			return document.Document{}, err
		}
		open, err := h.further(ctx, c.ID, decides)
		if err != nil {
			return document.Document{}, err
		}
		if open == nil {
			break
		}
		if wait != nil {
			if err := wait(); err != nil {
				return document.Document{}, err
			}
		}
	}
	var list []document.Document
	err = h.DB.Read(ctx, func(tx *db.Tx) (err error) { list, err = h.Issuer.OfCase(tx, c.ID); return err })
	if err == nil && len(list) == 0 {
		err = gov.Fail(gov.Internal, "لم تصدر وثيقة في الطلب "+c.Ref, "No document came of case "+c.Ref)
	}
	if err != nil {
		return document.Document{}, err
	}
	return list[0], nil
}

// further does what is next in a case; nil when it is closed.
func (h *holders) further(ctx context.Context, id gov.CaseID, decides map[string]casework.Verdict) (*casework.Case, error) {
	var c *casework.Case
	var tasks []casework.Task
	err := h.DB.Read(ctx, func(tx *db.Tx) (err error) { c, tasks, err = h.Cases.Peek(tx, id); return err })
	if err != nil || c.State != casework.Open {
		return nil, err
	}
	for _, t := range c.Track.Tokens {
		if t.Charge == "" {
			continue
		}
		err := h.write(ctx, gov.System, func(tx *db.Tx) error {
			_, err := h.Cashier.Settle(tx, t.Charge, payment.Means{By: payment.ByCounter, Reference: "SAMPLE-" + c.Ref})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, t := range tasks {
		v, ok := decides[t.Step]
		if t.State != casework.TaskOpen || !ok {
			continue
		}
		a := gov.Actor{Person: h.staff[t.Organisation], Org: t.Organisation, Roles: []gov.Role{t.Role}, Channel: gov.Portal, StepUp: h.now}
		if t.Kind == pack.Cosign {
			a = gov.Actor{Person: t.Person, Channel: gov.Portal, StepUp: h.now}
		}
		if err := h.write(ctx, a, func(tx *db.Tx) error { _, err := h.Cases.Decide(tx, t.ID, v); return err }); err != nil {
			return nil, gov.Wrap(err, t.Step)
		}
	}
	return c, nil
}

var approved = map[string]casework.Verdict{"review": {Outcome: "approve"}}

// cards are an identity card slip and a driving licence, with a photograph each.
func (h *holders) cards(ctx context.Context) error {
	for _, x := range []struct {
		service gov.ServiceID
		answers form.Answers
	}{
		{"traffic/driving-licence-renewal", form.Answers{"years": "ten", "truth": true}},
		{"identity-card/renewal", form.Answers{"reason": "damaged", "phone": "33000001", "delivery": "pickup", "centre": "isa", "truth": true}},
	} {
		photo, err := h.photo(ctx, h.resident, x.service)
		if err != nil {
			return err
		}
		x.answers["photo"] = []form.Attachment{photo}
		if _, err := h.issued(ctx, h.resident, casework.Application{Service: x.service, Answers: x.answers}, approved, nil); err != nil {
			return gov.Wrap(err, string(x.service))
		}
	}
	return nil
}

// school are certificates and a transcript of the parent's children.
func (h *holders) school(ctx context.Context) error {
	var certificates []document.Document
	for _, child := range h.children {
		d, err := h.issued(ctx, h.parent, h.certificate(child), approved, nil)
		if err != nil {
			return err
		}
		certificates = append(certificates, d)
	}
	if len(certificates) == 0 {
		return nil
	}
	if _, err := h.issued(ctx, h.parent, h.transcript(h.children[0]), approved, nil); err != nil {
		return err
	}
	share := document.Sharing{Document: certificates[0].ID, Claims: []string{"pupil_name_ar", "school", "school_year"}, Until: time.Now().AddDate(0, 0, 30), To: "البنك التجريبي", Tell: true}
	if _, err := h.Issuer.ShareWith(gov.WithActor(ctx, h.parent), share); err != nil {
		return err
	}
	officer := gov.WithActor(ctx, gov.Actor{Person: h.staff["moe"], Org: "moe", Roles: []gov.Role{gov.Officer}, Channel: gov.Portal, StepUp: time.Now()})
	if len(certificates) > 1 {
		if err := h.Issuer.Suspend(officer, certificates[1].ID, gov.T("يُراجع سجل الطالب بعد طلب انتقال", "The pupil's record is reviewed after a request to move school").French("Le dossier de l'élève est revu après une demande de changement d'école")); err != nil {
			return err
		}
	}
	if len(certificates) > 2 {
		return h.Issuer.Revoke(officer, certificates[2].ID, gov.T("صدرت الشهادة لصف غير صف الطالب", "The certificate named a grade that is not the pupil's").French("Le certificat indiquait une classe qui n'est pas celle de l'élève"))
	}
	return nil
}
