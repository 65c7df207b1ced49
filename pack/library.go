package pack

import (
	"cmp"
	"sync"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
)

// Library keeps every published version of every pack. A version never changes;
// cases keep theirs. It is safe for many goroutines and for many nodes.
type Library struct {
	Options Options
	// Source says which registry holds an attribute and whether an organisation may
	// obtain it there now; nil: what is asked again is not looked for.
	Source func(tx *db.Tx, org gov.OrgID, s gov.ServiceID, a gov.AttributeID) (registry gov.RegistryID, may bool)

	mu       sync.RWMutex
	versions map[versionKey]*Pack
	current  map[gov.ServiceID]cached
}

type cached struct {
	version string
	until   int64 // epoch milliseconds until which the answer is believed
}

// believe is how long a node may go on with a version after another node has
// published a newer one, in milliseconds.
const believe = 2000

var errNoService = gov.Fail(gov.NotFound, "هذه الخدمة غير متاحة هنا", "This service is not available here")

// Publish puts a version into force. Publishing the same files again changes
// nothing. Errors: Invalid (the pack is wrong), Conflict (the version number is
// taken by other files), Denied (the actor does not own the service, or it is in
// force for another organisation).
func (l *Library) Publish(tx *db.Tx, files map[string]string) (*Pack, error) {
	p, err := Parse(files, l.Options)
	if err != nil {
		return nil, err
	}
	return p, l.Enact(tx, p)
}

// Draft reads files that may be published: everything wrong with them here and now.
// Errors: Problems (Invalid).
func (l *Library) Draft(tx *db.Tx, files map[string]string) (*Pack, error) {
	p, err := Parse(files, l.Options)
	if err != nil {
		return nil, err
	}
	if list, err := l.unpresentable(tx, p); err != nil || len(list) > 0 {
		return nil, cmp.Or[error](err, list)
	}
	return p, l.askedAgain(tx, p)
}

// unpresentable holds the credentials that p asks for to the types issued here.
func (l *Library) unpresentable(tx *db.Tx, p *Pack) (Problems, error) {
	if len(p.CredentialQuestions()) == 0 {
		return nil, nil
	}
	all, err := l.Published(tx, "")
	return p.Unpresentable(TypesOf(all...)), err
}

// askedAgain refuses a pack that asks for what its organisation may obtain.
func (l *Library) askedAgain(tx *db.Tx, p *Pack) error {
	if l.Source == nil {
		return nil
	}
	if list := p.AskedAgain(l.source(tx, p), today(tx)); len(list) > 0 {
		return list
	}
	return nil
}

func (l *Library) source(tx *db.Tx, p *Pack) Source {
	return func(org gov.OrgID, a gov.AttributeID) (gov.RegistryID, bool) { return l.Source(tx, org, p.ID, a) }
}

func today(tx *db.Tx) string { return tx.Now().UTC().Format(time.DateOnly) }

// Again names the questions of a pack in force that ask for what its organisation
// may obtain by now, and those that no registry can answer any more.
func (l *Library) Again(tx *db.Tx, p *Pack) (names []string) {
	if l.Source == nil {
		return nil
	}
	p.again(l.source(tx, p), today(tx), func(q form.Question, _, _ string, _ ...any) { names = append(names, q.Name) })
	return names
}

// Enact is Publish for a pack that was read and checked under Options already.
// Errors: as Publish.
func (l *Library) Enact(tx *db.Tx, p *Pack) error {
	if err := l.MayPublish(tx, p); err != nil {
		return err
	}
	if err := l.askedAgain(tx, p); err != nil {
		return err
	}
	digest, ok, err := digestOf(tx, p.ID, p.Version)
	switch {
	case err != nil:
		return err
	case ok && digest != p.Digest:
		return gov.Fail(gov.Conflict, "رقم الإصدار مستعمل لملفات أخرى، ارفع رقم الإصدار", "This version number is taken by other files; raise the version")
	case ok:
		cur, err := l.currentVersion(tx, p.ID)
		if err != nil || cur == p.Version {
			return err
		}
	default:
		if err := insertVersion(tx, p); err != nil {
			return err
		}
	}
	if err := makeCurrent(tx, p.ID, p.Version); err != nil {
		return err
	}
	tx.After(func() { l.keep(p); l.forget(p.ID) })
	return journal.Append(tx, journal.Fact{Name: "pack.published", Subject: string(p.ID), Service: p.ID, Organisation: p.Organisation, Version: p.Version})
}

// MayPublish reports whether the actor may put p into force: the service owner of
// its organisation, or an operator. Nobody but operators and the machine takes a
// service over that is in force for another organisation. Errors: Denied.
func (l *Library) MayPublish(tx *db.Tx, p *Pack) error {
	a := tx.Actor()
	if a.Person == gov.System.Person || a.Has(gov.Operator) {
		return nil
	}
	denied := gov.Fail(gov.Denied, "لا ينشر الخدمة إلا مسؤولها في الجهة التي تملكها", "Only the service owner of the organisation that owns it may publish it")
	if a.Org != p.Organisation || !a.Has(gov.Owner) {
		return denied
	}
	now, err := l.Current(tx, p.ID)
	switch {
	case gov.KindOf(err) == gov.NotFound:
		return nil
	case err != nil:
		return err
	case now.Organisation != p.Organisation:
		return denied
	}
	return nil
}

// At returns a published version.
func (l *Library) At(tx *db.Tx, s gov.ServiceID, version string) (*Pack, error) {
	l.mu.RLock()
	p := l.versions[versionKey{s, version}]
	l.mu.RUnlock()
	if p != nil {
		return p, nil
	}
	files, ok, err := filesOf(tx, s, version)
	if err != nil || !ok {
		return nil, cmp.Or[error](err, errNoService)
	}
	o := l.Options
	o.Stored = true
	if p, err = Parse(files, o); err != nil {
		return nil, gov.Wrap(err, "stored pack "+string(s)+" "+version)
	}
	l.keep(p)
	return p, nil
}

// Current returns the version in force. Errors: NotFound.
func (l *Library) Current(tx *db.Tx, s gov.ServiceID) (*Pack, error) {
	l.mu.RLock()
	c, ok := l.current[s]
	l.mu.RUnlock()
	if !ok || c.until < tx.Millis() {
		v, err := l.currentVersion(tx, s)
		if err != nil {
			return nil, err
		}
		c = cached{v, tx.Millis() + believe}
		l.mu.Lock()
		if l.current == nil {
			l.current = map[gov.ServiceID]cached{}
		}
		l.current[s] = c
		l.mu.Unlock()
	}
	return l.At(tx, s, c.version)
}

func (l *Library) currentVersion(tx *db.Tx, s gov.ServiceID) (string, error) {
	v, ok, err := versionInForce(tx, s)
	if err == nil && !ok {
		return "", errNoService
	}
	return v, err
}

func (l *Library) forget(s gov.ServiceID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.current, s)
}

// Published lists the version in force of every service, or of one organisation's.
func (l *Library) Published(tx *db.Tx, org gov.OrgID) (out []*Pack, err error) {
	ids, err := inForce(tx)
	if err != nil {
		return nil, err
	}
	for _, s := range ids {
		p, err := l.Current(tx, s)
		if err != nil {
			return nil, err
		}
		if org == "" || p.Organisation == org {
			out = append(out, p)
		}
	}
	return out, nil
}

// Version is one published version as a list shows it.
type Version struct {
	Service   gov.ServiceID
	Version   string
	Digest    string
	Published int64 // epoch milliseconds
	Publisher gov.PersonID
	Current   bool
}

// Versions lists a service's published versions, newest first.
func (l *Library) Versions(tx *db.Tx, s gov.ServiceID) ([]Version, error) { return versionsOf(tx, s) }
