package merkle

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
)

// Alarm is what a log must never do. It is proven by what the log itself signed
// or served.
type Alarm struct {
	Name     AlarmName
	Text     gov.Text
	Evidence []string // signed checkpoints and the like; to be kept
	cause    error
}

// AlarmName names a kind of alarm.
type AlarmName string

// The alarms: two trees under one name; a tree with fewer entries than before; a
// checkpoint that the log's key did not sign; hashes or entries that do not make
// the root that was signed; another key than the one known; a checkpoint that
// nobody has renewed for too long; a state file that cannot be read.
const (
	Fork      AlarmName = "fork"
	Shrunk    AlarmName = "shrunk"
	Unsigned  AlarmName = "unsigned"
	Broken    AlarmName = "broken"
	OtherKey  AlarmName = "key"
	Stale     AlarmName = "stale"
	Forgetful AlarmName = "state"
)

// Error implements error.
func (a *Alarm) Error() string {
	if a.cause != nil {
		return a.Text[gov.English] + ": " + a.cause.Error()
	}
	return a.Text[gov.English]
}

// Unwrap gives the cause.
func (a *Alarm) Unwrap() error { return a.cause }

func alarm(name AlarmName, text gov.Text, cause error, evidence ...string) *Alarm {
	return &Alarm{name, text, evidence, cause}
}

// State is what a monitor remembers of a log between two looks.
type State struct {
	Keys Keys   `json:"keys"`
	Note string `json:"checkpoint"` // the last one that was verified
}

// Monitor watches a log as an outsider.
type Monitor struct {
	Client    Client
	Witnesses []string      // verifier keys whose cosignatures are read
	MaxAge    time.Duration // after which a checkpoint is stale; 0: an hour
}

// Seen is what a look at a log found in order.
type Seen struct {
	State      State
	Checkpoint Checkpoint
	Before     int64 // the size that was known
	Entries    int64 // how many new entries were read and held against the tree
	Private    bool  // the log keeps its entries to itself
}

// Watch looks at the log once: it reads the checkpoint, verifies its signature,
// reads the tiles, and checks that the tree known from before is still the
// beginning of this one and that the new entries are those in the tree. An empty
// state trusts what it sees first. Errors: *Alarm; Unavailable when the log does
// not answer.
func (m Monitor) Watch(ctx context.Context, known State, now time.Time) (s Seen, err error) {
	s.State = known
	if s.State.Keys, err = m.keys(ctx, known.Keys); err != nil {
		return s, err
	}
	k := s.State.Keys
	k.Witnesses = m.Witnesses
	signed, err := m.Client.Checkpoint(ctx)
	if err != nil {
		return s, err
	}
	if s.Checkpoint, err = Open(signed, k); err != nil {
		return s, alarm(Unsigned, gov.T("نقطة التحقق غير موقّعة بمفتاح السجل المعروف", "The checkpoint is not signed with the known key of the log"), err, signed)
	}
	var before Checkpoint
	if known.Note != "" {
		if before, err = Open(known.Note, k); err != nil {
			return s, alarm(Forgetful, gov.T("ما حُفظ عن السجل تالف أو غُيّر؛ لا يُستأنف منه", "What was kept about the log is damaged or was changed; it is not relied on"), err, known.Note)
		}
	}
	s.Before = before.Size
	if err := m.grown(ctx, before, s.Checkpoint); err != nil {
		return s, err
	}
	if s.Entries, s.Private, err = m.entries(ctx, before.Size, s.Checkpoint); err != nil {
		return s, err
	}
	s.State.Note = signed
	return s, m.fresh(s.Checkpoint, now)
}

// keys are those that are known, or else those that the log publishes.
func (m Monitor) keys(ctx context.Context, known Keys) (Keys, error) {
	if known.Log != "" && known.Clock != "" {
		return known, nil
	}
	now, err := m.Client.Keys(ctx)
	if err != nil {
		return known, err
	}
	if known.Log != "" && known.Log != now.Log {
		return known, alarm(OtherKey, gov.T("يعلن السجل مفتاحًا غير المعروف", "The log publishes another key than the one known"), nil, known.Log, now.Log)
	}
	now.Witnesses = nil
	return now, nil
}

// grown checks that before is the beginning of after.
func (m Monitor) grown(ctx context.Context, before, after Checkpoint) error {
	evidence := []string{before.Note, after.Note}
	switch {
	case before.Note == "" || before.Size == 0:
		return nil
	case after.Size < before.Size:
		text := gov.T("تقلّص السجل: كان فيه %d قيدًا وصار %d", "The log has shrunk: it had %d entries and has %d now").Sprintf(before.Size, after.Size)
		return alarm(Shrunk, text, nil, evidence...)
	case after.Size == before.Size && !after.sameRoot(before):
		return alarm(Fork, gov.T("انقسم السجل: وُقّع جذران مختلفان لعدد القيود نفسه", "The log has forked: two different roots were signed for the same size"), nil, evidence...)
	case after.Size == before.Size:
		return nil
	}
	root, err := tlog.TreeHash(before.Size, m.Client.Hashes(ctx, after))
	if err != nil {
		return unlessAway(err, after)
	}
	if root != before.Root {
		return alarm(Fork, gov.T("انقسم السجل: ما وُقّع من قبل ليس بداية ما يُعرض الآن", "The log has forked: what was signed before is not the beginning of what is shown now"), nil, evidence...)
	}
	return nil
}

// unlessAway says that what was served does not make the root, unless it was not
// served at all.
func unlessAway(err error, c Checkpoint) error {
	if gov.KindOf(err) == gov.Unavailable {
		return err
	}
	return alarm(Broken, gov.T("ما يعرضه السجل من تجزئات أو قيود لا يطابق الجذر الذي وقّعه", "The hashes or entries that the log serves do not make the root that it signed"), err, c.Note)
}

// mostBundles is how many bundles of entries one look reads; what lies before
// them is covered by the hashes only.
const mostBundles = 64

// entries reads the entries that are new and holds them against the tree.
func (m Monitor) entries(ctx context.Context, from int64, c Checkpoint) (n int64, private bool, err error) {
	const w = 1 << TileHeight
	hashes := m.Client.Hashes(ctx, c)
	from = max(from, (c.Size/w-mostBundles+1)*w)
	for number := from / w; number*w < c.Size; number++ {
		all, err := m.Client.Bundle(ctx, number, int(min(w, c.Size-number*w)))
		if gov.KindOf(err) == gov.NotFound {
			return n, true, nil
		}
		if err != nil {
			return n, false, unlessAway(err, c)
		}
		var indexes []int64
		for i := range all {
			indexes = append(indexes, tlog.StoredHashIndex(0, number*w+int64(i)))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return n, false, unlessAway(err, c)
		}
		for i, e := range all {
			if leaves[i] != e.Leaf() {
				return n, false, unlessAway(fmt.Errorf("entry %d is not the one in the tree", number*w+int64(i)), c)
			}
		}
		n += int64(len(all))
	}
	return n, false, nil
}

// fresh checks that the log, or a witness, has vouched for the checkpoint lately.
func (m Monitor) fresh(c Checkpoint, now time.Time) error {
	limit := m.MaxAge
	if limit == 0 {
		limit = time.Hour
	}
	last := c.Time
	for _, x := range c.Cosigned {
		if x.At.After(last) {
			last = x.At
		}
	}
	if last.IsZero() || now.Sub(last) > limit {
		text := gov.T("نقطة التحقق قديمة: لم تُجدَّد منذ %s", "The checkpoint is stale: it was last renewed at %s").Sprintf(last.Format(time.RFC3339))
		return alarm(Stale, text, nil, c.Note)
	}
	if last.Sub(now) > limit {
		text := gov.T("ساعة السجل متقدمة على ساعة هذا الجهاز: %s", "The log's clock is ahead of this machine's: %s").Sprintf(last.Format(time.RFC3339))
		return alarm(Stale, text, nil, c.Note)
	}
	return nil
}

// AlarmOf is the alarm in an error; ok is false when there is none.
func AlarmOf(err error) (a *Alarm, ok bool) {
	ok = errors.As(err, &a)
	return a, ok
}

// NewMonitor makes a monitor of the log at an address.
func NewMonitor(base string, client *http.Client) Monitor {
	return Monitor{Client: Client{Base: base, HTTP: client}}
}
