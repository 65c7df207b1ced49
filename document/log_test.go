package document_test

import (
	"context"
	"testing"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/merkle"
)

func (o *office) drained() {
	o.t.Helper()
	if err := o.log.Drain(context.Background()); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) standing(ctx context.Context, id gov.DocumentID) document.Standing {
	o.t.Helper()
	s, err := o.Standing(ctx, id)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

func TestADocumentStandsInThePublicLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		if s := o.standing(pupil, made.ID); !s.Since.IsZero() || s.Proof.Checkpoint != "" {
			t.Errorf("proven before it was taken in: %+v", s)
		}
		if v := o.verify(string(made.ID)); v.State != document.Valid || !v.Logged.IsZero() {
			t.Errorf("the log is away, and the document is %s, logged %v", v.State, v.Logged)
		}
		o.drained()
		s := o.standing(pupil, made.ID)
		p, err := merkle.ReadProof(s.Proof.Text())
		if err != nil {
			t.Fatal(err)
		}
		opening, err := p.Opening()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Verify(opening.Entry(made.Token), s.Keys); err != nil {
			t.Errorf("the proof of the document: %v", err)
		}
		if _, err := p.Verify(opening.Entry(made.Token+"x"), s.Keys); err == nil {
			t.Error("the proof of another token holds")
		}
		if v := o.verify(string(made.ID)); !v.Logged.Equal(dbtest.Start) {
			t.Errorf("it stands in the log since %v", v.Logged)
		}
		if _, err := o.Standing(stranger, made.ID); gov.KindOf(err) != gov.NotFound {
			t.Errorf("a stranger gets a proof: %v", err)
		}
	})
}

func TestTheEndOfADocumentIsEntered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		first, second := o.issue(), o.issue()
		if err := o.Revoke(officer, first.ID, gov.T("خطأ", "mistake")); err != nil {
			t.Fatal(err)
		}
		newer := o.issue(func(d *document.Draft) { d.Replaces = second.ID })
		o.drained()
		for id, kind := range map[gov.DocumentID]string{first.ID: "revoked", second.ID: "replaced"} {
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				all, err := o.log.Records(tx, string(id))
				if err != nil || len(all) != 1 || all[0].Kind != kind {
					t.Fatalf("%s: %+v %v", kind, all, err)
				}
				p, _, ok, err := o.log.Proof(tx, all[0].Entry())
				if err != nil || !ok {
					t.Fatalf("%s: %v %v", kind, ok, err)
				}
				keys, err := o.log.Keys(tx)
				if err == nil {
					_, err = p.Verify(all[0].Entry(), keys)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		o.standing(pupil, newer.ID)
	})
}

// Documents from before there was a log are entered afterwards, once, whatever
// the number of nodes.
func TestEarlierDocumentsAreEntered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		o.exec(`UPDATE document_issued SET salt = NULL`)
		if _, err := o.Standing(pupil, made.ID); gov.KindOf(err) != gov.NotFound {
			t.Errorf("no salt, and yet: %v", err)
		}
		for _, want := range []int{1, 0} {
			if n, err := o.EnterEarlier(t.Context()); n != want || err != nil {
				t.Errorf("%d entered, %v", n, err)
			}
		}
		o.drained()
		if s := o.standing(pupil, made.ID); s.Since.IsZero() {
			t.Error("it does not stand in the log")
		}
	})
}
