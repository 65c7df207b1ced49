package sandbox

import (
	"crypto/subtle"
	_ "embed"
	"encoding/csv"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("bank").Parse(pageText))

// mostTries is how many refused cards end a payment.
const mostTries = 3

// Handler serves the payment page and the statement. Mount it under the path of
// Base with that path stripped.
func (b *Bank) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pay/{ref}", func(w http.ResponseWriter, r *http.Request) { b.show(w, r, "") })
	mux.HandleFunc("POST /pay/{ref}", b.pay)
	mux.HandleFunc("GET /statement", b.statementPage)
	return mux
}

// view is what the page shows.
type view struct {
	Lang        gov.Lang
	Other       gov.Lang
	Dir         string
	Nonce       string
	Path        string
	Amount      string
	Description string
	Problem     string
	Cards       []Card
	Say         map[string]string
}

var says = map[string]gov.Text{
	"title":   gov.T("الدفع · المصرف التجريبي", "Payment · Sandbox bank"),
	"bank":    gov.T("المصرف التجريبي", "Sandbox bank"),
	"warning": gov.T("هذه صفحة للتجربة فقط: لا تُنقل فيها أي نقود حقيقية، فلا تكتب رقم بطاقة حقيقية.", "This page is for trying out only: no real money moves here. Do not type a real card number."),
	"amount":  gov.T("المبلغ المطلوب", "Amount to pay"),
	"for":     gov.T("مقابل", "For"),
	"number":  gov.T("رقم البطاقة", "Card number"),
	"hint":    gov.T("استعمل إحدى بطاقات التجربة أدناه", "Use one of the test cards below"),
	"pay":     gov.T("ادفع الآن", "Pay now"),
	"cancel":  gov.T("إلغاء والعودة", "Cancel and go back"),
	"cards":   gov.T("بطاقات التجربة", "Test cards"),
	"does":    gov.T("ما يحدث", "What happens"),
	"lang":    gov.T("English", "العربية"),
	"gone":    gov.T("لا توجد عملية دفع بهذا الرقم", "There is no payment with this number"),
	"away":    gov.T("تعذّر إتمام العملية الآن، ولم يُخصم شيء. حاول مرة أخرى بعد قليل", "This could not be done just now and nothing was charged. Please try again shortly"),
}

// lang is the language that is asked for, or that of the page the payer came from.
func lang(r *http.Request, returnURL string) gov.Lang {
	want := r.URL.Query().Get("lang")
	if u, err := url.Parse(returnURL); want == "" && err == nil {
		want, _, _ = strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	}
	if want == string(gov.English) {
		return gov.English
	}
	return gov.Arabic
}

// show writes the page of a waiting payment with a problem, if there is one;
// a payment that has ended leads back to where its payer came from.
func (b *Bank) show(w http.ResponseWriter, r *http.Request, problem outcome) {
	p, err := b.payment(r.Context(), r.PathValue("ref"))
	if err != nil {
		b.fail(w, r, err)
		return
	}
	if p.State != waiting {
		b.back(w, r, p)
		return
	}
	l := lang(r, p.ReturnURL)
	v := view{Lang: l, Other: gov.English, Dir: l.Dir(), Nonce: db.Short(20), Path: p.ID, Amount: b.Currency.Format(p.Amount, l),
		Description: p.Description.In(l), Problem: answers[problem].In(l), Cards: Cards, Say: map[string]string{}}
	if l == gov.English {
		v.Other = gov.Arabic
	}
	for k, t := range says {
		v.Say[k] = t.In(l)
	}
	b.headers(w, v.Nonce, p.ReturnURL)
	if problem != "" {
		w.WriteHeader(http.StatusUnprocessableEntity)
	}
	if err := pageTemplate.Execute(w, v); err != nil {
		b.log().WarnContext(r.Context(), "bank: page not written", "err", err)
	}
}

// headers let the page use its own style only, and its form lead back to the payer's site.
func (b *Bank) headers(w http.ResponseWriter, nonce, returnURL string) {
	action := "'self'"
	if u, err := url.Parse(returnURL); err == nil && u.Host != "" {
		action += " " + u.Scheme + "://" + u.Host
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+nonce+"'; form-action "+action+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}

func (b *Bank) fail(w http.ResponseWriter, r *http.Request, err error) {
	code, text := http.StatusServiceUnavailable, "away"
	if gov.KindOf(err) == gov.NotFound {
		code, text = http.StatusNotFound, "gone"
	} else {
		b.log().WarnContext(r.Context(), "bank: request failed", "err", err)
	}
	http.Error(w, says[text].In(gov.Arabic)+"\n"+says[text].In(gov.English), code)
}

func (b *Bank) back(w http.ResponseWriter, r *http.Request, p payment) {
	http.Redirect(w, r, p.ReturnURL, http.StatusSeeOther)
}

// pay takes the card, or the payer's wish to go back. A payment that has ended
// already only leads back: a double click pays once.
func (b *Bank) pay(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	if err := r.ParseForm(); err != nil {
		b.show(w, r, malformed)
		return
	}
	answer, last4 := declined, ""
	cancel := r.PostForm.Get("do") == "cancel"
	if !cancel {
		answer, last4 = judge(r.PostForm.Get("card"))
	}
	if answer == malformed || answer == foreign {
		b.show(w, r, answer)
		return
	}
	p, err := b.payment(r.Context(), r.PathValue("ref"))
	if err == nil && p.State == waiting {
		p.Last4 = last4
		err = b.DB.Write(r.Context(), func(tx *db.Tx) error { return b.decide(tx, &p, answer, cancel) })
	}
	switch {
	case err != nil:
		b.fail(w, r, err)
	case p.State == waiting:
		b.show(w, r, answer)
	default:
		b.back(w, r, p)
	}
}

// decide carries out the bank's answer to a card.
func (b *Bank) decide(tx *db.Tx, p *payment, answer outcome, cancel bool) error {
	switch {
	case cancel:
		return b.end(tx, p, failed)
	case answer == accepted:
		return b.end(tx, p, succeeded)
	case answer == slow:
		first, err := startClearing(tx, p.ID, p.Last4)
		if err != nil || !first {
			return err
		}
		p.State = clearing
		wait := b.Clears
		if wait == 0 {
			wait = 30 * time.Second
		}
		return jobs.Schedule(tx, jobs.Job{Kind: kindClear, Key: p.ID, At: tx.Now().Add(wait)})
	}
	tries, err := countTry(tx, p.ID)
	if err == nil && tries >= mostTries {
		err = b.end(tx, p, failed)
	}
	return err
}

// statementPage gives the statement of a day (UTC) as CSV to whoever has the key.
func (b *Bank) statementPage(w http.ResponseWriter, r *http.Request) {
	given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if b.Key == "" || subtle.ConstantTimeCompare([]byte(given), []byte(b.Key)) != 1 {
		http.NotFound(w, r)
		return
	}
	day, err := time.Parse(time.DateOnly, r.URL.Query().Get("day"))
	if err != nil {
		http.Error(w, "day=2026-11-23", http.StatusBadRequest)
		return
	}
	lines, err := b.Statement(r.Context(), day, day.AddDate(0, 0, 1))
	if err != nil {
		b.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	out := csv.NewWriter(w)
	out.Write([]string{"ref", "kind", "amount", "currency", "at"})
	for _, l := range lines {
		out.Write([]string{l.Ref, string(l.Kind), b.Currency.Decimal(l.Amount), l.Currency, l.At.Format(time.RFC3339)})
	}
	out.Flush()
}
