// Package registry keeps authoritative records, declared as data: who keeps
// them, what their fields mean in the shared vocabulary, who may write them and
// how they may be looked up.
//
// A record carries its whole history and changes only through a case's step
// (Write), an import (Import) or a correction by its keeper (Correct), each with
// its fact. Every read by an officer is in the person's access log when it
// returns. Records that live elsewhere are asked through a connector, read only.
package registry

import (
	"context"
	"sync"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Book is all registries of a country. Load makes it; DB must be set before
// records are read or written.
type Book struct {
	DB         *db.DB
	Vocabulary *Vocabulary
	Zone       *time.Location // of the country; nil: UTC
	Secret     []byte         // keys the digests of people without an account; at least 32 bytes, the same on every node

	// Call asks a service behind the exchange for path and gives the body of its
	// answer. Errors: NotFound when the service says so, else Unavailable. nil:
	// such registries are always away.
	Call func(ctx context.Context, service, path string, headers map[string]string) ([]byte, error)

	definitions []*Definition // by id
	holders     map[gov.AttributeID]*Definition
	options     Options
	connectors  map[gov.RegistryID]Connector
	opening     sync.Mutex
	counts      counts
}

// Record is what a registry holds under one key, as of some moment.
type Record struct {
	ID       string // opaque; facts and looks name the record by it
	Registry gov.RegistryID
	Key      string
	Person   gov.PersonID // whom it is about, when they have an account
	Version  int64
	From     time.Time // since when it is so
	Until    time.Time // when the record ended; zero: it has not
	Recorded time.Time // when this version was written down
	Values   map[string]any
	Source   string // "case:ID", "import:BATCH", "correction:PERSON", "sample"
	Reason   string // of a correction

	civil string // the person's civil number
}

// Ended reports whether the record has ended by then.
func (r *Record) Ended(then time.Time) bool { return !r.Until.IsZero() && !r.Until.After(then) }

// Civil is the civil number of the person the record is about; empty for
// records about nobody. For the machine's own work.
func (r *Record) Civil() string { return r.civil }

// Ask asks for one record by key. Purpose is why, in words; it is told to the
// person. AsOf zero: now.
type Ask struct {
	Registry gov.RegistryID
	Key      string
	ID       string // instead of Key: the record's opaque id
	AsOf     time.Time
	Purpose  string
}

// Change says what becomes of a record.
type Change struct {
	Registry gov.RegistryID
	Key      string         // empty: the key's field in Values
	Values   map[string]any // by field; merged over what is recorded, nil takes a value away
	From     time.Time      // since when it is so; zero: now
	End      bool           // the record ends at From
	Base     int64          // the version it was made from; 0: whichever is there

	Case    gov.CaseID    // Write: whose step
	Service gov.ServiceID // Write: of which service
	Reason  string        // Correct: why, in words; shown in the record's history

	began time.Time // of a record that is entered when it has ended already
}

// Definitions are all registries, by id.
func (b *Book) Definitions() []*Definition { return b.definitions }

// Definition finds a registry. Errors: NotFound.
func (b *Book) Definition(id gov.RegistryID) (*Definition, error) {
	for _, d := range b.definitions {
		if d.ID == id {
			return d, nil
		}
	}
	return nil, errNoRegistry
}

// Holder is the registry that is authoritative for an attribute.
func (b *Book) Holder(a gov.AttributeID) (*Definition, bool) {
	d, ok := b.holders[a]
	return d, ok
}

var errNoRegistry = gov.Fail(gov.NotFound, "لا يوجد سجل بهذا الرمز", "There is no such registry")
