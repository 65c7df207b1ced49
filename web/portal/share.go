package portal

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// shareForm asks what to reveal, for how long and to whom.
type shareForm struct{ What, Time, To, Tell ui.Field }

type shareLine struct {
	document.Share
	URL     string
	QR      template.URL
	Names   []gov.Text // what is revealed
	Active  bool
	Other   bool // somebody else made it, for the same holder
	Visitor []visitLine
}

// visitLine is one look at a share in words.
type visitLine struct {
	document.ShareLook
	Org gov.Text
}

func (p *Portal) shares(r *http.Request, d document.Document) (out []shareLine, err error) {
	all, err := p.Engine.Issuer.Shares(me(r), d.ID)
	labels := map[string]gov.Text{}
	for _, c := range d.Claims {
		labels[c.Name] = c.Label
	}
	for _, s := range all {
		x := shareLine{Share: s, URL: p.Engine.Issuer.VerifyURL(s.Code), Active: s.Stopped.IsZero() && s.Until.After(p.db().Now()),
			Other: s.Maker != "" && s.Maker != gov.ActorFrom(r.Context()).Person}
		if x.Active {
			if x.QR, err = qrOf(x.URL); err != nil {
				return nil, err
			}
		}
		for _, c := range s.Claims {
			x.Names = append(x.Names, labels[c])
		}
		for _, l := range s.Looks {
			v := visitLine{ShareLook: l}
			if l.Organisation != "" {
				v.Org = p.org(r.Context(), l.Organisation)
			}
			x.Visitor = append(x.Visitor, v)
		}
		out = append(out, x)
	}
	return out, err
}

// shareTimes are how long a share may last: hours, then days.
var shareTimes = []string{"1h", "24h", "7d", "30d", "90d"}

// shareFields ask what to reveal and for how long; nothing is chosen beforehand.
func shareFields(d document.Document, r *http.Request, problems gov.Problems) (f shareForm) {
	wrong := func(field string) gov.Text {
		for _, x := range problems {
			if x.Field == field {
				return x.Text
			}
		}
		return nil
	}
	f.What = ui.Field{Kind: "many-of", Name: "claims", Label: pages.T("portal.share.what"), Hint: pages.T("portal.share.what.hint"), Chosen: r.PostForm["claims"], Error: wrong("claims")}
	for _, c := range d.Claims {
		if c.Shown.In(gov.Arabic) != "" {
			f.What.Options = append(f.What.Options, ui.Option{Value: c.Name, Text: c.Label})
		}
	}
	f.Time = ui.Field{Kind: "one-of", Name: "time", Label: pages.T("portal.share.days"), Value: "7d", Error: wrong("until")}
	if v := r.PostForm.Get("time"); v != "" {
		f.Time.Value = v
	}
	for _, t := range shareTimes {
		n, _ := strconv.Atoi(t[:len(t)-1])
		words := pages.T("portal.days", n)
		if strings.HasSuffix(t, "h") {
			words = pages.T("portal.hours", n)
		}
		f.Time.Options = append(f.Time.Options, ui.Option{Value: t, Text: words})
	}
	f.To = ui.Field{Kind: "short-text", Name: "to", Label: pages.T("portal.share.to"), Hint: pages.T("portal.share.to.hint"), Optional: true, MaxLength: 80, Value: r.PostForm.Get("to"), Error: wrong("to")}
	f.Tell = ui.Field{Kind: "many-of", Name: "tell", Label: pages.T("portal.share.tell"), Optional: true, Chosen: []string{"true"}, Options: []ui.Option{{Value: "true", Text: pages.T("portal.share.tell.yes")}}}
	if r.Method == http.MethodPost {
		f.Tell.Chosen = r.PostForm["tell"]
	}
	return f
}

// lasting reads how long a share shall last; what is not offered is nothing.
func lasting(s string) time.Duration {
	for _, t := range shareTimes {
		if n, _ := strconv.Atoi(t[:len(t)-1]); t == s && strings.HasSuffix(t, "h") {
			return time.Duration(n) * time.Hour
		} else if t == s {
			return time.Duration(n) * 24 * time.Hour
		}
	}
	return 0
}

// share lets whoever gets the new code see what was chosen.
func (p *Portal) share(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	_, err := p.Engine.Issuer.ShareWith(me(r), document.Sharing{Document: gov.DocumentID(id), Claims: r.PostForm["claims"],
		Until: p.db().Now().Add(lasting(r.PostForm.Get("time"))), To: r.PostForm.Get("to"), Tell: len(r.PostForm["tell"]) > 0})
	if problems, wrong := fieldProblems(err); wrong {
		for i, x := range problems {
			if x.Field != "to" && x.Field != "until" {
				problems[i].Field = "claims"
			}
		}
		return p.showDocument(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	return redirectTo(w, r, id, "#shares")
}

func (p *Portal) stopShare(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	if err := p.Engine.Issuer.StopShare(me(r), r.PostForm.Get("code")); err != nil {
		return err
	}
	return redirectTo(w, r, r.PathValue("id"), "#shares")
}

// visitor is what is honestly known of whoever opens a share: not who they are, but
// whether they signed in and for which organisation, and what their browser says.
func visitor(r *http.Request) document.Looker {
	a := gov.ActorFrom(r.Context())
	return document.Looker{Device: client(r).Device, Organisation: a.Org, SignedIn: a.Person != ""}
}
