// Package translog keeps public Merkle logs in the platform's own database.
//
// What shall stand in a log is queued in the transaction that makes it true. A
// sequencer, which runs on every node and works on one at a time, takes what is
// queued into the tree about once a second, signs a checkpoint over it and asks
// witnesses to cosign. Checkpoint, tiles and proofs are those of C2SP, see
// internal/merkle. Nothing that is issued ever waits for the log.
package translog

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
	"diwan.example/internal/sign"
)

// Name tells the logs of an installation apart.
type Name string

// The logs: what was issued and decided, the facts of the journal, and who looked
// at whose data.
const (
	Documents Name = "documents"
	Journal   Name = "journal"
	Looks     Name = "looks"
)

// numbers stand for the names in the tables.
var numbers = map[Name]int64{Documents: 1, Journal: 2, Looks: 3}

// Options say what a log is.
type Options struct {
	DB     *db.DB
	Vault  *sign.Vault // keeps the private keys
	Name   Name
	Origin string // the name that checkpoints carry, such as "diwan.example/log/documents"; once made, a log keeps its own
	Log    *slog.Logger

	// Source gives what comes after the first so many entries, for a log over
	// something that has an order of its own; nil: entries come from Append.
	Source func(tx *db.Tx, secret []byte, after int64, n int) ([]merkle.Entry, error)
	// Before makes Source ready to be asked; nil: it always is.
	Before func(ctx context.Context) error

	Witnesses []Witness
	Client    *http.Client  // asks witnesses; nil: one with a short deadline
	Fresh     time.Duration // after which an unchanged checkpoint is signed again; 0: five minutes
}

// Witness is an outsider who is asked to cosign.
type Witness struct {
	URL string // its submission prefix
	Key string // its verifier key
}

// Log is one log. It is safe for concurrent use.
type Log struct {
	o    Options
	id   int64
	node string
	once sync.Once
	wake chan struct{}

	mu   sync.Mutex
	keys *keys // opened once
}

// New makes a log ready; it touches nothing yet. Errors: Internal when a required
// option is missing.
func New(o Options) (*Log, error) {
	if o.DB == nil || o.Vault == nil || numbers[o.Name] == 0 || o.Origin == "" {
		return nil, &gov.Error{Kind: gov.Internal, Field: "translog.Options"}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Fresh == 0 {
		o.Fresh = 5 * time.Minute
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 5 * time.Second}
	}
	return &Log{o: o, id: numbers[o.Name], node: db.Short(10), wake: make(chan struct{}, 1)}, nil
}

// Name is which log this is.
func (l *Log) Name() Name { return l.o.Name }

// Append queues an entry in tx, the transaction of what it stands for.
func (l *Log) Append(tx *db.Tx, e merkle.Entry) error {
	return insertQueued(tx, l.id, db.NewID(tx.Now()), e)
}

// Record is something that stands in a log and whose wording the log keeps.
type Record struct {
	ID      string
	Domain  string // what kind of thing, such as "diwan document"
	Subject string // its id
	Kind    string // what happened to it
	Salt    []byte
	Body    string // canonical JSON; no free text of people
	At      time.Time
}

// Entry is what stands in the log for the record.
func (r Record) Entry() merkle.Entry {
	return merkle.Commit(r.Domain, r.Salt, r.Kind, []byte(r.Body))
}

// Opening tells others what the entry commits to.
func (r Record) Opening() merkle.Opening {
	return merkle.Opening{Domain: r.Domain, Kind: r.Kind, Salt: r.Salt, Record: r.Body}
}

// Enter keeps a record and queues its entry in tx. ID, Salt and At are filled in;
// Body is written as canonical JSON.
func (l *Log) Enter(tx *db.Tx, r Record, body any) error {
	raw, err := sign.Canonical(body)
	if err != nil {
		return err
	}
	r.ID, r.Salt, r.At, r.Body = db.NewID(tx.Now()), NewSalt(), tx.Now(), string(raw)
	if err := insertRecord(tx, l.id, r); err != nil {
		return err
	}
	return l.Append(tx, r.Entry())
}

// NewSalt makes the random bytes that hide what an entry commits to.
func NewSalt() []byte {
	b := make([]byte, merkle.SaltSize)
	rand.Read(b)
	return b
}

// Records returns what was entered about a subject, oldest first. The caller has
// decided that it may be seen.
func (l *Log) Records(tx *db.Tx, subject string) ([]Record, error) {
	return recordsOf(tx, l.id, subject)
}

// Proof proves an entry against the latest checkpoint that suits: one that
// witnesses have cosigned, where there is one. since is when the entry was taken
// in. ok is false while it waits, or when it was never queued.
func (l *Log) Proof(tx *db.Tx, e merkle.Entry) (p merkle.Proof, since time.Time, ok bool, err error) {
	place, since, ok, err := placeOf(tx, l.id, e)
	if err != nil || !ok {
		return p, since, false, err
	}
	h, ok, err := headOf(tx, l.id)
	if err != nil || !ok || place >= h.size {
		return p, since, false, err
	}
	if len(l.o.Witnesses) > 0 {
		if c, ok, err := cosignedAfter(tx, l.id, place); err != nil {
			return p, since, false, err
		} else if ok {
			h.size, h.note = c.size, c.note
		}
	}
	p = merkle.Proof{Index: place, Checkpoint: h.note}
	hashes, err := tlog.ProveRecord(h.size, place, newReader(tx, l.id))
	p.Hashes = hashes
	return p, since, err == nil, err
}

// Stands reports since when an entry stands in the log; zero: it waits, or is
// not there.
func (l *Log) Stands(tx *db.Tx, e merkle.Entry) (time.Time, error) {
	_, since, _, err := placeOf(tx, l.id, e)
	return since, err
}

// Status is how a log does, for operators and for the page that explains it.
type Status struct {
	Name       Name
	Origin     string
	Keys       merkle.Keys
	Size       int64
	Note       string    // the latest checkpoint, with the cosignatures it has
	Signed     time.Time // when the latest checkpoint was signed
	Waiting    int64     // entries that are not in the tree yet
	Oldest     time.Time // when the longest waiting was queued; zero: none waits
	Trouble    string    // what holds the sequencer up; empty: nothing
	Since      time.Time // since when
	Witnesses  []WitnessStatus
	Cosigned   int64 // the size up to which a witness has cosigned
	CosignedAt time.Time
}

// WitnessStatus is how far a witness has come.
type WitnessStatus struct {
	Name, URL string
	Size      int64
	At        time.Time // of the last cosignature
	Trouble   string
}

// Status reads how the log does. ok is false before anything was sequenced.
func (l *Log) Status(tx *db.Tx) (s Status, ok bool, err error) {
	h, ok, err := headOf(tx, l.id)
	if err != nil || !ok {
		return s, false, err
	}
	s = Status{Name: l.o.Name, Origin: h.origin, Keys: merkle.Keys{Log: h.vkey, Clock: h.clock}, Size: h.size, Signed: h.signed, Trouble: h.trouble, Since: h.troubled}
	if s.Waiting, s.Oldest, err = waiting(tx, l.id); err != nil {
		return s, false, err
	}
	if s.Note, err = l.published(tx, h); err != nil {
		return s, false, err
	}
	for _, w := range l.o.Witnesses {
		name, err := merkle.WitnessName(w.Key)
		if err != nil {
			return s, false, err
		}
		x, _, err := witnessOf(tx, l.id, name)
		if err != nil {
			return s, false, err
		}
		s.Witnesses = append(s.Witnesses, WitnessStatus{Name: name, URL: w.URL, Size: x.size, At: x.at, Trouble: x.trouble})
		s.Keys.Witnesses = append(s.Keys.Witnesses, w.Key)
		if x.size > s.Cosigned {
			s.Cosigned, s.CosignedAt = x.size, x.at
		}
	}
	return s, true, nil
}

// published is the latest checkpoint with the cosignatures that it has.
func (l *Log) published(tx *db.Tx, h head) (string, error) {
	lines, err := linesFor(tx, l.id, h.size)
	return merkle.WithLines(h.note, lines...), err
}
