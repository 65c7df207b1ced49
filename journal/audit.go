package journal

import (
	"context"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/translog"
)

// Checked is what CheckSeal held against the log.
type Checked struct {
	Facts    int64
	Unsealed int64 // facts that are not in the log yet
	Invented int64 // up to which fact the dates are a sample's past; 0: none are
}

// CheckSeal holds every fact against its leaf in the log over the journal, and tells
// in words which was changed, removed or put in.
func CheckSeal(ctx context.Context, d *db.DB, l *translog.Log, size int64, problem func(gov.Text)) (c Checked, err error) {
	ctx = gov.WithActor(ctx, gov.System)
	w := auditing{log: l, size: size, next: 1, early: early{problem: problem, many: manyFacts, one: oneFact}, problem: problem}
	err = d.Read(ctx, func(tx *db.Tx) error {
		past, err := inventedPast(tx)
		w.Invented, w.early.after = past.facts, past.facts
		return err
	})
	for after := int64(0); err == nil; {
		var facts []Fact
		err = d.Read(ctx, func(tx *db.Tx) (err error) {
			if facts, err = page(tx, after, 256); err != nil || len(facts) == 0 {
				return err
			}
			return w.page(tx, facts)
		})
		if len(facts) == 0 {
			break
		}
		after = facts[len(facts)-1].Seq
	}
	w.early.tell()
	if err == nil && w.next <= size {
		w.missing(w.next, size)
	}
	w.Invented = min(w.Invented, w.Facts)
	return w.Checked, err
}

type auditing struct {
	Checked
	log     *translog.Log
	size    int64
	next    int64 // the number that should come
	early   early
	problem func(gov.Text)
}

var (
	oneFact   = gov.T("الواقعة %d مؤرخة قبل ما خُتم قبلها: أُدخلت في اليوميات بعد حين، أو أُرجعت ساعة الخادم", "Fact %d is dated before the one sealed before it: it was put in later, or a clock was set back")
	manyFacts = gov.T("الوقائع من %d إلى %d مؤرخة قبل ما خُتم قبلها: أُدخلت في اليوميات بعد حين، أو أُرجعت ساعة الخادم", "The facts from %d to %d are dated before the one sealed before them: they were put in later, or a clock was set back")
)

func (w *auditing) page(tx *db.Tx, facts []Fact) error {
	secret, err := w.log.Secret(tx)
	if gov.KindOf(err) == gov.NotFound {
		w.Facts, w.Unsealed = w.Facts+int64(len(facts)), w.Unsealed+int64(len(facts))
		return nil
	}
	if err != nil {
		return err
	}
	first := facts[0].Seq
	leaves, err := w.log.Leaves(tx, first-1, int(facts[len(facts)-1].Seq-first)+1)
	if gov.KindOf(err) == gov.Conflict {
		return nil // the audit of the log has said that its hashes are missing
	}
	if err != nil {
		return err
	}
	for _, f := range facts {
		w.Facts++
		if f.Seq > w.next {
			w.missing(w.next, f.Seq-1)
		} else if f.Seq < w.next {
			w.problem(gov.T("الواقعة %d مكرّرة: أُدخلت واقعة في اليوميات", "Fact %d is there twice: a fact was put into the journal").Sprintf(f.Seq))
			continue
		}
		w.next = f.Seq + 1
		w.early.order(f.Seq, f.At)
		if f.Seq > w.size {
			w.Unsealed++
			continue
		}
		o, err := Opening(secret, f)
		if err != nil || f.Seq-first >= int64(len(leaves)) || o.Entry("").Leaf() != leaves[f.Seq-first] {
			w.problem(gov.T("الواقعة %d (%s، %s) غُيّرت بعد أن خُتمت", "Fact %d (%s, %s) was changed after it was sealed").Sprintf(f.Seq, f.Name, f.At.Format("2006-01-02 15:04:05")))
		}
	}
	return nil
}

func (w *auditing) missing(from, to int64) {
	if from == to {
		w.problem(gov.T("الواقعة %d محذوفة من اليوميات", "Fact %d was removed from the journal").Sprintf(from))
		return
	}
	w.problem(gov.T("الوقائع من %d إلى %d محذوفة من اليوميات", "The facts from %d to %d were removed from the journal").Sprintf(from, to))
}
