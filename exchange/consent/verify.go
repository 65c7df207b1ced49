package consent

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Fault is something that is not as it was signed.
type Fault struct {
	Person gov.PersonID
	Number int64 // of the revision; 0: how the consents stand
	What   gov.Text
}

// Report is what Verify found. Digest sums up all chains: it is the same as long
// as nothing was said since, and an auditor may keep it elsewhere.
type Report struct {
	People    int
	Revisions int
	Faults    []Fault
	Digest    string
}

var (
	changed = gov.T("عُدّل الصف أو أضيف من غير المنصة", "The row was changed, or added by somebody else")
	broken  = gov.T("السلسلة مقطوعة: صف ناقص أو منقول", "The chain is broken: a row is missing or was moved")
	missing = gov.T("السجل يشهد بمراجعة ليست هنا", "The journal tells of a revision that is not here")
	differs = gov.T("الحال المسجلة لا توافق ما قاله الشخص", "How it stands is not what the person said")
)

// few is how many people are verified in one transaction.
const few = 200

// Verify proves every chain. progress, if set, is told how many people are done.
// An error is only for the database.
func (d *Desk) Verify(ctx context.Context, base *db.DB, progress func(people int)) (Report, error) {
	out, sum, after := Report{}, sha256.New(), gov.PersonID("")
	for {
		var people []gov.PersonID
		err := base.Read(ctx, func(tx *db.Tx) (err error) {
			if people, err = spoken(tx, after, few); err != nil {
				return err
			}
			keys, err := d.publics(tx)
			if err != nil {
				return err
			}
			for _, p := range people {
				if err := out.chain(tx, keys, p, sum); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return out, err
		}
		if len(people) == 0 {
			break
		}
		out.People, after = out.People+len(people), people[len(people)-1]
		if progress != nil {
			progress(out.People)
		}
	}
	out.Digest = hex.EncodeToString(sum.Sum(nil))
	for _, name := range []string{FactGiven, FactWithdrawn} {
		if err := out.forgotten(ctx, base, name); err != nil {
			return out, err
		}
	}
	return out, nil
}

// forgotten looks for what the journal tells of and nobody kept.
func (r *Report) forgotten(ctx context.Context, base *db.DB, name string) error {
	q := journal.Query{Name: name, Limit: few}
	for {
		n := 0
		err := base.Read(ctx, func(tx *db.Tx) error {
			facts, err := journal.Select(tx, q)
			n = len(facts)
			for _, f := range facts {
				q.Before = f.Seq
				var l link
				if err := json.Unmarshal(f.Body, &l); err != nil {
					return err
				}
				if ok, err := kept(tx, gov.PersonID(f.Subject), l.Number); err != nil {
					return err
				} else if !ok {
					r.fault(gov.PersonID(f.Subject), l.Number, missing)
				}
			}
			return err
		})
		if err != nil || n < few {
			return err
		}
	}
}

func (r *Report) fault(p gov.PersonID, n int64, what gov.Text) {
	r.Faults = append(r.Faults, Fault{p, n, what})
}

// chain proves what one person said.
func (r *Report) chain(tx *db.Tx, keys map[string]*ecdsa.PublicKey, p gov.PersonID, sum hash.Hash) error {
	rows, err := revisions(tx, p)
	if err != nil {
		return err
	}
	states := map[gov.AgreementID]Consent{}
	before := ""
	for i, row := range rows {
		x, err := row.check(keys)
		switch {
		case err != nil:
			r.fault(p, row.Number, changed)
		case x.Number != int64(i+1) || x.Before != before:
			r.fault(p, row.Number, broken)
		}
		before = row.Hash
		state := Given
		if x.Event == "withdraw" {
			state = Withdrawn
		}
		states[x.About.Agreement] = Consent{State: state, number: x.Number, About: x.About}
		sum.Write([]byte(row.Hash))
	}
	r.Revisions += len(rows)
	if err := r.witnessed(tx, p, rows); err != nil {
		return err
	}
	return r.stand(tx, p, states)
}

// witnessed compares a chain with what the journal says of it.
func (r *Report) witnessed(tx *db.Tx, p gov.PersonID, rows []row) error {
	facts, err := journal.Of(tx, string(p))
	if err != nil {
		return err
	}
	told := map[int64]string{}
	for _, f := range facts {
		var l link
		if f.Name == FactGiven || f.Name == FactWithdrawn {
			if err := json.Unmarshal(f.Body, &l); err == nil {
				told[l.Number] = l.Hash
			}
		}
	}
	for _, x := range rows {
		if told[x.Number] != x.Hash {
			r.fault(p, x.Number, changed)
		}
	}
	return nil
}

// stand compares how the consents stand with what was said.
func (r *Report) stand(tx *db.Tx, p gov.PersonID, states map[gov.AgreementID]Consent) error {
	list, err := currents(tx, p)
	if err != nil {
		return err
	}
	for _, c := range list {
		said, ok := states[c.Agreement]
		if !ok || said.State != c.State || said.number != c.number || !said.Until.Equal(c.Until) {
			r.fault(p, 0, differs)
		}
		delete(states, c.Agreement)
	}
	if len(states) > 0 {
		r.fault(p, 0, differs)
	}
	return nil
}
