package oversight

import (
	"net/http"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/indicator"
)

// answersPage are the services that answer an item in one way.
type answersPage struct {
	question
	Answer string // proven, declared, no or unknown; "" for all
	List   []answer
	Next   string
}

type answer struct {
	indicator.Row
	Owner  gov.Text
	Answer string
}

// answerKinds are the answers of items.
var answerKinds = []string{"proven", "declared", "no", "unknown"}

func answerOf(f *indicator.Figure, x indicator.Row) string {
	switch {
	case !f.Item():
		return ""
	case !x.Known:
		return "unknown"
	case x.Adds == 0:
		return "no"
	case x.Proven:
		return "proven"
	}
	return "declared"
}

func (o *Oversight) indicatorRows(w http.ResponseWriter, r *http.Request) error {
	x, err := o.asked(r)
	if err != nil {
		return err
	}
	if len(x.Problems) > 0 {
		return x.Problems
	}
	v := &answersPage{question: x, Answer: r.URL.Query().Get("answer")}
	if v.Answer != "" && !slices.Contains(answerKinds, v.Answer) {
		return gov.Fail(gov.NotFound, "لا توجد قائمة خدمات بهذا الاسم", "There is no list of services of this name")
	}
	var all []indicator.Row
	if err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) { all, err = v.Scheme.Rows(tx, v.Ask, v.Item.ID); return err }); err != nil {
		return err
	}
	n, after := o.names(r.Context()), r.URL.Query().Get("after")
	for _, row := range all { // they come by id
		a := answerOf(v.Item, row)
		if string(row.Service) <= after || v.Answer != "" && a != v.Answer || !v.Item.Item() && row.Adds == 0 {
			continue
		}
		if len(v.List) == pageRows {
			v.Next = string(v.List[pageRows-1].Service)
			break
		}
		v.List = append(v.List, answer{row, n.organisation(row.Organisation), a})
	}
	return pages.Render(w, r, "answers", v)
}

// Answers are the answers by which the list can be narrowed.
func (v *answersPage) Answers() []string {
	if !v.Item.Item() {
		return nil
	}
	return append([]string{""}, answerKinds...)
}
