// Package app puts the parts together. It is the only package that knows them
// all; the binary, the benchmarks and the journeys all start here.
package app

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"diwan.example/api"
	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/document"
	"diwan.example/document/archive"
	"diwan.example/document/vci"
	"diwan.example/document/vp"
	"diwan.example/exchange/agreement"
	"diwan.example/exchange/directory"
	broker "diwan.example/exchange/event"
	"diwan.example/exchange/fetch"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/internal/sign"
	"diwan.example/internal/translog"
	"diwan.example/journal"
	"diwan.example/journal/unusual"
	"diwan.example/notify"
	"diwan.example/pack"
	"diwan.example/payment"
	"diwan.example/payment/provider/sandbox"
	"diwan.example/programme/committee"
	"diwan.example/programme/lifecycle"
	"diwan.example/programme/plan"
	"diwan.example/programme/policy"
	"diwan.example/registry"
	"diwan.example/web/ui"
)

// background is the context of what no request asks for.
var background = context.Background()

// App is the running platform.
type App struct {
	Config        *Config
	Country       *country.Country
	DB            *db.DB
	Blobs         blob.Store
	Book          *catalogue.Book
	Gate          *identity.Gate
	Packs         *pack.Library
	Cashier       *payment.Cashier
	Issuer        *document.Issuer
	Wallets       *vci.Office  // hands documents to wallets
	Presentations *vp.Verifier // asks wallets for credentials
	Cases         *casework.Engine
	Records       *registry.Book
	Watch         *unusual.Watch // what stands out in the reading of employees
	Plans         *plan.Plans
	Bank          *sandbox.Bank // nil: not offered
	Office        *notify.Office
	Cycle         *lifecycle.Cycle
	Policy        *policy.Office
	Chamber       *committee.Chamber
	Centre        *directory.Centre
	Pump          *journal.Pump
	Worker        *jobs.Worker // deadlines and the like
	Errands       *jobs.Worker // what reaches outside
	Site          *ui.Site
	Handler       http.Handler
	Log           *slog.Logger
	Patience      time.Duration // how long an answer waits for the followers; 0: a second

	Public     *translog.Log    // documents and decisions, for anybody
	Sealed     *translog.Log    // the journal
	Looks      *translog.Log    // who looked at whose data
	Archive    *archive.Archive // registers of old papers
	Agreements *agreement.Office
	Fetcher    *fetch.Fetcher
	Broker     *broker.Broker

	api      *api.API
	secret   []byte
	outposts []*Outpost // gateways of this process
	brief    bool       // the data is thrown away after use
	drain    sync.Mutex
	flush    func(context.Context) error // sends the last traces
}

// New opens the data and puts the parts together; nothing runs yet. The schema
// is brought up to date. Close it when done.
func New(ctx context.Context, c *Config, log *slog.Logger) (*App, error) {
	return opened(ctx, &App{Config: c, Log: log})
}

func opened(ctx context.Context, a *App) (_ *App, err error) {
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if a.Country, err = loadCountry(a.Config.Country); err != nil {
		return a, err
	}
	if err := a.openData(ctx); err != nil {
		return a, err
	}
	if err := a.assemble(); err != nil {
		return a, err
	}
	return a, a.mount()
}

func loadCountry(name string) (*country.Country, error) {
	if name == "bahrain" {
		return country.Bahrain()
	}
	return country.Load(os.DirFS(filepath.Dir(name)), filepath.Base(name))
}

func (a *App) openData(ctx context.Context) (err error) {
	if !isPostgres(a.Config.Database) {
		if strings.Contains(a.Config.Database, "://") {
			return gov.Fail(gov.Invalid, "عنوان قاعدة البيانات غير معروف النوع؛ اكتب postgres://… أو مسار ملف", "The kind of database address is not known: write postgres://… or the path of a file")
		}
		if err := os.MkdirAll(filepath.Dir(a.Config.Database), 0o700); err != nil {
			return gov.Fail(gov.Unavailable, "تعذّر إنشاء مجلد البيانات", "The data folder cannot be made").Because(err)
		}
	}
	if a.DB, err = db.Open(ctx, a.Config.Database, db.Options{Log: a.Log, Brief: a.brief}); err != nil {
		return err
	}
	if _, err := a.DB.Migrate(ctx); err != nil {
		return err
	}
	if a.Blobs, err = openBlobs(ctx, a.Config); err != nil {
		return err
	}
	a.secret, err = a.openSecret()
	return err
}

func isPostgres(s string) bool {
	return strings.HasPrefix(s, "postgres://") || strings.HasPrefix(s, "postgresql://")
}

// openSecret reads the configured secret; beside an SQLite database one is made
// once and kept in a file of mode 0600.
func (a *App) openSecret() ([]byte, error) {
	text := a.Config.Secret
	if text == "" && isPostgres(a.Config.Database) {
		return nil, errors.New("DIWAN_SECRET must be set with PostgreSQL: every node needs the same one; make one with: openssl rand -base64 48")
	}
	if text == "" {
		file := filepath.Join(filepath.Dir(a.Config.Database), "secret")
		b, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			b = []byte(sign.NewSecret())
			err = os.WriteFile(file, b, 0o600)
		}
		if err != nil {
			return nil, err
		}
		text = strings.TrimSpace(string(b))
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) < 32 {
		return nil, errors.New("DIWAN_SECRET must be at least 32 random bytes in base64; make one with: openssl rand -base64 48")
	}
	return raw, nil
}

// assemble makes the parts, from the bottom up.
func (a *App) assemble() (err error) {
	c := a.Country
	vault, err := sign.OpenVault(base64.StdEncoding.EncodeToString(a.secret))
	if err != nil {
		return err
	}
	a.Book = catalogue.New(a.DB)
	a.Packs = &pack.Library{Options: pack.Options{Currency: c.Currency, Langs: c.Languages, Organisation: a.Knows}}
	if err := a.openRegistries(); err != nil {
		return err
	}
	a.Watch = &unusual.Watch{DB: a.DB, Calendar: &c.Calendar, Kin: a.kin}
	a.Cycle = &lifecycle.Cycle{Packs: a.Packs, Zone: c.Calendar.Zone}
	a.Policy = &policy.Office{Cycle: a.Cycle}
	a.Gate = &identity.Gate{DB: a.DB, Secret: a.secret, Origin: a.Config.Origin, Name: c.Name.In(gov.Arabic), Log: a.Log, OneClick: a.Config.OneClick, Wake: a.wake}
	a.Cashier = &payment.Cashier{DB: a.DB, Calendar: &c.Calendar, Currency: c.Currency, Log: a.Log}
	if err := a.openLogs(vault); err != nil {
		return err
	}
	clocks, err := a.trustedClocks()
	if err != nil {
		return err
	}
	tokens, err := a.tokens(vault)
	if err != nil {
		return err
	}
	a.Issuer, err = document.New(a.DB, document.Options{
		Stamp: a.timekeeping(), Clocks: clocks,
		Vault: vault, Public: a.Public, Authority: c.Authority, Country: c.Code, Issues: a.issues, Operates: operates, Tokens: tokens, Types: a.documentType, Organisation: a.organisationName, Acts: a.actsForHolder, Opened: a.shareOpened, CountryName: c.Name, Apostille: a.Config.Apostille,
		Tell:  a.tellHolder,
		Blobs: a.Blobs, BaseURL: a.Config.Origin, Zone: c.Calendar.Zone, Currency: c.Currency, Notice: c.Notice, Digits: c.Digits, Accent: c.Accent.Light,
	})
	if err != nil {
		return err
	}
	a.openVerifier(vault)
	a.Cases = &casework.Engine{DB: a.DB, Packs: a.Packs, Cashier: a.Cashier, Issuer: a.Issuer, Calendar: &c.Calendar, Currency: c.Currency, Blobs: a.Blobs, Log: a.Log, PlaceOf: c.GovernorateOf, Entered: a.enterDecision}
	a.Cashier.MayPay = a.Cases.MayPay
	a.openWallets()
	a.Plans = &plan.Plans{Zone: c.Calendar.Zone, Currency: c.Currency}
	if err := a.openProviders(); err != nil {
		return err
	}
	if err := a.openOutlets(); err != nil {
		return err
	}
	a.openChamber()
	a.Centre = &directory.Centre{DB: a.DB, Vault: vault, Instance: cmp.Or(a.Config.ExchangeInstance, c.Code), Origin: a.Config.Origin, Valid: a.Config.ExchangeValid}
	a.openAgreements(vault)
	a.openArchive()
	a.askOnce()
	a.api = &api.API{DB: a.DB, Gate: a.Gate, Cases: a.Cases, Book: a.Book, Office: a.Office, Broker: a.Broker, Origin: a.Config.Origin, Log: a.Log, PerMinute: a.Config.PerMinute}
	a.Pump = &journal.Pump{DB: a.DB, Log: a.Log, Followers: a.followers()}
	a.Worker, a.Errands = a.workers()
	return a.Gate.Check()
}

func (a *App) documentType(tx *db.Tx, s gov.ServiceID, version, kind string) (*pack.Document, error) {
	p, err := a.Packs.At(tx, s, version)
	if err != nil {
		return nil, err
	}
	if d := p.Document(kind); d != nil {
		return d, nil
	}
	return nil, gov.Fail(gov.NotFound, "نوع الوثيقة غير معروف في هذا الإصدار من الخدمة", "This version of the service has no such type of document")
}

// Knows reports whether an organisation is in the country's profile or in the
// catalogue.
func (a *App) Knows(id gov.OrgID) bool { return a.Country.Organisation(id) != nil || a.Book.Knows(id) }

func (a *App) organisationName(_ *db.Tx, id gov.OrgID) (gov.Text, error) {
	if o := a.Country.Organisation(id); o != nil {
		return o.Name, nil
	}
	if o, err := a.Book.Organisation(background, id); err == nil {
		return o.Name, nil
	}
	return gov.T(string(id), string(id)), nil
}

// OrganisationName names an organisation; one that nothing knows names itself.
func (a *App) OrganisationName(id gov.OrgID) gov.Text {
	name, _ := a.organisationName(nil, id)
	return name
}

// actsForHolder lets guardians see the documents of their children, and those
// who speak for a company the company's.
func (a *App) actsForHolder(tx *db.Tx, holder gov.PersonID) (bool, error) {
	for _, kind := range []identity.MandateKind{identity.Guardian, identity.Company} {
		if ok, err := identity.MayActFor(tx, tx.Actor().Person, string(holder), kind, ""); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

func (a *App) wake() {
	if a.Pump != nil {
		a.Pump.Wake()
		for _, l := range a.logs() {
			l.Wake()
		}
	}
	if a.Worker != nil {
		a.Worker.Wake()
		a.Errands.Wake()
	}
}

// Drain runs all followers and due jobs until nothing is left to do now.
func (a *App) Drain(ctx context.Context) error {
	for {
		if err := a.Pump.Drain(ctx); err != nil {
			return err
		}
		n, err := a.Worker.RunDue(ctx)
		if err != nil {
			return err
		}
		more, err := a.Errands.RunDue(ctx)
		if err != nil {
			return err
		}
		if n+more == 0 {
			return errors.Join(a.Public.Drain(ctx), a.Sealed.Drain(ctx), a.Looks.Drain(ctx))
		}
	}
}

// settle lets the followers run after a page has changed something, so that the
// next page shows it. It never waits longer than Patience: the pump goes on by itself.
func (a *App) settle(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if !changed(r) {
			return
		}
		a.wake()
		if strings.HasPrefix(r.URL.Path, "/api/") {
			return
		}
		ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), cmp.Or(a.Patience, time.Second))
		defer stop()
		a.drain.Lock()
		defer a.drain.Unlock()
		if err := a.Pump.Drain(ctx); err != nil {
			a.Log.WarnContext(ctx, "app: followers after a request", "err", err)
		}
	})
}

// changed says whether the next page may show more than what was true before this
// request: it changed something, or the bank, which led back here, has.
func changed(r *http.Request) bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead || strings.HasSuffix(r.URL.Path, "/pay")
}

// Background runs followers and jobs until ctx ends.
func (a *App) Background(ctx context.Context) error {
	if err := a.tidy(ctx); err != nil {
		return err
	}
	var wg sync.WaitGroup
	wg.Go(func() { a.Pump.Run(ctx) })
	wg.Go(func() { a.keepLogs(ctx) })
	wg.Go(func() { a.Worker.Run(ctx) })
	wg.Go(func() { a.Errands.Run(ctx) })
	broken := make([]error, len(a.outposts))
	for i, p := range a.outposts {
		wg.Go(func() {
			if broken[i] = p.Run(ctx); broken[i] != nil {
				a.Log.ErrorContext(ctx, "app: a gateway ended", "server", p.Gateway.ID.String(), "err", broken[i])
			}
		})
	}
	wg.Wait()
	return errors.Join(broken...)
}

// Serve answers requests on l until ctx ends, then lets running ones finish.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	s := &http.Server{
		Handler: a.Handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 2)
	var wg sync.WaitGroup
	wg.Go(func() { failed <- a.Background(ctx) })
	go func() { failed <- s.Serve(l) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	a.Centre.Close()
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), a.Config.Shutdown)
	defer stop()
	err = errors.Join(ignoreClosed(err), s.Shutdown(grace))
	cancel()
	wg.Wait()
	return errors.Join(err, a.flush(grace))
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Close closes the data.
func (a *App) Close() error {
	var err error
	for _, p := range a.outposts {
		err = errors.Join(err, p.Close())
	}
	if a.DB == nil {
		return err
	}
	if a.Issuer != nil {
		err = errors.Join(err, a.Issuer.Settle(gov.WithActor(context.Background(), gov.System)))
	}
	return errors.Join(err, a.DB.Close())
}
