package admin

import (
	"cmp"
	"net/http"
	"slices"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/notify"
	"diwan.example/web/ui"
)

func (a *Admin) machineRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/tokens", Guard: machines, Page: a.tokens},
		{Pattern: "GET /admin/tokens/new", Guard: machines.AndStepUp(), Page: a.tokenForm},
		{Pattern: "POST /admin/tokens/new", Guard: machines.AndStepUp(), Page: a.createToken},
		{Pattern: "GET /admin/tokens/{id}/revoke", Guard: machines, Page: a.revokeTokenForm},
		{Pattern: "POST /admin/tokens/{id}/revoke", Guard: machines, Page: a.revokeToken},
		{Pattern: "GET /admin/webhooks", Guard: machines, Page: a.webhooks},
		{Pattern: "GET /admin/webhooks/new", Guard: machines.AndStepUp(), Page: a.webhookForm},
		{Pattern: "POST /admin/webhooks/new", Guard: machines.AndStepUp(), Page: a.subscribe},
		{Pattern: "GET /admin/webhooks/{id}", Guard: machines, Page: a.webhook},
		{Pattern: "POST /admin/webhooks/{id}/resume", Guard: machines, Page: a.resume},
		{Pattern: "GET /admin/webhooks/{id}/remove", Guard: machines.AndStepUp(), Page: a.removeForm},
		{Pattern: "POST /admin/webhooks/{id}/remove", Guard: machines.AndStepUp(), Page: a.remove},
		{Pattern: "POST /admin/webhooks/{id}/again/{hook}", Guard: machines, Page: a.again},
	}
}

type tokensPage struct {
	Org    gov.Text
	Tokens []token
	Done   string
}

// token is an API token with its scopes and its maker in words.
type token struct {
	identity.Token
	Words []gov.Text
	By    gov.Text
	Over  bool // past its end
}

func (a *Admin) tokens(w http.ResponseWriter, r *http.Request) error {
	p := tokensPage{Org: a.org(gov.ActorFrom(r.Context()).Org), Done: done(r)}
	err := a.read(r, func(tx *db.Tx) error {
		list, err := identity.Tokens(tx)
		if err != nil {
			return err
		}
		var makers []gov.PersonID
		for _, t := range list {
			makers = append(makers, t.Person)
		}
		names, err := identity.Names(tx, makers...)
		for _, t := range list {
			p.Tokens = append(p.Tokens, token{t, a.scopeWords(t.Scopes), names[t.Person], !tx.Now().Before(t.Until)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "tokens", p)
}

func (a *Admin) scopeWords(list []string) (out []gov.Text) {
	for _, s := range list {
		t := gov.T(s, s)
		if i := slices.IndexFunc(a.Scopes, func(o ui.Option) bool { return o.Value == s }); i >= 0 {
			t = a.Scopes[i].Text
		}
		out = append(out, t)
	}
	return out
}

func (a *Admin) tokenFields() []ui.Field {
	return []ui.Field{
		{Kind: "short-text", Name: "name", Label: pages.T("admin.token.name"), Hint: pages.T("admin.token.name.hint"), MaxLength: 80},
		{Kind: "many-of", Name: "scopes", Label: pages.T("admin.scopes"), Options: a.Scopes},
		{Kind: "date", Name: "until", Label: pages.T("admin.until"), Hint: pages.T("admin.until.hint")},
	}
}

func (a *Admin) tokenForm(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "token-new", a.filled(a.tokenFields(), nil, nil))
}

// secret is shown once, on the answer to the form, and stored nowhere.
type secret struct {
	Name, Text  string
	Title, Lead gov.Text
	Back        string
}

func (a *Admin) createToken(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	answers := ui.Read(r.PostForm, a.tokenFields())
	text, err := a.newToken(r, answers)
	if bad, ok := gov.ProblemsOf(err, "name"); ok {
		return pages.RenderInvalid(w, r, "token-new", a.filled(a.tokenFields(), answers, bad))
	}
	if err != nil {
		return err
	}
	name, _ := answers["name"].(string)
	return pages.Render(w, r, "secret", secret{Name: name, Text: text, Title: pages.T("admin.token.made"), Lead: pages.T("admin.token.once"), Back: "/admin/tokens"})
}

func (a *Admin) newToken(r *http.Request, answers map[string]any) (string, error) {
	t := identity.Token{Org: gov.ActorFrom(r.Context()).Org}
	t.Name, _ = answers["name"].(string)
	day, _ := answers["until"].(string)
	until, err := a.date(day)
	if err != nil {
		return "", gov.Fail(gov.Invalid, gov.PublicOf(err).In(gov.Arabic), gov.PublicOf(err).In(gov.English)).At("until")
	}
	t.Until = until
	chosen, _ := answers["scopes"].([]string)
	for _, s := range chosen {
		if !slices.ContainsFunc(a.Scopes, func(o ui.Option) bool { return o.Value == s }) {
			return "", gov.Fail(gov.Invalid, "اختر من القائمة", "Choose from the list").At("scopes")
		}
		t.Scopes = append(t.Scopes, s)
	}
	return a.Gate.CreateToken(r.Context(), t)
}

func (a *Admin) revokeTokenForm(w http.ResponseWriter, r *http.Request) error {
	return confirm(w, r, confirmation{Title: pages.T("admin.token.revoke.title"), Text: pages.T("admin.token.revoke.text"), Yes: pages.T("admin.token.revoke"), Back: "/admin/tokens", Look: "danger"})
}

func (a *Admin) revokeToken(w http.ResponseWriter, r *http.Request) error {
	err := a.write(r, func(tx *db.Tx) error { return identity.RevokeToken(tx, r.PathValue("id")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/tokens?done=revoked")
}

type webhooksPage struct {
	Org  gov.Text
	Rows []subscription
	Done string
}

// subscription is a webhook subscription with its events in words.
type subscription struct {
	notify.Subscription
	Words []gov.Text
}

func eventWords(list []string) (out []gov.Text) {
	for _, e := range list {
		out = append(out, factWords(e))
	}
	return out
}

func (a *Admin) webhooks(w http.ResponseWriter, r *http.Request) error {
	p := webhooksPage{Org: a.org(gov.ActorFrom(r.Context()).Org), Done: done(r)}
	err := a.read(r, func(tx *db.Tx) error {
		list, err := notify.Subscriptions(tx)
		for _, s := range list {
			p.Rows = append(p.Rows, subscription{s, eventWords(s.Events)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "webhooks", p)
}

func (a *Admin) webhookFields() []ui.Field {
	var events []ui.Option
	for _, e := range a.Office.Events {
		events = append(events, ui.Option{Value: e, Text: factWords(e)})
	}
	return []ui.Field{
		{Kind: "short-text", Name: "url", Label: pages.T("admin.webhook.url"), Hint: pages.T("admin.webhook.url.hint"), MaxLength: 2000},
		{Kind: "many-of", Name: "events", Label: pages.T("admin.events"), Options: events},
	}
}

func (a *Admin) webhookForm(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "webhook-new", a.filled(a.webhookFields(), nil, nil))
}

func (a *Admin) subscribe(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	var s notify.Subscription
	var text string
	err := a.write(r, func(tx *db.Tx) (err error) {
		s, text, err = a.Office.Subscribe(tx, r.PostForm.Get("url"), r.PostForm["events"]...)
		return err
	})
	if bad, ok := gov.ProblemsOf(err, "url"); ok {
		return pages.RenderInvalid(w, r, "webhook-new", a.filled(a.webhookFields(), ui.Read(r.PostForm, a.webhookFields()), bad))
	}
	if err != nil {
		return err
	}
	return pages.Render(w, r, "secret", secret{Name: s.URL, Text: text, Title: pages.T("admin.webhook.made"), Lead: pages.T("admin.webhook.once"), Back: "/admin/webhooks/" + s.ID})
}

// webhookPage is a subscription with what was sent to it.
type webhookPage struct {
	subscription
	Hooks []hook
	Done  string
}

type hook struct {
	notify.Hook
	Words gov.Text
}

// Tone colours a delivery by its state.
func (h hook) Tone() string {
	return map[string]string{notify.Sent: "good", notify.Failed: "bad"}[h.State]
}

func (a *Admin) webhook(w http.ResponseWriter, r *http.Request) error {
	p := webhookPage{Done: done(r)}
	err := a.read(r, func(tx *db.Tx) (err error) {
		if p.subscription, err = ours(tx, r.PathValue("id")); err != nil {
			return err
		}
		list, err := notify.Hooks(tx, p.ID, 100)
		for _, h := range list {
			p.Hooks = append(p.Hooks, hook{h, factWords(h.Event)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "webhook", p)
}

// ours finds a subscription of the actor's organisation.
func ours(tx *db.Tx, id string) (subscription, error) {
	list, err := notify.Subscriptions(tx)
	for _, s := range list {
		if s.ID == id {
			return subscription{s, eventWords(s.Events)}, nil
		}
	}
	return subscription{}, cmp.Or[error](err, gov.Fail(gov.NotFound, "لا يوجد اشتراك كهذا", "There is no such subscription"))
}

func (a *Admin) resume(w http.ResponseWriter, r *http.Request) error {
	err := a.write(r, func(tx *db.Tx) error { return notify.Resume(tx, r.PathValue("id")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/webhooks/"+r.PathValue("id")+"?done=resumed")
}

func (a *Admin) removeForm(w http.ResponseWriter, r *http.Request) error {
	var s subscription
	err := a.read(r, func(tx *db.Tx) (err error) { s, err = ours(tx, r.PathValue("id")); return err })
	if err != nil {
		return err
	}
	return confirm(w, r, confirmation{Title: pages.T("admin.webhook.remove.title"), Text: gov.T(s.URL, s.URL), Yes: pages.T("admin.webhook.remove"), Back: "/admin/webhooks/" + s.ID, Look: "danger"})
}

func (a *Admin) remove(w http.ResponseWriter, r *http.Request) error {
	err := a.write(r, func(tx *db.Tx) error { return notify.Unsubscribe(tx, r.PathValue("id")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/webhooks?done=unsubscribed")
}

func (a *Admin) again(w http.ResponseWriter, r *http.Request) error {
	err := a.write(r, func(tx *db.Tx) error { return a.Office.SendAgain(tx, r.PathValue("hook")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/webhooks/"+r.PathValue("id")+"?done=again")
}

// Stopped reports whether nothing is sent any more.
func (s subscription) Stopped() bool { return !s.StoppedAt.IsZero() }
