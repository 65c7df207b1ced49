package agreement

import (
	"testing"
	"time"

	"diwan.example/exchange/consent"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/internal/sign"
	"diwan.example/journal"
)

func actor(person gov.PersonID, org gov.OrgID, r ...gov.Role) gov.Actor {
	return gov.Actor{Person: person, Org: org, Roles: r, StepUp: dbtest.Start, Channel: gov.Portal}
}

var (
	owner     = actor("moe-owner", "moe", gov.Owner)
	officer   = actor("moe-officer", "moe", gov.Officer)
	holder    = actor("iga-head", "iga", gov.Head)
	lead      = actor("iga-authority", "iga", gov.Authority)
	neighbour = actor("moh-head", "moh", gov.Head)
	auditor   = actor("auditor", "moh", gov.Auditor)
	resident  = gov.Actor{Person: "resident", StepUp: dbtest.Start}
	stranger  = gov.Actor{}
)

// world is three organisations, two registries and a clock that tests move.
type world struct {
	*testing.T
	*Office
	d       *db.DB
	now     time.Time
	changes int // how often the directory was told
	worker  *jobs.Worker
}

func newWorld(t *testing.T, d *db.DB) *world {
	w := &world{T: t, d: d, now: dbtest.Start}
	held := map[gov.AttributeID]Holding{
		"person.name": {"population", "iga"}, "person.birth": {"population", "iga"}, "person.address": {"population", "iga"},
		"card.expires": {"identity-cards", "iga"}, "pupil.grade": {"enrolment", "moe"},
	}
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	keepers := map[gov.RegistryID]gov.OrgID{"population": "iga", "identity-cards": "iga", "enrolment": "moe"}
	w.Office = &Office{
		Desk:   &consent.Desk{Vault: vault},
		Zone:   time.FixedZone("Asia/Bahrain", 3*3600),
		Holder: func(a gov.AttributeID) (Holding, bool) { h, ok := held[a]; return h, ok },
		Keeper: func(r gov.RegistryID) (gov.OrgID, bool) { o, ok := keepers[r]; return o, ok },
		Member: func(_ *db.Tx, c xroad.ClientID) (gov.OrgID, error) {
			if c.Subsystem == "" {
				return "", gov.Fail(gov.NotFound, "لا يوجد", "None")
			}
			return gov.OrgID(c.Member), nil
		},
		Offers:  func(_ *db.Tx, o gov.OrgID, s gov.ServiceID) (bool, error) { return o == "moe" && s == certificate, nil },
		Changed: func(*db.Tx) error { w.changes++; return nil },
	}
	w.worker = &jobs.Worker{DB: d, Kinds: w.Jobs(), Log: quiet}
	d.SetClock(func() time.Time { return w.now })
	return w
}

const certificate = "education/enrolment-certificate"

func (w *world) as(a gov.Actor, fn func(tx *db.Tx) error) error {
	if !a.StepUp.IsZero() {
		a.StepUp = w.now
	}
	return w.d.Write(gov.WithActor(w.Context(), a), fn)
}

func (w *world) do(a gov.Actor, fn func(tx *db.Tx) error) {
	w.Helper()
	if err := w.as(a, fn); err != nil {
		w.Fatal(err)
	}
}

// refused wants a failure of a kind, in both languages, that changed nothing.
func (w *world) refused(k gov.Kind, a gov.Actor, what string, fn func(tx *db.Tx) error) {
	w.Helper()
	err := w.as(a, fn)
	if gov.KindOf(err) != k {
		w.Errorf("%s as %s %v: %v, want %s", what, a.Person, a.Roles, err, k)
	}
	if err != nil && (gov.PublicOf(err)[gov.Arabic] == "" || gov.PublicOf(err)[gov.English] == "") {
		w.Errorf("%s: the answer is not in both languages: %v", what, gov.PublicOf(err))
	}
}

func terms() Terms {
	return Terms{Registry: "population", Attributes: []gov.AttributeID{"person.name", "person.birth"}, Machine: true, Services: []gov.ServiceID{certificate},
		Purpose: gov.T("إصدار شهادة القيد دون أن يُسأل ولي الأمر", "To issue the certificate without asking the parent"), Legal: gov.T("قانون التعليم رقم 27 لسنة 2005", "Education Act 27 of 2005")}
}

var span = Span{From: "2026-11-23", Until: "2027-11-22"}

func (w *world) propose(t Terms) (x Agreement) {
	w.Helper()
	w.do(owner, func(tx *db.Tx) (err error) { x, err = w.Propose(tx, "iga", t, span); return err })
	return x
}

// walk takes a new proposal to a state.
func (w *world) walk(to State, t Terms) Agreement {
	w.Helper()
	x := w.propose(t)
	for _, s := range []struct {
		at  State
		who gov.Actor
		do  func(*db.Tx, gov.AgreementID) (Agreement, error)
	}{{Proposed, lead, w.Review}, {Reviewed, holder, w.Agree}, {Agreed, lead, w.Approve}} {
		if to == s.at {
			return x
		}
		w.do(s.who, func(tx *db.Tx) (err error) { x, err = s.do(tx, x.ID); return err })
	}
	return x
}

func (w *world) find(id gov.AgreementID) (x Agreement) {
	w.Helper()
	w.do(gov.System, func(tx *db.Tx) (err error) { x, err = Find(tx, id); return err })
	return x
}

func (w *world) day(s string) {
	w.Helper()
	d, err := time.ParseInLocation("2006-01-02 15:04", s+" 10:00", w.Zone)
	if err != nil {
		w.Fatal(err)
	}
	w.now = d
	if _, err := w.worker.RunDue(w.Context()); err != nil {
		w.Fatal(err)
	}
}

// names are the facts of an agreement.
func (w *world) names(id gov.AgreementID) (out []string) {
	w.Helper()
	w.do(gov.System, func(tx *db.Tx) error {
		all, err := journal.Of(tx, string(id))
		for _, f := range all {
			out = append(out, f.Name)
		}
		return err
	})
	return out
}

// permitted are the agreements under which the ministry may read attributes.
func (w *world) permitted(in Ask) (out []gov.AgreementID) {
	w.Helper()
	in.Consumer = "moe"
	w.do(gov.System, func(tx *db.Tx) error {
		list, err := Permit(tx, in)
		for _, p := range list {
			id := gov.AgreementID("")
			if p.Agreement != nil {
				id = p.Agreement.ID
			} else if p.Gap != gov.GapDenied {
				w.Errorf("%s has the gap %q", p.Attribute, p.Gap)
			}
			out = append(out, id)
		}
		return err
	})
	return out
}
