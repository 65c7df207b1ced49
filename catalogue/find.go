package catalogue

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/search"
)

// The facets by which a search can be narrowed.
const (
	ByOrganisation = "organisation"
	ByLifeEvent    = "life_event"
	ByAudience     = "audience"
	ByStanding     = "standing"
	ByArea         = "area"
	ByCost         = "cost" // "free" or "paid"
)

// Query asks the book for services.
type Query struct {
	Text   string              // what somebody typed
	Facets map[string][]string // narrowing: facet → accepted values
	Lang   gov.Lang            // without Text, services stand by their name in it
	Offset int
	Limit  int // 0: all
}

// Found is what a search found.
type Found struct {
	Services []Service
	Total    int
	Counts   map[string]map[string]int // facet → value → services that it would give
}

// shelf is one revision of the catalogue in memory. It never changes.
type shelf struct {
	revision      int64
	organisations []Organisation
	lifeEvents    []LifeEvent
	services      map[string]Service
	index         *search.Index
}

func readShelf(tx *db.Tx, revision int64) (*shelf, error) {
	s := &shelf{revision: revision, services: map[string]Service{}}
	var err error
	if s.organisations, err = organisations(tx); err != nil {
		return nil, err
	}
	if s.lifeEvents, err = lifeEvents(tx); err != nil {
		return nil, err
	}
	same, err := synonyms(tx)
	if err != nil {
		return nil, err
	}
	list, err := services(tx, "")
	if err != nil {
		return nil, err
	}
	// Between equals, what runs here comes first.
	slices.SortStableFunc(list, func(a, b Service) int {
		return cmp.Compare(slices.Index(Standings, a.Standing()), slices.Index(Standings, b.Standing()))
	})
	docs := make([]search.Document, len(list))
	for i, x := range list {
		s.services[string(x.ID)] = x
		docs[i] = s.document(&x)
	}
	s.index = search.New(docs, same)
	return s, nil
}

// document says what a service is found by.
func (s *shelf) document(x *Service) search.Document {
	cost := "paid"
	if x.Cost.Free() {
		cost = "free"
	}
	d := search.Document{ID: string(x.ID), Facets: map[string][]string{
		ByOrganisation: {string(x.Organisation)}, ByLifeEvent: x.LifeEvents, ByAudience: x.Audience,
		ByStanding: {string(x.Standing())}, ByArea: {x.Area()}, ByCost: {cost},
	}}
	add := func(weight float64, texts ...gov.Text) {
		for _, t := range texts {
			for _, l := range []gov.Lang{gov.Arabic, gov.English} {
				d.Fields = append(d.Fields, search.Field{Text: t[l], Weight: weight})
			}
		}
	}
	add(6, x.Name)
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		d.Fields = append(d.Fields, search.Field{Text: strings.Join(x.Keywords[l], " "), Weight: 4})
	}
	add(2, x.Outputs...)
	add(1.5, x.Description)
	for _, e := range x.Evidence {
		add(0.3, e.Name)
	}
	for _, o := range s.organisations {
		if o.ID == x.Organisation {
			add(1.2, o.Name)
		}
	}
	for _, e := range s.lifeEvents {
		if slices.Contains(x.LifeEvents, e.ID) {
			add(0.8, e.Name)
		}
	}
	return d
}

// Search finds services by words and facets, the best first. In lists the
// standing of a service is that of the latest revision.
func (b *Book) Search(ctx context.Context, q Query) (Found, error) {
	s, err := b.current(ctx)
	if err != nil {
		return Found{}, err
	}
	ask := search.Query{Text: q.Text, Facets: q.Facets, Offset: q.Offset, Limit: q.Limit}
	byName := strings.TrimSpace(q.Text) == ""
	if byName { // put in order before paging
		ask.Offset, ask.Limit = 0, 0
	}
	r := s.index.Search(ask)
	out := Found{Total: r.Total, Counts: r.Counts}
	for _, h := range r.Hits {
		out.Services = append(out.Services, s.services[h.ID])
	}
	if byName {
		slices.SortStableFunc(out.Services, func(a, b Service) int {
			return cmp.Compare(search.Fold(a.Name.In(q.Lang)), search.Fold(b.Name.In(q.Lang)))
		})
		out.Services = page(out.Services, q.Offset, q.Limit)
	}
	return out, nil
}

func page(list []Service, offset, limit int) []Service {
	list = list[min(max(offset, 0), len(list)):]
	if limit > 0 {
		list = list[:min(limit, len(list))]
	}
	return list
}
