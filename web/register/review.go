package register

import (
	"net/http"
	"net/url"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/policy"
	"diwan.example/web/ui"
)

// reviewPage shows what would change beside what is published, with what was
// said about it, and lets the authority decide.
type reviewPage struct {
	head
	Groups   []group
	General  []remark // said on the whole, or at a place that does not differ
	Wrongs   []wrongAt
	Place    string // where words were typed that could not be kept
	Words    string
	Problems gov.Problems
	NoWords  gov.Text // what is wrong with the words of a return
}

// group are the differences of one section.
type group struct {
	Name gov.Text
	List []change
}

// change is a difference with what was said about it.
type change struct {
	side
	Remarks []remark
	Typed   string // words that could not be kept
	Error   gov.Text
	New     bool // the entry is new: there is nothing beside it
}

// remark is a comment as it is shown.
type remark struct {
	catalogue.Comment
	Who   gov.Text
	Where gov.Text
	Org   gov.Text
	Old   bool // of an earlier revision
}

type wrongAt struct {
	Where gov.Text
	Text  gov.Text
}

func (g *Register) review(w http.ResponseWriter, r *http.Request) error {
	p, err := g.reviewPage(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "review", p)
}

func (g *Register) reviewPage(r *http.Request) (*reviewPage, error) {
	p := &reviewPage{}
	err := g.read(r, func(tx *db.Tx) (err error) {
		if p.head, err = g.head(tx, r); err == nil {
			_, err = catalogue.Written(tx, p.ID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	said := map[string][]remark{}
	for _, c := range p.Said {
		x := remark{c, p.Who(c.Author), catalogue.PlaceInWords(c.Place), g.organisation(r, c.Acting), c.Number != p.Draft.Number}
		said[c.Place] = append(said[c.Place], x)
	}
	for _, d := range catalogue.Differences(p.Before(), p.Draft.Entry, g.terms(r, p.Langs)) {
		name := catalogue.PartByID(d.Part).Name
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Name[gov.English] != name[gov.English] {
			p.Groups = append(p.Groups, group{Name: name})
		}
		last := &p.Groups[len(p.Groups)-1]
		last.List = append(last.List, change{side: sideOf(d), Remarks: said[d.Place], New: p.Published == nil})
		delete(said, d.Place)
	}
	for _, c := range p.Said { // in the order in which they were said
		if list, open := said[c.Place]; open {
			p.General = append(p.General, list...)
			delete(said, c.Place)
		}
	}
	for _, x := range p.Wrong {
		p.Wrongs = append(p.Wrongs, wrongAt{catalogue.PlaceInWords(x.Field), x.Text})
	}
	return p, nil
}

// judge does what a button of the page asks for; the catalogue knows who may.
func (g *Register) judge(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	switch r.PostForm.Get("do") {
	case "approve":
		return g.approve(w, r)
	case "return":
		return g.giveBack(w, r)
	}
	return g.comment(w, r)
}

// comment keeps what was said at a place; what cannot be kept is shown again.
func (g *Register) comment(w http.ResponseWriter, r *http.Request) error {
	place, words := r.PostForm.Get("place"), r.PostForm.Get("words")
	err := g.write(r, func(tx *db.Tx) error {
		if place != "" && catalogue.PartAt(place) == nil || len(place) > 120 {
			return gov.Fail(gov.Invalid, "لا يوجد موضع كهذا في الخدمة", "There is no such place in the entry").At("words")
		}
		_, err := catalogue.AddComment(tx, serviceOf(r), place, words)
		return err
	})
	if wrong, ok := gov.ProblemsOf(err, "words"); ok {
		return g.again(w, r, place, words, wrong)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, home(serviceOf(r))+"/review?done=commented")
}

// again shows the page with words that could not be kept.
func (g *Register) again(w http.ResponseWriter, r *http.Request, place, words string, wrong gov.Problems) error {
	p, err := g.reviewPage(r)
	if err != nil {
		return err
	}
	p.Place, p.Words, p.Problems = place, words, gov.Problems{{Field: "words-" + place, Text: wrong[0].Text}}
	for i := range p.Groups {
		for k := range p.Groups[i].List {
			if c := &p.Groups[i].List[k]; c.Place == place && place != "" {
				c.Typed, c.Error = words, wrong[0].Text
			}
		}
	}
	return pages.RenderInvalid(w, r, "review", p)
}

func (g *Register) settle(w http.ResponseWriter, r *http.Request) error {
	err := g.write(r, func(tx *db.Tx) error { return catalogue.SettleComment(tx, serviceOf(r), r.PathValue("comment")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, home(serviceOf(r))+"/review?done=settled")
}

// giveBack returns the draft to its entity, with the reason.
func (g *Register) giveBack(w http.ResponseWriter, r *http.Request) error {
	words := r.PostFormValue("words")
	err := g.write(r, func(tx *db.Tx) error { _, err := catalogue.Return(tx, serviceOf(r), words); return err })
	if wrong, ok := gov.ProblemsOf(err, "words"); ok {
		p, err := g.reviewPage(r)
		if err != nil {
			return err
		}
		p.Words, p.NoWords, p.Problems = words, wrong[0].Text, gov.Problems{{Field: "return", Text: wrong[0].Text}}
		return pages.RenderInvalid(w, r, "review", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, home(serviceOf(r))+"?done=returned")
}

// approve publishes what the reviewer saw.
func (g *Register) approve(w http.ResponseWriter, r *http.Request) error {
	n := saves(r)
	err := g.write(r, func(tx *db.Tx) error {
		if _, err := catalogue.Approve(tx, serviceOf(r), n); err != nil {
			return err
		}
		e, err := catalogue.Find(tx, serviceOf(r))
		if err == nil {
			_, err = policy.Admit(tx, e, nil)
		}
		return err
	})
	if _, wrong := gov.ProblemsOf(err, ""); wrong { // it became wrong since it was submitted; the page says what
		p, err := g.reviewPage(r)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "review", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, home(serviceOf(r))+"?done=approved")
}

// remarks are the open comments on a section.
func (g *Register) remarks(r *http.Request, h *head, part *catalogue.Part) (out []remark) {
	for _, c := range h.Said {
		if c.Settled.IsZero() && part.Holds(c.Place) {
			out = append(out, remark{c, h.Who(c.Author), catalogue.PlaceInWords(c.Place), g.organisation(r, c.Acting), c.Number != h.Draft.Number})
		}
	}
	return out
}

// Anchor is the name of a change on the page.
func (c change) Anchor() string { return "at." + strings.ReplaceAll(url.PathEscape(c.Place), "%", "-") }
