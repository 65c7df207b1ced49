package pack_test

import (
	"fmt"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/pack"
)

// Lists show what is in force without compiling it, also what was published
// before heads were kept; a library keeps only so many compiled.
func TestHeadsAreListedWithoutCompiling(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := &pack.Library{Options: here}
		ctx := gov.WithActor(t.Context(), gov.System)
		publish := func(id gov.ServiceID, org gov.OrgID) {
			files, err := pack.New(id, org, gov.T("خدمة", "Service"))
			if err == nil {
				err = d.Write(ctx, func(tx *db.Tx) error { _, err := l.Publish(tx, files); return err })
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		publish("b/two", "moic")
		publish("a/one", "moh")
		publish("c/3", "moh")
		if err := d.Write(ctx, func(tx *db.Tx) error { return tx.Exec(`UPDATE pack_version SET head = NULL WHERE service = 'c/3'`) }); err != nil {
			t.Fatal(err)
		}
		fresh := &pack.Library{Options: here}
		for org, want := range map[gov.OrgID]string{"": "[a/one b/two c/3]", "moh": "[a/one c/3]", "mun": "[]"} {
			ids := []gov.ServiceID{}
			err := d.Read(ctx, func(tx *db.Tx) error {
				list, err := fresh.Heads(tx, org)
				for _, h := range list {
					ids = append(ids, h.ID)
					if h.Title["en"] != "Service" || h.Version != "1" || len(h.Channels) == 0 || len(h.Languages) != 2 {
						t.Errorf("%+v", h)
					}
				}
				return err
			})
			if err != nil || fmt.Sprint(ids) != want {
				t.Errorf("%q: %v, want %s; %v", org, ids, want, err)
			}
		}
	})
}

func TestALibraryKeepsOnlySoMuchCompiled(t *testing.T) {
	defer pack.KeepAtMost(3)()
	d := dbtest.SQLite(t)
	l := &pack.Library{Options: here}
	ctx := gov.WithActor(t.Context(), gov.System)
	for i := range 7 {
		id := gov.ServiceID(fmt.Sprintf("a/s%d", i))
		files, err := pack.New(id, "moh", gov.T("خدمة", "Service"))
		if err == nil {
			err = d.Write(ctx, func(tx *db.Tx) error { _, err := l.Publish(tx, files); return err })
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 7 { // whatever was forgotten is read again
		err := d.Read(ctx, func(tx *db.Tx) error {
			p, err := l.Current(tx, gov.ServiceID(fmt.Sprintf("a/s%d", i)))
			if err == nil && p.Form == nil {
				t.Error("not compiled")
			}
			return err
		})
		if err != nil || l.Kept() > 3 {
			t.Errorf("%d kept, %v", l.Kept(), err)
		}
	}
}
