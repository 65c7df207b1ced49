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

	mu    sync.Mutex
	shelf *shelf
}

// New opens the book.
func New(d *db.DB) *Book { return &Book{db: d} }

// Seed enters a country's organisations, life events and services. It may be
// repeated: what has not changed is left alone, and nothing is ever removed.
func (b *Book) Seed(ctx context.Context, c *country.Country) error {
	return b.db.Write(ctx, func(tx *db.Tx) error {
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
			if err := Enter(tx, s); err != nil {
				return gov.Wrap(err, string(s.ID))
			}
		}
		if err := turn(tx); err != nil {
			return err
		}
		return putSynonyms(tx, c.Synonyms)
	})
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
	return Organisation{}, gov.Fail(gov.NotFound, "هذه الجهة ليست في دليل الخدمات", "This organisation is not in the catalogue")
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

// current returns the shelf of the present revision, reading it when needed.
func (b *Book) current(ctx context.Context) (*shelf, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.db.Read(ctx, func(tx *db.Tx) error {
		n, err := revision(tx)
		if err != nil || b.shelf != nil && b.shelf.revision == n {
			return err
		}
		s, err := readShelf(tx, n)
		if err == nil {
			b.shelf = s
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return b.shelf, nil
}
