package casework

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/jobs"
	"diwan.example/pack"
)

// Application is a wish for a service.
type Application struct {
	Service  gov.ServiceID
	For      gov.PersonID // empty: the actor themselves
	Mandate  string       // guardian, company or agent, when it is for someone else
	Company  gov.OrgID    // when it is for a company
	Answers  form.Answers // as typed
	Presence string       // counter: how the person was recognised

	id   gov.CaseID // given by Ahead
	held []gov.Held // fetched by Ahead
}

// Start opens a draft. Errors: NotFound (no such service), Denied (the channel
// is not offered, no mandate).
func (e *Engine) Start(tx *db.Tx, in Application) (*Case, error) {
	w, err := e.open(tx, in)
	if err != nil {
		return nil, err
	}
	days := w.p.DraftDays
	if days == 0 {
		days = 30
	}
	if err := schedule(tx, draftJob, timer{Case: w.c.ID}, tx.Now().AddDate(0, 0, days)); err != nil {
		return nil, err
	}
	w.hand()
	return w.c, save(tx, w.c)
}

// open makes a new draft in memory.
func (e *Engine) open(tx *db.Tx, in Application) (*walk, error) {
	p, err := e.Packs.Current(tx, in.Service)
	if err != nil {
		return nil, err
	}
	a := tx.Actor()
	if in.For == "" && a.Channel != gov.Counter {
		in.For = a.Person
	}
	c := &Case{
		ID: cmp.Or(in.id, gov.CaseID(db.NewID(tx.Now()))), Service: in.Service, Version: p.Version, Organisation: p.Organisation, Applicant: in.For, Company: in.Company,
		Channel: a.Channel, Answers: in.Answers, Opened: tx.Now(),
	}
	c.Ref = p.Prefix + "-" + tx.Now().Format("06") + "-" + db.Short(7)
	if c.Answers == nil {
		c.Answers = form.Answers{}
	}
	if err := e.entitled(tx, p, c, in); err != nil {
		return nil, err
	}
	return &walk{Engine: e, tx: tx, c: c, p: p, left: walkLimit}, c.move("open")
}

// entitled checks that the actor may apply for this person through this channel.
func (e *Engine) entitled(tx *db.Tx, p *pack.Pack, c *Case, in Application) error {
	a := tx.Actor()
	if !slices.Contains(p.Channels, a.Channel) {
		return gov.Fail(gov.Denied, "هذه الخدمة غير متاحة عبر هذه القناة", "This service is not offered through this channel")
	}
	if c.Applicant == "" {
		return gov.Fail(gov.Invalid, "حدّد صاحب الطلب", "Say whom the application is for").At("for")
	}
	if a.Channel == gov.Counter {
		return e.present(tx, c, in.Presence)
	}
	if c.Applicant == a.Person && in.Company == "" {
		return nil
	}
	subject := string(c.Applicant)
	if in.Company != "" {
		subject = string(in.Company)
	}
	if !slices.Contains(p.ForOthers, in.Mandate) {
		return gov.Fail(gov.Denied, "لا تُقدَّم هذه الخدمة نيابة عن غيرك بهذه الصفة", "This service cannot be asked for on someone's behalf in this way")
	}
	ok, err := identity.MayActFor(tx, a.Person, subject, identity.MandateKind(in.Mandate), c.Service)
	if err == nil && !ok {
		err = gov.Fail(gov.Denied, "لا توجد ولاية أو تفويض يتيح لك ذلك", "You hold no mandate that allows this")
	}
	c.Agent, c.Mandate = a.Person, in.Mandate
	return err
}

// present records assisted entry: only staff, and only with the person there.
func (e *Engine) present(tx *db.Tx, c *Case, how string) error {
	a := tx.Actor()
	if !a.Has(gov.Officer, gov.Supervisor) {
		return errDenied
	}
	if how == "" {
		return gov.Fail(gov.Invalid, "أثبت كيف تحققت من شخصية صاحب الطلب", "Record how you recognised the person").At("presence")
	}
	if _, err := identity.LookFor(tx, c.Applicant, c.look("person")); err != nil {
		return err
	}
	c.Track.Presence = &Presence{Officer: a.Person, Org: a.Org, How: how, At: tx.Millis()}
	return nil
}

// Save keeps a draft's answers as typed, so that it can be gone on with later
// on another device. Answers that are not named stay; nil removes one.
func (e *Engine) Save(tx *db.Tx, id gov.CaseID, in form.Answers) (*Case, error) {
	w, err := e.own(tx, id)
	if err != nil {
		return nil, err
	}
	if w.c.State != Draft {
		return nil, errState
	}
	maps.Copy(w.c.Answers, in)
	for k, v := range w.c.Answers {
		if v == nil || strings.HasPrefix(k, "_") {
			delete(w.c.Answers, k)
		}
	}
	if len(db.JSON(w.c.Answers)) > 512<<10 {
		return nil, gov.Fail(gov.Invalid, "الإجابات أطول من المسموح به", "The answers are longer than allowed")
	}
	return w.c, save(tx, w.c)
}

// Submit hands a draft in: its answers are checked and the case begins its way.
// Errors: gov.Problems with every wrong answer; Conflict when it was submitted already.
func (e *Engine) Submit(tx *db.Tx, id gov.CaseID) (*Case, error) {
	w, err := e.own(tx, id)
	if err != nil {
		return nil, err
	}
	if err := jobs.Cancel(tx, draftJob, timer{Case: id}.key()); err != nil {
		return nil, err
	}
	return w.submit()
}

// Apply opens and submits in one go; for the API and for imports. What registries
// hold is taken from Ahead; without it they count as not asked yet.
func (e *Engine) Apply(tx *db.Tx, in Application) (*Case, error) {
	w, err := e.open(tx, in)
	if err != nil {
		return nil, err
	}
	if err := w.keepHeld(in.held); err != nil {
		return nil, err
	}
	return w.submit()
}

func (w *walk) submit() (*Case, error) {
	if err := w.c.move("submit"); err != nil {
		return nil, gov.Fail(gov.Conflict, "قُدِّم هذا الطلب من قبل", "This application has already been submitted")
	}
	if err := w.sameVersion(); err != nil {
		return nil, err
	}
	fc, err := w.around()
	if err != nil {
		return nil, err
	}
	fc.File = w.fileOf
	if w.c.Answers, err = w.p.Form.Check(w.tx.Context(), w.c.Answers, fc); err != nil {
		return nil, err
	}
	w.c.Submitted, w.c.Place = w.tx.Now(), w.place(fc.Person)
	if err := fact(w.tx, w.c, "case.submitted", nil); err != nil {
		return nil, err
	}
	if err := w.lodge(fc); err != nil {
		return nil, err
	}
	if err := w.tellReceived(); err != nil {
		return nil, err
	}
	return w.c, w.finish()
}

// sameVersion moves a draft to the version now in force: a draft has not begun.
func (w *walk) sameVersion() error {
	p, err := w.Packs.Current(w.tx, w.c.Service)
	if err == nil {
		w.p, w.c.Version = p, p.Version
	}
	return err
}

// place is the governorate of the applicant's block, when the country knows it.
func (w *walk) place(p form.Person) string {
	if w.PlaceOf == nil {
		return ""
	}
	return w.PlaceOf(p.Block)
}

// Drop throws a draft away.
func (e *Engine) Drop(tx *db.Tx, id gov.CaseID) error {
	w, err := e.own(tx, id)
	if err != nil {
		return err
	}
	if err := jobs.Cancel(tx, draftJob, timer{Case: id}.key()); err != nil {
		return err
	}
	return w.drop()
}

func (w *walk) drop() error {
	if err := w.c.move("drop"); err != nil {
		return err
	}
	w.c.Answers, w.c.Track.Presented = form.Answers{}, nil
	w.hand()
	return save(w.tx, w.c)
}

func (e *Engine) expireDraft(tx *db.Tx, j jobs.Job) error {
	t, err := readTimer(j)
	if err != nil {
		return err
	}
	c, err := load(tx, t.Case)
	if err != nil || c.State != Draft {
		return err
	}
	w, err := e.walking(tx, c)
	if err != nil {
		return err
	}
	return w.drop()
}

// Withdraw ends a case at the applicant's wish. What was paid is refunded by an
// officer, not by this.
func (e *Engine) Withdraw(tx *db.Tx, id gov.CaseID) (*Case, error) {
	w, err := e.own(tx, id)
	if err != nil {
		return nil, err
	}
	if w.c.State != Open {
		return nil, errState
	}
	if err := w.end("withdraw", Withdrawn, nil); err != nil {
		return nil, err
	}
	return w.c, save(tx, w.c)
}

// Appeal takes a refused case up again within the pack's time for it.
func (e *Engine) Appeal(tx *db.Tx, id gov.CaseID, words string) (*Case, error) {
	w, err := e.own(tx, id)
	if err != nil {
		return nil, err
	}
	words, _ = gov.CleanText(strings.TrimSpace(words))
	switch {
	case !w.appealable():
		return nil, gov.Fail(gov.Conflict, "لا يمكن التظلّم من هذا القرار، أو انقضت مهلة التظلّم", "This decision cannot be appealed, or the time for it has passed")
	case words == "" || len([]rune(words)) > 8000:
		return nil, gov.Fail(gov.Invalid, "اكتب سبب تظلّمك في حدود 8000 حرف", "Write why you appeal, in up to 8,000 characters").At("words")
	}
	if err := w.c.move("appeal"); err != nil {
		return nil, err
	}
	closed := db.Millis(w.c.Closed)
	w.c.Outcome, w.c.Closed = "", db.Moment(0)
	w.c.Track.Appealed++
	w.decided("appeal", Decision{Outcome: "appeal", Words: words, By: tx.Actor().Person})
	if err := fact(tx, w.c, "case.appealed", map[string]any{"closed": closed}); err != nil {
		return nil, err
	}
	if err := w.enter(w.p.AppealTo, nil); err != nil {
		return nil, err
	}
	return w.c, w.finish()
}

func (w *walk) appealable() bool {
	return w.c.State == Closed && w.c.Outcome == Refused && w.p.AppealDays > 0 && w.c.Track.Appealed == 0 &&
		!w.tx.Now().After(w.Calendar.Day(w.c.Closed).AddDate(0, 0, w.p.AppealDays+1))
}
