package portal

import (
	"net/http"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// withdrawPage asks whether a case shall really end.
func (p *Portal) withdrawPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.mine(r)
	if err != nil {
		return err
	}
	if v.State != casework.Open {
		return ui.Redirect(w, r, "/cases/"+string(v.ID))
	}
	return pages.Render(w, r, "withdraw", v)
}

// withdraw ends a case at the applicant's wish; pressed twice it has ended.
func (p *Portal) withdraw(w http.ResponseWriter, r *http.Request) error {
	v, err := p.mine(r)
	if err != nil {
		return err
	}
	err = p.write(r, func(tx *db.Tx) error { _, err := p.Engine.Withdraw(tx, v.ID); return err })
	if err != nil && gov.KindOf(err) != gov.Conflict {
		return err
	}
	return ui.Redirect(w, r, "/cases/"+string(v.ID))
}

type appealPage struct {
	*casework.View
	Words    string
	Problems gov.Problems
}

// Reason is why it was refused: the decision's own reason before the general one.
func (p appealPage) Reason() gov.Text {
	if d := decisionOf(p.View); d != nil && len(d.Reason) > 0 {
		return d.Reason
	}
	return p.Track.Reason
}

// Wrong is what is wrong in the one box of the page.
func (p appealPage) Wrong() gov.Text { return first(p.Problems) }

func (p *Portal) appealPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.mine(r)
	if err != nil {
		return err
	}
	if !v.Appeal {
		return ui.Redirect(w, r, "/cases/"+string(v.ID))
	}
	return pages.Render(w, r, "appeal", appealPage{View: v})
}

func (p *Portal) appeal(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	v, err := p.mine(r)
	if err != nil {
		return err
	}
	words := r.PostForm.Get("words")
	err = p.write(r, func(tx *db.Tx) error { _, err := p.Engine.Appeal(tx, v.ID, words); return err })
	if problems, ok := fieldProblems(err); ok {
		return pages.RenderInvalid(w, r, "appeal", appealPage{v, words, problems})
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/cases/"+string(v.ID))
}
