package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// Revision is a plan as it stood when it was given, finalised or approved.
type Revision struct {
	Number  int
	Event   string
	Content Content // nil in lists
	Author  gov.PersonID
	Acting  gov.OrgID
	At      time.Time
}

// revise keeps the plan as it stands.
func revise(tx *db.Tx, p Plan, event string, c Content) error {
	a := tx.Actor()
	return insertRevision(tx, p, Revision{Event: event, Content: c, Author: a.Person, Acting: a.Org, At: tx.Now()})
}

// Revisions lists the revisions of a plan without their content, newest first.
// Errors: as Find.
func (s *Plans) Revisions(tx *db.Tx, year int, org gov.OrgID) ([]Revision, error) {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return nil, err
	}
	return revisionsOf(tx, p)
}

// Revision returns one revision with its content. Errors: NotFound.
func (s *Plans) Revision(tx *db.Tx, year int, org gov.OrgID, number int) (Revision, error) {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return Revision{}, err
	}
	r, found, err := revisionOf(tx, p, number)
	if err == nil && !found {
		err = gov.Fail(gov.NotFound, "لا توجد نسخة بهذا الرقم من الخطة", "The plan has no revision of this number")
	}
	return r, err
}

// Difference is one answer that changed between two revisions.
type Difference struct {
	Section       string
	Row           string // what the row is about; empty outside of lists
	Question      string // name of the question
	Before, After any    // nil: not there
}

// Differences lists what changed from one content to another, by section. Rows
// of a list are known by what they are about, so that a new first row changes
// nothing else.
func Differences(before, after Content, t Template) (out []Difference) {
	for _, s := range t {
		a, b := flat(before[s.ID]), flat(after[s.ID])
		keys := slices.SortedFunc(maps.Keys(union(a, b)), func(x, y place) int {
			return cmp.Or(cmp.Compare(x.row, y.row), cmp.Compare(x.question, y.question))
		})
		for _, k := range keys {
			if fmt.Sprint(a[k]) != fmt.Sprint(b[k]) {
				out = append(out, Difference{s.ID, k.row, k.question, a[k], b[k]})
			}
		}
	}
	return out
}

// place is where an answer stands in a section.
type place struct{ row, question string }

func union(a, b map[place]any) map[place]bool {
	out := map[place]bool{}
	for k := range a {
		out[k] = true
	}
	for k := range b {
		out[k] = true
	}
	return out
}

// flat lays the answers of a section out by place.
func flat(a form.Answers) map[place]any {
	out := map[place]any{}
	for name, v := range a {
		if name != "rows" {
			out[place{"", name}] = v
		}
	}
	seen := map[string]int{}
	for _, r := range rows(a) {
		about := cmp.Or(r.text("service"), r.text("title"), r.text("data"), r.text("with"), "—")
		if r.text("with") != "" {
			about = cmp.Or(r.text("data"), r.text("with"))
		}
		if seen[about]++; seen[about] > 1 {
			about += " (" + strconv.Itoa(seen[about]) + ")"
		}
		for name, v := range r {
			if v != nil && v != "" {
				out[place{about, name}] = v
			}
		}
	}
	return out
}
