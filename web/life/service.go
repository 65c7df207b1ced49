package life

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/programme/lifecycle"
	"diwan.example/programme/policy"
)

// servicePage is one service in its life.
type servicePage struct {
	asOf
	lifecycle.Record
	Owner    gov.Text
	Standing lifecycle.Standing
	Place    lifecycle.Place // as kept at the day shown
	Gates    []gateLine
	Missing  []lifecycle.Held
	History  []lifecycle.Place
	Checks   []checkLine
	Signed   []signedLine
	Readings []lifecycle.Reading
	Counters []lifecycle.CounterEvent
	Decides  bool // the reader may decide on the counter
	Done     string
}

// gateLine is a gate with its evidence as held at the day shown.
type gateLine struct {
	*lifecycle.Gate
	Passed   bool
	Evidence []needLine
}

type needLine struct {
	*lifecycle.Need
	By      lifecycle.By
	Words   gov.Text // of what another part gives
	Link    string   // outside
	Page    string   // of this site
	MaySign bool
}

type checkLine struct {
	Check  *policy.Check
	Result policy.Result
}

type signedLine struct {
	lifecycle.Statement
	Name    gov.Text
	Who     gov.Text
	Holds   bool
	MayTake bool // the reader may withdraw it
}

func serviceID(r *http.Request) gov.ServiceID {
	return gov.ServiceID(r.PathValue("area") + "/" + r.PathValue("name"))
}

// seen reads a service that the actor may see.
func (l *Life) seen(tx *db.Tx, id gov.ServiceID) (lifecycle.Record, lifecycle.Standing, error) {
	rec, st, err := l.Cycle.Now(tx, id)
	if err == nil {
		_, err = scope(tx, rec.Entry.Organisation)
	}
	return rec, st, err
}

func (l *Life) service(w http.ResponseWriter, r *http.Request) error {
	p := servicePage{asOf: l.asked(r), Done: clean(r, "done")}
	err := l.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if p.Record, p.Standing, err = l.seen(tx, serviceID(r)); err != nil {
			return err
		}
		if p.History, err = lifecycle.History(tx, p.Entry.ID); err != nil {
			return err
		}
		if p.Checks, err = checksOf(tx, &p); err != nil {
			return err
		}
		if p.Counters, err = lifecycle.CounterOf(tx, p.Entry.ID); err != nil {
			return err
		}
		return p.statements(tx)
	})
	if err != nil {
		return err
	}
	p.Owner = l.org(r.Context(), p.Entry.Organisation)
	p.place()
	p.gates(gov.ActorFrom(r.Context()))
	p.Missing, p.Readings = p.Standing.Missing(), p.Record.Counters()
	a := gov.ActorFrom(r.Context())
	p.Decides = a.Org == p.Entry.Organisation && a.Has(gov.Head)
	if len(p.Wrong) > 0 {
		return pages.RenderInvalid(w, r, "service", &p)
	}
	return pages.Render(w, r, "service", &p)
}

// place finds where the service stood at the day shown: now as computed, before
// as kept.
func (p *servicePage) place() {
	p.Place = lifecycle.Place{Stage: p.Standing.Stage, Basis: p.Standing.Basis}
	for _, x := range p.History { // the latest first
		if p.Past() && !x.At.After(p.At) {
			p.Place = x
			return
		}
	}
	if p.Past() {
		p.Place = lifecycle.Place{}
	} else if len(p.History) > 0 && p.History[0].Stage == p.Place.Stage {
		p.Place.At = p.History[0].At
	}
}

// gates lists the gates with their evidence as held at the day shown.
func (p *servicePage) gates(a gov.Actor) {
	for _, x := range p.Standing.Results {
		g := gateLine{Gate: x.Gate, Passed: x.Passed}
		if p.Past() {
			g.Passed = p.Place.Stage.Rank() >= x.Stage.Rank() && p.Place.Stage != lifecycle.Retired
		}
		for _, h := range x.Evidence {
			n := needLine{Need: h.Need, By: h.By, MaySign: h.By == "" && !p.Past() && h.MaySign(a, p.Entry.Organisation) == nil}
			if p.Past() {
				n.By = p.Place.Held[h.ID]
			} else if h.Given != nil {
				n.Words, n.Link = h.Given.Words, h.Given.Link
				if strings.HasPrefix(n.Link, "/") {
					n.Link, n.Page = "", n.Link
				}
			} else if h.Statement != nil {
				n.Link = h.Statement.Link
			}
			g.Evidence = append(g.Evidence, n)
		}
		p.Gates = append(p.Gates, g)
	}
}

// Others are the statements that stand in no gate and that the reader may sign.
func (p *servicePage) Others() (out []lifecycle.Need) {
	for _, g := range lifecycle.Gates() {
		for _, n := range g.Evidence {
			holds := slices.ContainsFunc(p.Record.Signed, func(s lifecycle.Statement) bool { return s.Evidence == n.ID })
			if g.Stage == "" && !holds && p.Decides && n.Signer == "head" {
				out = append(out, n)
			}
		}
	}
	return out
}

// checksOf are the results of the policies at the day shown.
func checksOf(tx *db.Tx, p *servicePage) (out []checkLine, err error) {
	list, err := policy.At(tx, p.At, p.Entry.Organisation)
	if err != nil {
		return nil, err
	}
	for _, x := range policy.Policies() {
		for i := range x.Checks {
			for _, r := range list {
				if r.Service == p.Entry.ID && r.Check == x.Checks[i].ID {
					out = append(out, checkLine{&x.Checks[i], r})
				}
			}
		}
	}
	return out, nil
}

// statements reads what was signed, with the names of who signed.
func (p *servicePage) statements(tx *db.Tx) error {
	list, err := lifecycle.SignedOf(tx, p.Entry.ID)
	if err != nil {
		return err
	}
	var who []gov.PersonID
	for _, s := range list {
		who = append(who, s.Signer)
	}
	names, err := identity.Names(tx, who...)
	if err != nil {
		return err
	}
	at := p.At
	if at.IsZero() {
		at = tx.Now()
	}
	for _, s := range list {
		if s.At.After(at) {
			continue
		}
		x := signedLine{Statement: s, Who: names[s.Signer], Holds: s.Holds(at), Name: gov.T(s.Evidence, s.Evidence)}
		if n, err := lifecycle.NeedOf(s.Evidence); err == nil {
			x.Name = n.Name
			x.MayTake = x.Holds && !p.Past() && n.MaySign(tx.Actor(), p.Entry.Organisation) == nil
		}
		p.Signed = append(p.Signed, x)
	}
	return nil
}

// URL is the address of the page.
func (p *servicePage) URL() string { return "/oversight/services/" + string(p.Entry.ID) }

// StageName is the stage at the day shown, in words; empty when it was not in the
// catalogue then.
func (p *servicePage) StageName() gov.Text {
	if p.Place.Stage == "" {
		return nil
	}
	return p.Place.Stage.Name()
}

// NextName is the next stage in words.
func (p *servicePage) NextName() gov.Text {
	if n := p.Standing.Next(); n != nil {
		return n.Name
	}
	return nil
}

// Points are the interaction points.
func (p *servicePage) Points() []country.Point { return country.Points }

// PointName is an interaction point in words.
func (p *servicePage) PointName(x country.Point) gov.Text { return lifecycle.PointName(x) }

// LevelName is a level in words.
func (p *servicePage) LevelName(n int) gov.Text { return lifecycle.LevelName(n) }

// Evidence names pieces of evidence by their ids.
func (p *servicePage) Evidence(ids []string) (out []gov.Text) {
	for _, id := range ids {
		if n, err := lifecycle.NeedOf(id); err == nil {
			out = append(out, n.Name)
		}
	}
	return out
}

// Stage names a stage of the history.
func (p *servicePage) Stage(s lifecycle.Stage) gov.Text { return s.Name() }

// Closed reports whether the counter is closed.
func (p *servicePage) Closed() bool { return p.Record.Counter == lifecycle.CounterClosed }

// MayClose reports whether every measure allows closing.
func (p *servicePage) MayClose() bool {
	ready := p.Decides && !p.Closed() && !p.Past() && p.Standing.Basis == lifecycle.Proven && p.Standing.Stage.Rank() >= lifecycle.Live.Rank()
	return ready && !slices.ContainsFunc(p.Readings, func(x lifecycle.Reading) bool { return !x.Closes })
}

// Percent reports whether a reading is a share.
func (p *servicePage) Percent(x lifecycle.Reading) bool { return x.Unit == "share" }

// Whole is a reading's value as a whole number.
func (p *servicePage) Whole(v float64) int { return int(v) }

func (l *Life) historyCSV(w http.ResponseWriter, r *http.Request) error {
	var list []lifecycle.Place
	err := l.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if _, _, err = l.seen(tx, serviceID(r)); err == nil {
			list, err = lifecycle.History(tx, serviceID(r))
		}
		return err
	})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, p := range list {
		rows = append(rows, []string{l.day(p.At), both(p.Stage.Name()), string(p.Basis), shown(p.Proven), shown(p.Declared), strings.Join(p.Came, " "), strings.Join(p.Went, " ")})
	}
	return file(w, "history", []gov.Text{pages.T("life.col.since"), pages.T("life.col.stage"), pages.T("life.col.basis"), pages.T("life.col.proven"), pages.T("life.col.declared"), pages.T("life.col.came"), pages.T("life.col.went")}, rows)
}

func shown(level int) string {
	if level < 0 {
		return ""
	}
	return fmt.Sprint(level)
}
