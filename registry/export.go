package registry

import (
	"context"
	"encoding/csv"
	"io"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// exportPage is how many records are read at once.
const exportPage = 1000

// Export writes all records of a registry as CSV, as Import takes them, in flat
// memory, and counts them; that it happened is a fact. Only the machine and
// operators may call it. Errors: NotFound, Denied, what w says.
func (b *Book) Export(ctx context.Context, registry gov.RegistryID, w io.Writer, progress func(done int)) (n int, err error) {
	d, err := b.local(registry)
	if err != nil {
		return 0, err
	}
	a := gov.ActorFrom(ctx)
	if a.Person != gov.System.Person && !a.Has(gov.Operator) {
		return 0, gov.Fail(gov.Denied, "لا يُخرج السجل كله إلا المشغل", "Only the operator takes a whole registry out")
	}
	out := csv.NewWriter(w)
	if err := out.Write(d.Columns()); err != nil {
		return 0, err
	}
	for last := ""; ; {
		var page []Record
		err := b.DB.Read(ctx, func(tx *db.Tx) (err error) { page, err = d.pageAfter(tx, last, exportPage); return err })
		if err != nil {
			return n, err
		}
		if len(page) == 0 {
			break
		}
		for i := range page {
			if err := out.Write(d.cells(&page[i], b.options.Currency, b.Zone)); err != nil {
				return n, err
			}
		}
		n, last = n+len(page), page[len(page)-1].Key
		if progress != nil {
			progress(n)
		}
	}
	if out.Flush(); out.Error() != nil {
		return n, out.Error()
	}
	return n, b.exported(ctx, d, n)
}

func (b *Book) exported(ctx context.Context, d *Definition, n int) error {
	return b.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Append(tx, journal.Fact{Name: "registry.exported", Subject: string(d.ID), Organisation: d.Organisation, Body: journal.Body(map[string]int{"records": n})})
	})
}
