package plan

import (
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/lifecycle"
)

// evidence is the gate of a service's life that an approved plan passes.
const evidence = "planned"

// planned tells the life cycle which services have a date in an approved plan.
func planned(tx *db.Tx, p Plan) error {
	c, err := contentNow(tx, p.Year, p.Organisation)
	if err != nil {
		return err
	}
	year := strconv.Itoa(p.Year)
	for _, x := range c.Promises() {
		quarter := strconv.Itoa(x.Quarter)
		err := lifecycle.Give(tx, lifecycle.Evidence{Service: x.Service, Name: evidence, Source: p.source(), Since: tx.Now(), Link: "/programme/plans/" + p.Ref(),
			Words: gov.T("في خطة جهتها لعام "+year+"، الربع "+quarter, "In its entity's plan for "+year+", quarter "+quarter)})
		if err != nil && gov.KindOf(err) != gov.NotFound { // it left the catalogue
			return err
		}
	}
	return nil
}

// ended takes back what planned said of the services that the year did not bring.
func ended(tx *db.Tx, p Plan) error {
	for _, r := range p.Results {
		if r.Outcome.Done() {
			continue
		}
		if err := lifecycle.TakeBack(tx, r.Service, evidence, p.source()); err != nil && gov.KindOf(err) != gov.NotFound {
			return err
		}
	}
	return nil
}

// source is the plan as a source of evidence.
func (p Plan) source() string { return "plan/" + strconv.Itoa(p.Year) }
