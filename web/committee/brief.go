package committee

import (
	"bytes"
	"fmt"
	"math"
	"mime"
	"net/http"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	council "diwan.example/programme/committee"
	"diwan.example/programme/priority"
	"diwan.example/web/ui"
)

// briefPage is the five-minute page.
type briefPage struct {
	*council.Brief
	Figures []figure
	Behind  []behind
	Acts    []act
	More    int // overdue actions that are not on the page
	Asked   []council.Asked
	Ends    []priority.Forecast // when every service will be online, by each basis apart; for those whose figures open
	OnDay   any
	OnSince any
	Opens   bool // figures open to their rows
}

// figure is one of the five numbers.
type figure struct {
	Name  string // key of its words
	Kind  string // number, percent, none
	Now   any
	Was   any
	Gone  string // up, down, same; "" when one of them is not known
	Good  bool   // where it went is good
	By    any    // by how much, in points when it is a share
	URL   string
	Basis string
}

// Tone is the colour of where the figure went.
func (f figure) Tone() string {
	switch {
	case f.Gone == "" || f.Gone == "same":
		return ""
	case f.Good:
		return "good"
	}
	return "bad"
}

type behind struct {
	programme.Concern
	Name, Owner, Words gov.Text
	URL                string
}

// most are how many lines of a kind the page has room for.
const most = 6

func (c *Committees) brief(w http.ResponseWriter, r *http.Request) error {
	v := &briefPage{Opens: opens(gov.ActorFrom(r.Context()))}
	err := c.read(r, func(tx *db.Tx) (err error) {
		if v.Brief, err = c.Chamber.Brief(tx); err != nil || !v.Opens {
			return err
		}
		past, err := priority.Histories(tx, "", c.Country.Calendar.Zone)
		for _, h := range past {
			v.Ends = append(v.Ends, h.Forecast(0))
		}
		return err
	})
	if err != nil {
		return err
	}
	v.OnDay, v.OnSince = c.noon(v.Day), c.noon(v.Since)
	v.five()
	figures := map[programme.Why]string{programme.LateNow: "open-late", programme.LateClosed: "late", programme.Growing: "open"}
	for _, x := range v.Concerns {
		v.Behind = append(v.Behind, behind{x, c.service(r.Context(), x.Service), c.org(x.Organisation), council.WhyWords(x),
			fmt.Sprintf("/oversight/rows?figure=%s&from=%s&to=%s&service=%s", figures[x.Why], min(v.Since.Add(1), v.Day), v.Day, x.Service)})
	}
	v.More = max(len(v.Overdue)-most, 0)
	for _, a := range v.Overdue[:len(v.Overdue)-v.More] {
		v.Acts = append(v.Acts, c.act(a))
	}
	v.Asked = v.Brief.Asked[:min(len(v.Brief.Asked), 4)]
	return pages.Render(w, r, "brief", v)
}

// five works out the five numbers with where they went since the last meeting.
func (v *briefPage) five() {
	now, was := &v.Now, &v.Then
	rows := func(what string) string {
		return fmt.Sprintf("/oversight/rows?figure=%s&from=%s&to=%s", what, now.From, now.Day)
	}
	v.count("proven", int64(now.Proven), int64(was.Proven), true, "/oversight/services?standing=proven", "proven")
	v.count("declared", int64(now.Declared), int64(was.Declared), false, "/oversight/services?standing=declared", "declared")
	v.share("share", now.Share, was.Share, fmt.Sprintf("/oversight?by=channel&from=%s&to=%s", now.From, now.Day))
	v.share("ontime", now.OnTime, was.OnTime, rows("timed"))
	v.count("open", now.Open, was.Open, false, "/oversight/rows?figure=open", "proven")
}

func (v *briefPage) count(name string, now, was int64, more bool, url, basis string) {
	f := figure{Name: name, Kind: "number", Now: now, Was: was, URL: url, Basis: basis, Gone: "same"}
	switch {
	case now > was:
		f.Gone, f.Good, f.By = "up", more, now-was
	case now < was:
		f.Gone, f.Good, f.By = "down", !more, was-now
	}
	v.Figures = append(v.Figures, f)
}

func (v *briefPage) share(name string, now, was func() (float64, bool), url string) {
	f := figure{Name: name, Kind: "none", URL: url, Basis: "proven"}
	a, ok := now()
	b, had := was()
	if ok {
		f.Kind, f.Now = "percent", a
	}
	if ok && had {
		points := int(math.Round((a - b) * 100))
		f.Was, f.Gone = b, "same"
		switch {
		case points > 0:
			f.Gone, f.Good, f.By = "up", true, points
		case points < 0:
			f.Gone, f.By = "down", -points
		}
	}
	v.Figures = append(v.Figures, f)
}

// pack draws the pack of a meeting in the language of the address, or in the one
// that is asked for.
func (c *Committees) pack(w http.ResponseWriter, r *http.Request) error {
	id, l := r.PathValue("meeting"), ui.LangOf(r)
	switch x := gov.Lang(r.URL.Query().Get("in")); x {
	case gov.Arabic, gov.English:
		l = x
	}
	var m council.Meeting
	var b council.Board
	if err := c.read(r, func(tx *db.Tx) (err error) { m, b, _, err = council.ByID(tx, id); return err }); err != nil {
		return err
	}
	var out bytes.Buffer
	look := council.Look{Accent: c.Country.Accent.Light, Digits: c.Country.Digits, Notice: c.Country.Notice}
	if err := c.Chamber.Print(r.Context(), &out, id, l, look); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": fmt.Sprintf("%s-%d-%s.pdf", b.Mark, m.Number, l)}))
	_, err := out.WriteTo(w)
	return err
}
