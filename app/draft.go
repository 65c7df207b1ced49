package app

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"sync"

	"diwan.example/catalogue"
	"diwan.example/catalogue/draft"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/programme/policy"
)

// Draft makes a pack's files out of a documented service that does not run here
// yet, or runs by this very draft. Errors: NotFound; Conflict when the service has
// another pack, or is not offered to the public; gov.Problems (Invalid) with the
// places of the entry that are missing.
func (a *App) Draft(ctx context.Context, id gov.ServiceID) (files map[string]string, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		s, err := catalogue.Find(tx, id)
		if err != nil {
			return err
		}
		if s.Version == "" || !s.Public() {
			if err := draftable(&s); err != nil {
				return err
			}
			files, err = a.drafted(tx, &s)
			return err
		}
		now, err := a.Packs.Current(tx, id)
		if err != nil {
			return err
		}
		if again, err := a.drafted(tx, &s); err != nil || !maps.Equal(again, now.Files) {
			return errRuns
		}
		files = now.Files
		return nil
	})
	return files, err
}

var (
	errRuns     = gov.Fail(gov.Conflict, "للخدمة ملفات منشورة تعمل هنا، ولا تُستبدل بها مسودة؛ حرّر ملفاتها وارفع رقم الإصدار", "The service has a pack that runs here; a draft does not replace it. Edit its files and raise the version")
	errInternal = gov.Fail(gov.Conflict, "الخدمة ليست معروضة للناس: هي داخل الحكومة فقط أو انتهت", "The service is not offered to the public: it is inside the government only, or it has ended")
)

func draftable(s *catalogue.Service) error {
	if s.Version != "" {
		return errRuns
	}
	if !s.Public() {
		return errInternal
	}
	return nil
}

// drafted drafts the pack of an entry.
func (a *App) drafted(tx *db.Tx, s *catalogue.Service) (map[string]string, error) {
	langs, err := catalogue.Languages(tx, s.Organisation)
	if err != nil {
		return nil, err
	}
	org, err := catalogue.FindOrganisation(tx, s.Organisation)
	if err != nil {
		return nil, err
	}
	return draft.Files(draft.Input{Service: s.Entry, Organisation: org, Languages: langs, Currency: a.Country.Currency, Name: serviceNames(tx), Holds: a.holdsOfPeople})
}

// serviceNames names the services of the catalogue.
func serviceNames(tx *db.Tx) func(gov.ServiceID) gov.Text {
	return func(id gov.ServiceID) gov.Text {
		s, err := catalogue.Find(tx, id)
		if err != nil {
			return gov.T(string(id), string(id)).French(string(id))
		}
		return s.Name
	}
}

// PublishDraft checks a draft, runs its examples on a platform that is thrown
// away, and puts it into force. The same draft again changes nothing. Errors:
// pack.Problems (Invalid); Conflict when the service has another pack by now;
// Denied; what did not come out as the examples promise.
func (a *App) PublishDraft(ctx context.Context, files map[string]string) error {
	p, err := pack.Parse(files, a.Packs.Options)
	if err != nil {
		return err
	}
	if err := a.Try(ctx, p); err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error { return a.putDraft(tx, p) })
}

// putDraft puts a draft into force unless the service runs by another pack.
func (a *App) putDraft(tx *db.Tx, p *pack.Pack) error {
	s, err := catalogue.Find(tx, p.ID)
	if err != nil {
		return err
	}
	if s.Version != "" {
		now, err := a.Packs.Current(tx, p.ID)
		if err == nil && now.Digest != p.Digest {
			err = errRuns
		}
		return err
	}
	if err := draftable(&s); err != nil {
		return err
	}
	if err := a.Packs.Enact(tx, p); err != nil {
		return err
	}
	_, err = policy.Publish(tx, p)
	return err
}

// DraftingAsk says which services are drafted, and who is told how far it is.
type DraftingAsk struct {
	Organisation gov.OrgID // empty: all
	Progress     func(done, all int)
}

// Drafting is what DraftAll did.
type Drafting struct {
	Services  int // offered to the public
	Running   int // had a pack already
	Published int // now
	Examples  int // cases that ran and kept their promise
	Left      []LeftOut
}

// LeftOut is a service that was not published, and why.
type LeftOut struct {
	Service gov.ServiceID
	Why     error
}

// batch is how many drafts become durable together.
const batch = 32

// DraftAll drafts every public service without a pack, checks each draft, runs
// each one's examples, and publishes what is right. A service that cannot be
// drafted is left out with its reason and holds up no other. Drafts are published
// in batches, each in one transaction: after a crash, the next run does the rest.
// Followers read of it at their own pace.
func (a *App) DraftAll(ctx context.Context, ask DraftingAsk) (out Drafting, err error) {
	var todo []catalogue.Service
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := catalogue.Services(tx, catalogue.Filter{Public: true, Organisation: ask.Organisation})
		for _, s := range all {
			if out.Services++; s.Version != "" {
				out.Running++
				continue
			}
			todo = append(todo, s)
		}
		return err
	})
	if err != nil {
		return out, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	l := &line{App: a, todo: make(chan catalogue.Service), made: make(chan made, batch)}
	if err := l.start(ctx, todo); err != nil {
		return out, err
	}
	defer l.end(stop)
	return out, l.publish(ctx, ask, len(todo), &out)
}

// made is a draft that was checked and tried.
type made struct {
	id       gov.ServiceID
	pack     *pack.Pack
	examples int
	err      error
}

// line makes drafts on all cores and puts them into force one batch after another.
type line struct {
	*App
	todo   chan catalogue.Service
	made   chan made
	trials []*Trial
	work   sync.WaitGroup
}

func (l *line) start(ctx context.Context, todo []catalogue.Service) error {
	for range min(runtime.GOMAXPROCS(0), len(todo)) {
		t, err := l.trial(ctx)
		if err != nil {
			l.end(func() {})
			return err
		}
		l.trials = append(l.trials, t)
	}
	go func() {
		defer close(l.todo)
		for _, s := range todo {
			select {
			case l.todo <- s:
			case <-ctx.Done():
				return
			}
		}
	}()
	for _, t := range l.trials {
		l.work.Go(func() {
			for s := range l.todo {
				select {
				case l.made <- l.make(ctx, t, s):
				case <-ctx.Done():
					return
				}
			}
		})
	}
	go func() { l.work.Wait(); close(l.made) }()
	return nil
}

// end stops what still works and throws the trials away.
func (l *line) end(stop func()) {
	stop()
	l.work.Wait()
	for _, t := range l.trials {
		t.Close()
	}
}

// make drafts, checks and tries one service.
func (l *line) make(ctx context.Context, t *Trial, s catalogue.Service) (m made) {
	m.id = s.ID
	var files map[string]string
	if m.err = l.DB.Read(ctx, func(tx *db.Tx) (err error) { files, err = l.drafted(tx, &s); return err }); m.err != nil {
		return m
	}
	if m.pack, m.err = pack.Parse(files, l.Packs.Options); m.err == nil {
		m.err, m.examples = t.run(ctx, m.pack), len(m.pack.Examples)
	}
	return m
}

// publish gathers what is made and puts it into force.
func (l *line) publish(ctx context.Context, ask DraftingAsk, all int, out *Drafting) error {
	var ready []made
	done := 0
	for m := range l.made {
		if done++; m.err != nil {
			out.Left = append(out.Left, LeftOut{m.id, m.err})
		} else {
			ready = append(ready, m)
		}
		if len(ready) == batch || done == all {
			if err := l.put(ctx, ready, out); err != nil {
				return err
			}
			ready = ready[:0]
		}
		if ask.Progress != nil {
			ask.Progress(done, all)
		}
	}
	return ctx.Err()
}

// put makes a batch durable; when one of it is refused, each is put by itself.
func (l *line) put(ctx context.Context, ready []made, out *Drafting) error {
	err := l.DB.Write(ctx, func(tx *db.Tx) error {
		for _, m := range ready {
			if err := l.putDraft(tx, m.pack); err != nil {
				return err
			}
		}
		return nil
	})
	if k := gov.KindOf(err); err == nil || k == gov.Unavailable || ctx.Err() != nil {
		if err == nil {
			count(ready, out)
		}
		return errors.Join(err, ctx.Err())
	}
	for i, m := range ready {
		if err := l.DB.Write(ctx, func(tx *db.Tx) error { return l.putDraft(tx, m.pack) }); err != nil {
			out.Left = append(out.Left, LeftOut{m.id, err})
			continue
		}
		count(ready[i:i+1], out)
	}
	return nil
}

func count(list []made, out *Drafting) {
	for _, m := range list {
		out.Published++
		out.Examples += m.examples
	}
}
