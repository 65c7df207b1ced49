package papers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/document/archive"
	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

type onePage struct {
	typeLine
	May      bool
	Moves    []moveLine
	Services []serviceLine
	Said     []inventory.Declared
	Issues   []issuedLine
	Archive  archive.Figure
	To       []ui.Option
	Since    time.Time
	Problems gov.Problems
	Form     map[string]string
}

type moveLine struct {
	inventory.Move
	Day  time.Time
	From gov.Text
	To   gov.Text
}

type serviceLine struct {
	ID     gov.ServiceID
	Name   gov.Text
	Issued bool // its documents are issued here
}

type issuedLine struct {
	inventory.Issued
	Name gov.Text
}

// wrongAt is what is wrong with one box of a page.
func wrongAt(problems gov.Problems, field string) gov.Text {
	for _, x := range problems {
		if x.Field == field {
			return x.Text
		}
	}
	return nil
}

// Wrong is what is wrong with one box.
func (o onePage) Wrong(field string) gov.Text { return wrongAt(o.Problems, field) }

func (p *Papers) one(w http.ResponseWriter, r *http.Request) error {
	return p.showOne(w, r, http.StatusOK, nil)
}

// found is the type that an address names, for whoever may see it.
func (p *Papers) found(r *http.Request, tx *db.Tx) (inventory.Type, error) {
	t, err := inventory.Find(tx, r.PathValue("type"))
	if err != nil {
		return t, err
	}
	_, err = scope(r, string(t.Organisation))
	return t, err
}

func (p *Papers) showOne(w http.ResponseWriter, r *http.Request, status int, problems gov.Problems) error {
	data := onePage{}
	err := p.read(r, func(tx *db.Tx) error {
		data = onePage{Problems: problems, Form: map[string]string{}}
		t, err := p.found(r, tx)
		if err != nil {
			return err
		}
		data.May = inventory.MayWrite(tx.Actor(), t.Organisation)
		return p.gather(r, tx, t, &data)
	})
	if err != nil {
		return err
	}
	for _, name := range []string{"to", "since", "words", "form", "year", "count", "link"} {
		data.Form[name] = r.PostForm.Get(name)
	}
	data.Since = dayOf(data.typeLine.Since)
	for _, to := range inventory.MovesFrom(data.State) {
		data.To = append(data.To, ui.Option{Value: string(to), Text: to.Label()})
	}
	return pages.RenderStatus(w, r, status, "one", data)
}

// gather reads everything that a type's page tells.
func (p *Papers) gather(r *http.Request, tx *db.Tx, t inventory.Type, data *onePage) error {
	lines, err := inventory.Lines(tx, t.Organisation)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if l.ID == t.ID {
			data.typeLine = p.typeLine(r, l)
		}
	}
	moves, err := inventory.MovesOf(tx, t.ID)
	if err != nil {
		return err
	}
	for _, m := range moves {
		data.Moves = append(data.Moves, moveLine{m, dayOf(m.Since), m.From.Label(), m.To.Label()})
	}
	for _, o := range t.Outputs {
		data.Services = append(data.Services, serviceLine{o.Service, p.Service(r.Context(), o.Service), o.Kind != ""})
	}
	issued, err := inventory.IssuedOf(tx, t.Organisation)
	if err != nil {
		return err
	}
	for _, i := range issued {
		if slices.Contains(t.Outputs, i.Output) {
			data.Issues = append(data.Issues, issuedLine{i, p.Service(r.Context(), i.Service)})
		}
	}
	declared, err := inventory.DeclaredOf(tx, t.Organisation)
	if err != nil {
		return err
	}
	for _, d := range declared {
		if d.Type == t.ID {
			data.Said = append(data.Said, d)
		}
	}
	figures, err := archive.Figures(tx, t.Organisation)
	data.Archive = figures[t.ID]
	return err
}

// move takes a type to another state.
func (p *Papers) move(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(tx *db.Tx, id string) error {
		f := r.PostForm
		return inventory.Shift(tx, id, inventory.State(f.Get("to")), digits(f.Get("since")), f.Get("words"))
	})
}

// declare takes an entity's own figure.
func (p *Papers) declare(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, func(tx *db.Tx, id string) error {
		f := r.PostForm
		year, _ := strconv.Atoi(digits(f.Get("year")))
		n, err := strconv.ParseInt(strings.NewReplacer(",", "", "٬", "", " ", "").Replace(digits(f.Get("count"))), 10, 64)
		if err != nil {
			n = -1
		}
		return inventory.Declare(tx, inventory.Declared{Type: id, Form: inventory.State(f.Get("form")), Year: year, Number: n, Link: strings.TrimSpace(f.Get("link"))})
	})
}

func digits(s string) string { return strings.TrimSpace(gov.Digits(s)) }

// act does something with the type of an address and shows it again.
func (p *Papers) act(w http.ResponseWriter, r *http.Request, do func(tx *db.Tx, id string) error) error {
	if err := formOf(r); err != nil {
		return err
	}
	err := p.write(r, func(tx *db.Tx) error {
		t, err := p.found(r, tx)
		if err != nil {
			return err
		}
		return do(tx, t.ID)
	})
	if problems, wrong := gov.ProblemsOf(err, "to"); wrong {
		return p.showOne(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/document-types/type/"+r.PathValue("type"))
}
