package catalogue

import (
	"context"
	"sync"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Book is the catalogue as readers use it. It keeps the entries in memory for
// searching and reads them anew when the catalogue has changed, on this node or
// another.
type Book struct {
	db *db.DB

	mu      sync.Mutex
	shelf   *shelf
	reading bool // a new one is being read
}

// large is how many services take so long to read that readers use the shelf
// before the newest, while that is being read.
const large = 5000

// New opens the book.
func New(d *db.DB) *Book { return &Book{db: d} }

// Seed enters a country's organisations, life events and services. It may be
// repeated: what has not changed is left alone, nothing is ever removed, and an
// entry that people have written or imported since stays theirs.
func (b *Book) Seed(ctx context.Context, c *country.Country) error {
	return b.db.Write(ctx, func(tx *db.Tx) error {
		if err := turn(tx); err != nil {
			return err
		}
		if err := putLanguages(tx, c.Languages); err != nil {
			return err
		}
		for i, o := range c.Organisations {
			if err := putOrganisation(tx, i, o); err != nil {
				return err
			}
		}
		for i, e := range c.LifeEvents {
			if err := putLifeEvent(tx, i, e); err != nil {
				return err
			}
		}
		for _, s := range c.Services {
			if err := seedService(tx, s); err != nil {
				return gov.Wrap(err, string(s.ID))
			}
		}
		return putSynonyms(tx, c.Synonyms)
	})
}

// seedService enters a service of the profile unless somebody else has written
// it since.
func seedService(tx *db.Tx, s Entry) error {
	old, found, err := serviceByID(tx, s.ID)
	if err != nil || found && old.Source != s.Source && old.Source != "" && old.Source != "pack" {
		return err
	}
	return Enter(tx, s)
}

// Service returns one service as it is now. Errors: NotFound.
func (b *Book) Service(ctx context.Context, id gov.ServiceID) (s Service, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) (err error) { s, err = Find(tx, id); return err })
	return s, err
}

// Services lists the services that pass the filter, by id.
func (b *Book) Services(ctx context.Context, f Filter) (list []Service, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) (err error) { list, err = Services(tx, f); return err })
	return list, err
}

// Organisations lists the organisations in the order of the profile.
func (b *Book) Organisations(ctx context.Context) ([]Organisation, error) {
	s, err := b.current(ctx)
	if err != nil {
		return nil, err
	}
	return s.organisations, nil
}

// Organisation returns one organisation. Errors: NotFound.
func (b *Book) Organisation(ctx context.Context, id gov.OrgID) (Organisation, error) {
	s, err := b.current(ctx)
	if err != nil {
		return Organisation{}, err
	}
	for _, o := range s.organisations {
		if o.ID == id {
			return o, nil
		}
	}
	return Organisation{}, errNoOrganisation
}

// Knows reports whether an organisation is in the catalogue. It may be asked
// inside a transaction: it reads what is committed.
func (b *Book) Knows(id gov.OrgID) bool {
	found := false
	err := b.db.Read(context.Background(), func(tx *db.Tx) (err error) { _, found, err = organisationByID(tx, id); return err })
	return err == nil && found
}

// LifeEvents lists the life events in the order of the profile.
func (b *Book) LifeEvents(ctx context.Context) ([]LifeEvent, error) {
	s, err := b.current(ctx)
	if err != nil {
		return nil, err
	}
	return s.lifeEvents, nil
}

// Counts counts how far every organisation has come.
func (b *Book) Counts(ctx context.Context) (list []Count, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) (err error) { list, err = counts(tx); return err })
	return list, err
}

// current returns the shelf of the present revision, reading it when needed. Of
// a large catalogue it is the one before, until the new one has been read.
func (b *Book) current(ctx context.Context) (*shelf, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var n int64
	err := b.db.Read(ctx, func(tx *db.Tx) (err error) { n, err = revision(tx); return err })
	if err != nil || b.shelf != nil && b.shelf.revision == n {
		return b.shelf, err
	}
	if b.shelf != nil && len(b.shelf.services) > large {
		if !b.reading {
			b.reading = true
			go b.readBeside(context.WithoutCancel(ctx))
		}
		return b.shelf, nil
	}
	s, err := b.readNew(ctx)
	if err != nil {
		return nil, err
	}
	b.shelf = s
	return s, nil
}

// readBeside reads a new shelf while the one before is used. When it cannot be
// read now, the next reader tries again.
func (b *Book) readBeside(ctx context.Context) {
	s, err := b.readNew(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reading = false
	if err == nil {
		b.shelf = s
	}
}

func (b *Book) readNew(ctx context.Context) (s *shelf, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) error {
		n, err := revision(tx)
		if err == nil {
			s, err = readShelf(tx, n)
		}
		return err
	})
	return s, err
}

// Edition is a number that changes whenever something in the catalogue does.
func (b *Book) Edition(ctx context.Context) (n int64, err error) {
	err = b.db.Read(ctx, func(tx *db.Tx) (err error) { n, err = revision(tx); return err })
	return n, err
}
