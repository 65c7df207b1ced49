package life

import (
	"net/http"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/policy"
	"diwan.example/web/ui"
)

// policiesPage is the matrix of entities and policies.
type policiesPage struct {
	asOf
	Policies []*policy.Policy
	Rows     []matrixRow
	All      policy.Row
	Own      bool
}

type matrixRow struct {
	policy.Row
	Name gov.Text
}

// Cell is the cell of a policy.
func (r matrixRow) Cell(p *policy.Policy) policy.Cell { return r.Cells[p.ID] }

// Cell is the sum of a policy.
func (p *policiesPage) Cell(x *policy.Policy) policy.Cell { return p.All.Cells[x.ID] }

// Entity is the address of an entity's results in a policy.
func (p *policiesPage) Entity(org gov.OrgID, x *policy.Policy) string {
	return ui.Path("/oversight/policies/entity/"+string(org), "policy", x.ID, "at", p.Day)
}

// File is the address of the matrix as a file.
func (p *policiesPage) File() string { return ui.Path("/oversight/policies.csv", "at", p.Day) }

func (l *Life) matrix(r *http.Request) (*policiesPage, error) {
	p := &policiesPage{asOf: l.asked(r), Policies: policy.Policies(), Own: !sees(gov.ActorFrom(r.Context()))}
	var list []policy.Result
	err := l.DB.Read(r.Context(), func(tx *db.Tx) error {
		org, err := scope(tx, "")
		if err == nil {
			list, err = policy.At(tx, p.At, org)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, all := policy.Matrix(list)
	p.All = all
	for _, x := range rows {
		p.Rows = append(p.Rows, matrixRow{x, l.org(r.Context(), x.Organisation)})
	}
	return p, nil
}

func (l *Life) policies(w http.ResponseWriter, r *http.Request) error {
	p, err := l.matrix(r)
	if err != nil {
		return err
	}
	if len(p.Wrong) > 0 {
		return pages.RenderInvalid(w, r, "policies", p)
	}
	return pages.Render(w, r, "policies", p)
}

func (l *Life) policiesCSV(w http.ResponseWriter, r *http.Request) error {
	p, err := l.matrix(r)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, x := range p.Rows {
		for _, q := range p.Policies {
			c := x.Cell(q)
			rows = append(rows, []string{string(x.Organisation), both(x.Name), strconv.Itoa(x.Services), both(q.Name),
				strconv.Itoa(c.Proven.Pass), strconv.Itoa(c.Proven.Excepted), strconv.Itoa(c.Proven.Fail),
				strconv.Itoa(c.Declared.Pass), strconv.Itoa(c.Declared.Excepted), strconv.Itoa(c.Declared.Fail)})
		}
	}
	return file(w, "policies", []gov.Text{pages.T("life.col.id"), pages.T("life.col.entity"), pages.T("life.col.services"), pages.T("life.col.policy"),
		pages.T("life.csv.proven.pass"), pages.T("life.csv.proven.excepted"), pages.T("life.csv.proven.fail"),
		pages.T("life.csv.declared.pass"), pages.T("life.csv.declared.excepted"), pages.T("life.csv.declared.fail")}, rows)
}

// entityPage is one entity's results in one policy: check by check, service by
// service.
type entityPage struct {
	asOf
	Org      gov.OrgID
	Name     gov.Text
	Policies []*policy.Policy
	Policy   *policy.Policy
	Checks   []entityCheck
}

type entityCheck struct {
	*policy.Check
	Tally   policy.Tally
	Results []resultLine
}

type resultLine struct {
	policy.Result
	Name gov.Text
}

// Here is the address of the same entity in another policy.
func (p *entityPage) Here(x *policy.Policy) string {
	return ui.Path("/oversight/policies/entity/"+string(p.Org), "policy", x.ID, "at", p.Day)
}

// File is the address of the entity's results as a file.
func (p *entityPage) File() string {
	return ui.Path("/oversight/policies/entity/"+string(p.Org)+"/results.csv", "at", p.Day)
}

// results reads the results of an entity that the actor may see.
func (l *Life) results(r *http.Request, p *entityPage) (list []policy.Result, known map[gov.ServiceID]catalogue.Service, err error) {
	p.Org = gov.OrgID(r.PathValue("org"))
	err = l.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if _, err = scope(tx, p.Org); err != nil {
			return err
		}
		if list, err = policy.At(tx, p.At, p.Org); err != nil {
			return err
		}
		known, err = names(tx)
		return err
	})
	if err == nil {
		_, err = l.Book.Organisation(r.Context(), p.Org)
	}
	p.Name = l.org(r.Context(), p.Org)
	return list, known, err
}

func (l *Life) entity(w http.ResponseWriter, r *http.Request) error {
	p := &entityPage{asOf: l.asked(r), Policies: policy.Policies()}
	p.Policy = p.Policies[0]
	if id := clean(r, "policy"); id != "" {
		var err error
		if p.Policy, err = policy.ByID(id); err != nil {
			return err
		}
	}
	list, known, err := l.results(r, p)
	if err != nil {
		return err
	}
	for i := range p.Policy.Checks {
		c := entityCheck{Check: &p.Policy.Checks[i]}
		for _, x := range list {
			if x.Check == c.ID {
				c.Tally.Add(x.State)
				c.Results = append(c.Results, resultLine{x, nameOf(known, x.Service)})
			}
		}
		p.Checks = append(p.Checks, c)
	}
	if len(p.Wrong) > 0 {
		return pages.RenderInvalid(w, r, "entity", p)
	}
	return pages.Render(w, r, "entity", p)
}

func (l *Life) entityCSV(w http.ResponseWriter, r *http.Request) error {
	p := &entityPage{asOf: l.asked(r)}
	list, known, err := l.results(r, p)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, x := range list {
		c, err := policy.CheckOf(x.Check)
		if err != nil {
			continue // a check of the past that is no more
		}
		rows = append(rows, []string{string(x.Service), both(nameOf(known, x.Service)), both(c.Policy.Name), both(c.Name), string(c.Basis), both(pages.T("life.state." + string(x.State))), x.Shows, l.day(x.Since)})
	}
	return file(w, "policy-results", []gov.Text{pages.T("life.col.id"), pages.T("life.col.service"), pages.T("life.col.policy"), pages.T("life.col.check"), pages.T("life.col.basis"), pages.T("life.col.state"), pages.T("life.col.shows"), pages.T("life.col.since")}, rows)
}
