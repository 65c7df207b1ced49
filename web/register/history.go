package register

import (
	"net/http"
	"slices"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// historyPage lists the revisions of an entry and compares any two.
type historyPage struct {
	head
	List         []revision
	One, Two     int // the numbers compared; 0: none
	Groups       []group
	Before, Past gov.Text // the two in words
}

type revision struct {
	catalogue.Revision
	Author, Decider gov.Text
}

// Tone is the colour of the revision's state.
func (v revision) Tone() string {
	switch v.State {
	case catalogue.RevisionPublished:
		return "good"
	case catalogue.RevisionDraft:
		return "warn"
	case catalogue.RevisionReview:
		return "info"
	}
	return ""
}

func (g *Register) history(w http.ResponseWriter, r *http.Request) error {
	p := &historyPage{}
	err := g.read(r, func(tx *db.Tx) (err error) {
		if p.head, err = g.head(tx, r); err != nil {
			return err
		}
		if err := p.revisions(tx); err != nil {
			return err
		}
		return g.compare(tx, r, p)
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "history", p)
}

func (p *historyPage) revisions(tx *db.Tx) error {
	list, err := catalogue.Revisions(tx, p.ID)
	if err != nil {
		return err
	}
	var people []gov.PersonID
	for _, x := range list {
		people = append(people, x.Author, x.Decider)
	}
	if p.Names, err = identity.Names(tx, people...); err != nil {
		return err
	}
	for _, x := range list {
		v := revision{Revision: x, Author: p.Who(x.Author)}
		if x.Decider != "" {
			v.Decider = p.Who(x.Decider)
		}
		p.List = append(p.List, v)
	}
	return nil
}

// compare sets two revisions beside each other: those asked for, else the last two.
func (g *Register) compare(tx *db.Tx, r *http.Request, p *historyPage) error {
	if len(p.List) < 2 {
		return nil
	}
	p.One, p.Two = p.List[1].Number, p.List[0].Number
	one, err1 := strconv.Atoi(r.URL.Query().Get("one"))
	two, err2 := strconv.Atoi(r.URL.Query().Get("two"))
	if err1 == nil && err2 == nil {
		p.One, p.Two = one, two
	}
	known := func(n int) bool { return slices.ContainsFunc(p.List, func(v revision) bool { return v.Number == n }) }
	if !known(p.One) || !known(p.Two) {
		return gov.Fail(gov.NotFound, "لا توجد نسخة بهذا الرقم", "There is no revision of this number")
	}
	a, err := catalogue.RevisionOf(tx, p.ID, p.One)
	if err != nil {
		return err
	}
	b, err := catalogue.RevisionOf(tx, p.ID, p.Two)
	if err != nil {
		return err
	}
	p.Before, p.Past = pages.T("register.revision", p.One), pages.T("register.revision", p.Two)
	for _, d := range catalogue.Differences(a.Entry, b.Entry, g.terms(r, p.Langs)) {
		name := catalogue.PartByID(d.Part).Name
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Name[gov.English] != name[gov.English] {
			p.Groups = append(p.Groups, group{Name: name})
		}
		p.Groups[len(p.Groups)-1].List = append(p.Groups[len(p.Groups)-1].List, change{side: sideOf(d)})
	}
	return nil
}
