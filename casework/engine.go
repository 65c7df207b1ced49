package casework

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/payment"
)

// Notice is what the engine tells a person about a case.
type Notice struct {
	To            gov.PersonID
	Case          gov.CaseID
	Ref           string // the case's number, as people know it
	Kind          string // "case.received", "case.pay", "case.correct", "case.cosign", "case.reminder", "case.notice", "case.closed"
	Subject, Body gov.Text
	Link          string // path of the page to open
}

// Engine runs cases. All fields are needed except those that say so.
type Engine struct {
	DB       *db.DB
	Packs    *pack.Library
	Cashier  *payment.Cashier
	Issuer   *document.Issuer
	Calendar *gov.Calendar
	Currency gov.Currency
	Blobs    blob.Store
	PlaceOf  func(block string) string // governorate of an address block; nil: not known
	// Scan looks for viruses in an uploaded file and says "clean" or "unscanned";
	// an infected file is an Invalid error. nil: files are unscanned.
	Scan func(ctx context.Context, r io.Reader) (string, error)
	// Tell passes a notice on, in the transaction that caused it. nil: nobody is told.
	Tell func(tx *db.Tx, n Notice) error
	// Inquire asks registries what they hold of a person; it is called outside of
	// transactions. nil: nothing is fetched, and held questions find their registry away.
	Inquire gov.Inquirer
	// Enter writes a row of results to a registry as well, in the same transaction.
	// nil: a step that wants it fails.
	Enter func(tx *db.Tx, in Entry) error
	// Visits says how many visits a service needs no more since its procedure was
	// changed. nil: none are counted.
	Visits func(tx *db.Tx, s gov.ServiceID) (int, error)
	// Entered enters a decision into the public log, in the same transaction. nil:
	// none is entered.
	Entered func(tx *db.Tx, c *Case, d Decision) error
	Log     *slog.Logger
}

// Entry is what a case's step writes to a registry.
type Entry struct {
	Registry     gov.RegistryID
	Key          string
	Person       gov.PersonID
	Organisation gov.OrgID // who owns the case
	Service      gov.ServiceID
	Case         gov.CaseID
	Step         string
	Values       map[string]any // in the canonical shapes of the answers
	Corrects     bool           // a record of the applicant's was wrong: Values are what is right
}

// What the engine asks of its neighbours, in its own words.

func (e *Engine) person(tx *db.Tx, id gov.PersonID) (form.Person, error) {
	p, err := identity.Known(tx, id)
	return p.Form(), err
}

func (e *Engine) findPerson(tx *db.Tx, civil string) (gov.PersonID, bool, error) {
	p, err := identity.ByCivilNumber(tx, civil)
	if gov.KindOf(err) == gov.NotFound {
		return "", false, nil
	}
	return p.ID, err == nil, err
}

func (e *Engine) worksFor(tx *db.Tx, p gov.PersonID, org gov.OrgID) (bool, error) {
	ms, err := identity.Roles(tx, p)
	for _, m := range ms {
		if m.Org == org {
			return true, nil
		}
	}
	return false, err
}

func (w *walk) charge(s *pack.Step, fees []pack.Fee, waived gov.Money, reason gov.Text) payment.Charge {
	ch := payment.Charge{
		Case: w.c.ID, Step: s.ID, Service: w.c.Service, Owner: w.c.Organisation, Payer: w.payer(), Channel: w.c.Channel, Place: w.c.Place,
		Version: w.c.Version, Waived: waived, WaivedReason: reason,
	}
	for _, f := range fees {
		ch.Lines = append(ch.Lines, payment.Line{ID: f.ID, Label: f.Label, For: f.For, Amount: f.Gross})
	}
	if s.Within != nil {
		ch.Due = w.add(w.tx.Now(), *s.Within)
	}
	return ch
}

// payer is who pays: the agent when there is one.
func (w *walk) payer() gov.PersonID {
	if w.c.Agent != "" {
		return w.c.Agent
	}
	return w.c.Applicant
}

// voidCharge takes a charge back; one that is settled already stays.
func (w *walk) voidCharge(id gov.ChargeID) error {
	ch, err := w.Cashier.Charge(w.tx, id)
	if err != nil || ch.State != payment.Open {
		return err
	}
	return w.Cashier.Void(w.tx, id, "case "+w.c.Outcome)
}

func (w *walk) record(s *pack.Step) error {
	vars, err := w.names()
	if err != nil {
		return err
	}
	key, err := s.KeyOf(w.tx.Context(), vars)
	if err != nil {
		return err
	}
	values, err := s.ValuesOf(w.tx.Context(), vars)
	if err != nil {
		return err
	}
	if err := insertResult(w.tx, w.c, s.Table, key, values); err != nil {
		return err
	}
	if s.Registry != "" {
		if err := w.write(s, key, values, vars); err != nil {
			return err
		}
	}
	return fact(w.tx, w.c, "case.recorded", map[string]any{"table": s.Table})
}

// write passes a row of results on to the registry that the step names, or
// corrects one field of what the registry holds.
func (w *walk) write(s *pack.Step, key string, values, vars map[string]any) error {
	if w.Enter == nil {
		return gov.Fail(gov.Unavailable, "السجل غير متاح للكتابة الآن", "The registry cannot be written to now")
	}
	registry, err := s.RegistryOf(w.tx.Context(), vars)
	if err != nil {
		return err
	}
	field, value, err := s.CorrectionOf(w.tx.Context(), vars)
	if err != nil {
		return err
	}
	if field != "" {
		values = map[string]any{field: value}
	}
	return w.Enter(w.tx, Entry{Registry: registry, Key: key, Person: w.c.Applicant, Organisation: w.c.Organisation, Service: w.c.Service, Case: w.c.ID, Step: s.ID, Values: values, Corrects: field != ""})
}

func (w *walk) issue(s *pack.Step) error {
	kind := w.p.Document(s.Document)
	if kind == nil {
		return errNoStep(w.c.Service, s.Document)
	}
	d, err := w.draftDocument(kind)
	if err != nil {
		return err
	}
	issued, err := w.Issuer.Issue(w.tx, d)
	if err != nil {
		return err
	}
	w.c.Track.Documents = append(w.c.Track.Documents, issued.ID)
	return nil
}

func (w *walk) draftDocument(kind *pack.Document) (document.Draft, error) {
	vars, err := w.names()
	if err != nil {
		return document.Draft{}, err
	}
	d := document.Draft{
		Type: kind.ID, Service: w.c.Service, Version: w.c.Version, Organisation: w.c.Organisation, Case: w.c.ID, Holder: w.c.Applicant,
		Title: kind.Title, Channel: w.c.Channel, Place: w.c.Place, Reference: w.c.Ref,
	}
	if kind.Holder == "company" && w.c.Company != "" {
		d.Holder = gov.PersonID(w.c.Company) // held by whoever speaks for the company, not by whoever asked for it
	}
	if kind.Validity != nil {
		d.ValidUntil = w.add(w.tx.Now(), *kind.Validity)
	}
	for _, cl := range kind.Claims {
		v, err := cl.ValueOf(w.tx.Context(), vars)
		if err != nil {
			return d, gov.Wrap(err, "claim "+cl.Name)
		}
		if q := cl.Question(); q != nil && q.Kind == form.File {
			v = w.c.Answers[q.Name] // rules do not see where a file lies; a document holds the file itself
		}
		d.Claims = append(d.Claims, document.Claim{Name: cl.Name, Label: cl.Label, Kind: cl.Kind, Value: v, Public: cl.Public})
	}
	return d, nil
}

// tell sends a message about the case to a person.
func (w *walk) tell(to gov.PersonID, kind string, subject, body gov.Text) error {
	if to == "" || isCivil(to) || w.Tell == nil {
		return nil
	}
	return w.Tell(w.tx, Notice{To: to, Case: w.c.ID, Ref: w.c.Ref, Kind: kind, Subject: subject, Body: body, Link: "/cases/" + string(w.c.ID)})
}

func isCivil(p gov.PersonID) bool { return len(p) > len(civilTag) && p[:len(civilTag)] == civilTag }

// storeFile keeps an uploaded file: bounded, sniffed, scanned.
func (e *Engine) storeFile(ctx context.Context, q *form.Question, name string, r io.Reader) (a form.Attachment, err error) {
	head := make([]byte, 4096)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return a, gov.Fail(gov.Unavailable, "انقطع رفع الملف، حاول مرة أخرى", "The upload was interrupted; please try again").Because(err)
	}
	a.Name, _ = gov.CleanText(name)
	if a.Type, err = form.Sniff(head[:n], name); err != nil {
		return a, err
	}
	limit := int64(5_120) << 10
	if q.Files != nil && q.Files.MaxKB > 0 {
		limit = int64(q.Files.MaxKB) << 10
	}
	info, err := e.Blobs.Put(ctx, io.MultiReader(bytes.NewReader(head[:n]), r), limit)
	if err != nil {
		return a, err
	}
	a.Blob, a.Size = info.Key, info.Size
	a.Scan, err = e.scanned(ctx, info.Key)
	return a, err
}

// MayPay reports whether the actor may pay a charge that is not theirs: the
// case's own people, and officers of the owner helping at the counter.
func (e *Engine) MayPay(tx *db.Tx, ch payment.Charge) bool {
	c, err := load(tx, ch.Case)
	if err != nil {
		return false
	}
	if ok, err := e.actsOn(tx, c); err == nil && ok {
		return true
	}
	return e.staffOf(tx, c)
}
