package papers

import (
	"net/http"
	"strconv"

	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

type editPage struct {
	Type     inventory.Type
	New      bool
	Fields   []ui.Field
	Law      lawBox
	Problems gov.Problems
}

// newForm begins a type, filled in from an output of a service when it is named.
func (p *Papers) newForm(w http.ResponseWriter, r *http.Request) error {
	t := inventory.Type{Organisation: gov.ActorFrom(r.Context()).Org, Holders: "person", State: inventory.Paper}
	if s := r.URL.Query().Get("service"); s != "" {
		err := p.read(r, func(tx *db.Tx) error {
			free, err := inventory.Unlisted(tx, t.Organisation)
			for _, u := range free {
				if string(u.Service) == s {
					t.Name, t.Outputs = u.Name, []inventory.Output{{Service: u.Service}}
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return p.showEdit(w, r, http.StatusOK, t, true, nil)
}

func (p *Papers) editForm(w http.ResponseWriter, r *http.Request) error {
	var t inventory.Type
	err := p.read(r, func(tx *db.Tx) (err error) { t, err = p.found(r, tx); return err })
	if err != nil {
		return err
	}
	return p.showEdit(w, r, http.StatusOK, t, false, nil)
}

func (p *Papers) showEdit(w http.ResponseWriter, r *http.Request, status int, t inventory.Type, fresh bool, problems gov.Problems) error {
	services, err := p.Offered(r.Context(), t.Organisation)
	if err != nil {
		return err
	}
	box, err := p.lawBox(r, t, problems)
	if err != nil {
		return err
	}
	return pages.RenderStatus(w, r, status, "edit", editPage{t, fresh, fieldsOf(t, fresh, services, problems), box, problems})
}

// fieldsOf are the boxes of a type.
func fieldsOf(t inventory.Type, fresh bool, services []ui.Option, problems gov.Problems) (out []ui.Field) {
	add := func(f ui.Field) {
		f.Error = wrongAt(problems, f.Name)
		out = append(out, f)
	}
	add(ui.Field{Kind: "short-text", Name: "name", Label: pages.T("papers.name.ar"), Value: t.Name[gov.Arabic]})
	add(ui.Field{Kind: "short-text", Name: "name_en", Label: pages.T("papers.name.en"), Value: t.Name[gov.English]})
	add(ui.Field{Kind: "short-text", Name: "number", Label: pages.T("papers.number"), Hint: pages.T("papers.number.hint"), Optional: true, Value: t.Number})
	holders := ui.Field{Kind: "one-of", Name: "holders", Label: pages.T("papers.holders"), Value: t.Holders}
	for _, h := range []string{"person", "company", "both"} {
		holders.Options = append(holders.Options, ui.Option{Value: h, Text: pages.T("papers.holders." + h)})
	}
	add(holders)
	if fresh {
		state := ui.Field{Kind: "one-of", Name: "state", Label: pages.T("papers.state"), Value: string(t.State)}
		for _, s := range inventory.States {
			state.Options = append(state.Options, ui.Option{Value: string(s), Text: s.Label()})
		}
		add(state)
		add(ui.Field{Kind: "short-text", Name: "since", Label: pages.T("papers.since"), Hint: pages.T("papers.since.hint"), Value: t.Since})
	}
	outputs := ui.Field{Kind: "many-of", Name: "outputs", Label: pages.T("papers.outputs"), Hint: pages.T("papers.outputs.hint"), Optional: true, Options: services}
	for _, o := range t.Outputs {
		outputs.Chosen = append(outputs.Chosen, string(o.Service))
	}
	add(outputs)
	return out
}

// typed reads a type as it was typed over an older reading.
func (p *Papers) typed(r *http.Request, t inventory.Type) (inventory.Type, error) {
	f := r.PostForm
	t.Name = gov.T(f.Get("name"), f.Get("name_en"))
	t.Number, t.Holders, t.State, t.Since = f.Get("number"), f.Get("holders"), inventory.State(f.Get("state")), digits(f.Get("since"))
	t.Saves, _ = strconv.ParseInt(f.Get("saves"), 10, 64)
	t.Outputs = nil
	for _, s := range f["outputs"] {
		kinds, err := p.Kinds(r.Context(), gov.ServiceID(s))
		if err != nil {
			return t, err
		}
		t.Outputs = append(t.Outputs, inventory.OutputOf(gov.ServiceID(s), t.Name, kinds))
	}
	return t, p.law(r, &t)
}

func (p *Papers) offered(r *http.Request, org gov.OrgID) (map[gov.ServiceID]bool, error) {
	all, err := p.Offered(r.Context(), org)
	out := map[gov.ServiceID]bool{}
	for _, o := range all {
		out[gov.ServiceID(o.Value)] = true
	}
	return out, err
}

// enter writes a new type of the writer's own organisation.
func (p *Papers) enter(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	t, err := p.typed(r, inventory.Type{Organisation: gov.ActorFrom(r.Context()).Org})
	if problems, wrong := gov.ProblemsOf(err, "law"); wrong {
		return p.showEdit(w, r, http.StatusUnprocessableEntity, t, true, problems)
	}
	if err != nil {
		return err
	}
	offered, err := p.offered(r, t.Organisation)
	if err != nil {
		return err
	}
	var made inventory.Type
	err = p.write(r, func(tx *db.Tx) (err error) { made, err = inventory.Enter(tx, t, offered); return err })
	if problems, wrong := gov.ProblemsOf(err, "name"); wrong {
		return p.showEdit(w, r, http.StatusUnprocessableEntity, t, true, problems)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/document-types/type/"+made.ID)
}

func (p *Papers) edit(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	var old inventory.Type
	err := p.read(r, func(tx *db.Tx) (err error) { old, err = p.found(r, tx); return err })
	if err != nil {
		return err
	}
	offered, err := p.offered(r, old.Organisation)
	if err != nil {
		return err
	}
	t, err := p.typed(r, old)
	if problems, wrong := gov.ProblemsOf(err, "law"); wrong {
		return p.showEdit(w, r, http.StatusUnprocessableEntity, t, false, problems)
	}
	if err != nil {
		return err
	}
	err = p.write(r, func(tx *db.Tx) error { _, err := inventory.Change(tx, t, offered); return err })
	if problems, wrong := gov.ProblemsOf(err, "name"); wrong {
		return p.showEdit(w, r, http.StatusUnprocessableEntity, t, false, problems)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/document-types/type/"+t.ID)
}
