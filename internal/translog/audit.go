package translog

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// Audit recomputes a log from what is stored. Found problems are told in words;
// an error means that the audit itself could not be done.
type Audit struct {
	Log     *Log
	Problem func(gov.Text)

	Size    int64 // entries in the tree
	Kept    int   // checkpoints that were held against it
	Records int   // records that were held against their entries
	Waiting int64 // entries that are not in the tree yet

	head head
	used []uint64 // which places belong to something stored
}

func (a *Audit) say(ar, en string, args ...any) { a.Problem(gov.T(ar, en).Sprintf(args...)) }

func (a *Audit) read(ctx context.Context, fn func(tx *db.Tx) error) error {
	return a.Log.o.DB.Read(gov.WithActor(ctx, gov.System), fn)
}

// Run holds entries against tiles, tiles against each other, the root against the
// checkpoint, every kept checkpoint against the tree, every record against its
// entry, and the checkpoints that were kept elsewhere against all of it.
func (a *Audit) Run(ctx context.Context, elsewhere ...string) error {
	var there bool
	err := a.read(ctx, func(tx *db.Tx) (err error) { a.head, there, err = headOf(tx, a.Log.id); return err })
	if err != nil {
		return err
	}
	if !there {
		if len(elsewhere) > 0 {
			a.say("سجل «%s» غير موجود، وعندك نقطة تحقق منه: مُحي السجل كله", "The log %q is not there, and you hold a checkpoint of it: the whole log was removed", a.Log.o.Name)
		}
		return nil
	}
	a.Size, a.used = a.head.size, make([]uint64, a.head.size/64+1)
	for _, step := range []func(context.Context) error{a.keys, a.leaves, a.tiles, a.kept, a.records} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, signed := range elsewhere {
		if err := a.against(ctx, signed); err != nil {
			return err
		}
	}
	return nil
}

// keys checks that the public keys are those of the private ones that the vault
// opens, and that the latest checkpoint is signed with them.
func (a *Audit) keys(context.Context) error {
	k, err := a.Log.opened(a.head)
	if gov.KindOf(err) == gov.Unavailable {
		a.say("مفتاح سجل «%s» لا يُفتح بسرّ هذه المنظومة: استُبدل المفتاح أو السرّ", "The key of the log %q does not open with the secret of this installation: the key or the secret was replaced", a.Log.o.Name)
		return nil
	}
	if err != nil {
		return err
	}
	if k.vkey != a.head.vkey || k.clock != a.head.clock {
		a.say("المفتاح المعلن لسجل «%s» ليس مفتاحه", "The published key of the log %q is not its own", a.Log.o.Name)
	}
	c, err := merkle.Open(a.head.note, a.publicKeys())
	if err != nil || c.Size != a.head.size || c.Root != a.head.root {
		a.say("آخر نقطة تحقق لسجل «%s» غير موقّعة بمفتاحه أو تخالف صفّه", "The latest checkpoint of the log %q is not signed with its key, or differs from its row", a.Log.o.Name)
	}
	return nil
}

func (a *Audit) publicKeys() merkle.Keys {
	return merkle.Keys{Log: a.head.vkey, Clock: a.head.clock}
}

// leaves holds every entry against the hash in its tile.
func (a *Audit) leaves(ctx context.Context) error {
	if a.Log.o.Source != nil {
		return nil // whoever owns the source holds it against Leaves
	}
	for from := int64(0); from < a.Size; from += width {
		n := min(width, a.Size-from)
		err := a.read(ctx, func(tx *db.Tx) error {
			tile, _, err := tileData(tx, a.Log.id, 0, from/width)
			if err != nil {
				return err
			}
			entries, err := entriesFrom(tx, a.Log.id, from, int(n))
			for i := range n {
				at := from + i
				switch {
				case int64(len(entries)) <= i:
					a.say("القيد %d في سجل «%s» محذوف أو تالف", "Entry %d of the log %q was removed or is damaged", at, a.Log.o.Name)
					return err
				case int64(len(tile)) < (i+1)*tlog.HashSize:
					return err // tiles says so
				case tlog.Hash(tile[i*tlog.HashSize:(i+1)*tlog.HashSize]) != entries[i].Leaf():
					a.say("القيد %d في سجل «%s» غُيّر", "Entry %d of the log %q was changed", at, a.Log.o.Name)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tiles holds the tiles of each level against those below, and the root against
// the checkpoint.
func (a *Audit) tiles(ctx context.Context) error {
	for level, n := int64(0), a.Size; n > 0; level, n = level+1, n/width {
		for place := int64(0); place*width < n; place++ {
			err := a.read(ctx, func(tx *db.Tx) error { return a.tile(tx, level, place, min(width, n-place*width)) })
			if err != nil {
				return err
			}
		}
	}
	return a.read(ctx, func(tx *db.Tx) error {
		if a.Size == 0 {
			return nil
		}
		root, err := newReader(tx, a.Log.id).root(a.Size)
		if errors.Is(err, errTile) {
			return nil // told already
		}
		if err == nil && root != a.head.root {
			a.say("جذر سجل «%s» لا يطابق تجزئاته: وُقّع %s والمحسوب %s", "The root of the log %q is not that of its hashes: %s was signed, %s is computed", a.Log.o.Name, encoded(a.head.root), encoded(root))
		}
		return err
	})
}

func (a *Audit) tile(tx *db.Tx, level, place, n int64) error {
	data, _, err := tileData(tx, a.Log.id, level, place)
	if err != nil {
		return err
	}
	if int64(len(data)) != n*tlog.HashSize {
		a.say("تجزئات سجل «%s» ناقصة أو زائدة: المستوى %d، الرقم %d", "Hashes of the log %q are missing or too many: level %d, number %d", a.Log.o.Name, level, place)
		return nil
	}
	if n < width {
		return nil
	}
	above, _, err := tileData(tx, a.Log.id, level+1, place/width)
	if err != nil {
		return err
	}
	at, root := place%width*tlog.HashSize, rootOf(data)
	if int64(len(above)) < at+tlog.HashSize || tlog.Hash(above[at:at+tlog.HashSize]) != root {
		a.say("تجزئات سجل «%s» غُيّرت: المستوى %d، الرقم %d", "Hashes of the log %q were changed: level %d, number %d", a.Log.o.Name, level, place)
	}
	return nil
}

// kept holds the checkpoints of the past against the tree.
func (a *Audit) kept(ctx context.Context) error {
	for from := int64(0); ; {
		var some []kept
		err := a.read(ctx, func(tx *db.Tx) (err error) {
			some, err = keptFrom(tx, a.Log.id, from, 500)
			for _, k := range some {
				if err == nil {
					err = a.one(tx, k)
				}
			}
			return err
		})
		if err != nil || len(some) == 0 {
			return err
		}
		from = some[len(some)-1].size + 1
	}
}

func (a *Audit) one(tx *db.Tx, k kept) error {
	a.Kept++
	c, err := merkle.Open(k.note, a.publicKeys())
	if err != nil || c.Size != k.size || c.Root != k.root {
		a.say("نقطة تحقق محفوظة (%d قيدًا) في سجل «%s» غير موقّعة بمفتاحه أو غُيّرت", "A kept checkpoint (%d entries) of the log %q is not signed with its key or was changed", k.size, a.Log.o.Name)
		return nil
	}
	return a.covers(tx, c)
}

// covers checks that the tree continues a checkpoint.
func (a *Audit) covers(tx *db.Tx, c merkle.Checkpoint) error {
	if c.Size > a.Size {
		a.say("وُقّع سجل «%s» وفيه %d قيدًا، وليس فيه الآن إلا %d: حُذفت قيود", "The log %q was signed with %d entries and has only %d now: entries were removed", a.Log.o.Name, c.Size, a.Size)
		return nil
	}
	if c.Size == 0 {
		return nil
	}
	root, err := newReader(tx, a.Log.id).root(c.Size)
	if errors.Is(err, errTile) {
		return nil
	}
	if err == nil && root != c.Root {
		a.say("سجل «%s» ليس امتدادًا لنقطة التحقق عند %d قيدًا: أُعيدت كتابة ما قبلها", "The log %q does not continue its checkpoint at %d entries: what lies before it was rewritten", a.Log.o.Name, c.Size)
	}
	return err
}

// against holds the log against a checkpoint that was kept elsewhere.
func (a *Audit) against(ctx context.Context, signed string) error {
	c, err := merkle.ReadBody(merkle.Text(signed))
	if err != nil {
		return err
	}
	if _, err := merkle.Open(signed, a.publicKeys()); err != nil {
		a.say("نقطة التحقق المحفوظة خارجًا غير موقّعة بمفتاح سجل «%s»: استُبدل مفتاح السجل أو أُعيد بناؤه كله", "The checkpoint that was kept elsewhere is not signed with the key of the log %q: the log's key was replaced, or all of it was made anew", a.Log.o.Name)
	}
	return a.read(ctx, func(tx *db.Tx) error { return a.covers(tx, c) })
}

// records holds the records that the log keeps against their entries.
func (a *Audit) records(ctx context.Context) error {
	for after := ""; ; {
		var some []Record
		err := a.read(ctx, func(tx *db.Tx) (err error) {
			some, err = recordsAfter(tx, a.Log.id, after, 500)
			for _, r := range some {
				if err == nil {
					a.Records++
					err = a.Stands(tx, r.Entry(), gov.T("ما دُوّن عن %s (%s)", "What is recorded of %s (%s)").Sprintf(r.Subject, r.Kind))
				}
			}
			return err
		})
		if err != nil || len(some) == 0 {
			return err
		}
		after = some[len(some)-1].ID
	}
}

// Stands checks that an entry stands in the log or waits to, and marks its place
// as belonging to something. what names it for people.
func (a *Audit) Stands(tx *db.Tx, e merkle.Entry, what gov.Text) error {
	place, _, ok, err := placeOf(tx, a.Log.id, e)
	if err != nil {
		return err
	}
	if ok && place < a.Size {
		if a.used[place/64]&(1<<(place%64)) != 0 {
			a.Problem(gov.T("%s مكرّر: قيده %d يخص شيئًا آخر أيضًا", "%s is there twice: its entry %d belongs to something else too").Sprintf(what, place))
		}
		a.used[place/64] |= 1 << (place % 64)
		return nil
	}
	if !ok {
		waits, err := isQueued(tx, a.Log.id, e)
		if err != nil {
			return err
		}
		if !waits {
			a.Problem(gov.T("%s: غُيّر أو أُدخل بعد حين، فليس له قيد في السجل", "%s: it was changed or put in later, for it has no entry in the log").Sprintf(what))
			return nil
		}
	}
	a.Waiting++
	return nil
}

// Unclaimed tells of entries that belong to nothing stored: what they stood for
// was removed or changed. Call it after everything was given to Stands.
func (a *Audit) Unclaimed() {
	for place := range a.Size {
		if a.used[place/64]&(1<<(place%64)) == 0 {
			a.say("القيد %d في سجل «%s» لا يخص شيئًا محفوظًا: حُذف ما كان له أو غُيّر", "Entry %d of the log %q belongs to nothing that is stored: what it stood for was removed or changed", place, a.Log.o.Name)
		}
	}
}

// Leaves are up to n hashes of the leaves from a place on, as they stand in the tree.
func (l *Log) Leaves(tx *db.Tx, from int64, n int) ([]tlog.Hash, error) {
	h, ok, err := headOf(tx, l.id)
	if err != nil || !ok {
		return nil, err
	}
	r := newReader(tx, l.id)
	var indexes []int64
	for at := from; at < min(h.size, from+int64(n)); at++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, at))
	}
	out, err := r.ReadHashes(indexes)
	if errors.Is(err, errTile) {
		return nil, gov.Fail(gov.Conflict, "تجزئات السجل ناقصة", "Hashes of the log are missing").Because(fmt.Errorf("from %d: %w", from, err))
	}
	return out, err
}
