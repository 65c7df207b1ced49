package catalogue

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

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
	ByCost         = "cost"    // "free" or "paid"
	ByChannel      = "channel" // country.ChannelKinds
	ByLevel        = "level"   // online level by its organisation's word, "0" to "4"
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
	services      []Service // public ones
	place         map[string]int32
	index         *search.Index

	mu     sync.Mutex
	byName map[gov.Lang][]int32 // places of services, by their name
}

func readShelf(tx *db.Tx, revision int64) (*shelf, error) {
	s := &shelf{revision: revision, place: map[string]int32{}, byName: map[gov.Lang][]int32{}}
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
	s.services = slices.DeleteFunc(list, func(x Service) bool { return !x.Public() })
	docs := make([]search.Document, len(s.services))
	for i := range s.services {
		s.place[string(s.services[i].ID)] = int32(i)
		docs[i] = s.document(&s.services[i])
	}
	s.index = search.New(docs, same)
	return s, nil
}

// document says what a service is found by.
func (s *shelf) document(x *Service) search.Document {
	d := search.Document{ID: string(x.ID), Facets: facets(x)}
	add := func(weight float64, texts ...gov.Text) {
		for _, t := range texts {
			for _, l := range slices.Sorted(maps.Keys(t)) {
				d.Fields = append(d.Fields, search.Field{Text: t[l], Weight: weight})
			}
		}
	}
	add(6, x.Name)
	for _, l := range slices.Sorted(maps.Keys(x.Keywords)) {
		d.Fields = append(d.Fields, search.Field{Text: strings.Join(x.Keywords[l], " "), Weight: 4})
	}
	for _, o := range x.Outputs {
		add(2, o.Name)
	}
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

func facets(x *Service) map[string][]string {
	cost := "paid"
	if x.Costs.Free() {
		cost = "free"
	}
	return map[string][]string{
		ByOrganisation: {string(x.Organisation)}, ByLifeEvent: x.LifeEvents, ByAudience: x.Audience,
		ByStanding: {string(x.Standing())}, ByArea: {x.Area()}, ByCost: {cost},
		ByChannel: x.Channels.Kinds(), ByLevel: {strconv.Itoa(x.Online.Level)},
	}
}

// order is how services stand by their name in a language.
func (s *shelf) order(l gov.Lang) []int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if list, ok := s.byName[l]; ok {
		return list
	}
	names := make([]string, len(s.services))
	list := make([]int32, len(s.services))
	for i := range s.services {
		names[i], list[i] = search.Fold(s.services[i].Name.In(l)), int32(i)
	}
	slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(names[a], names[b]) })
	s.byName[l] = list
	return list
}

// Search finds services by words and facets, the best first. In lists the
// standing of a service is that of the latest revision.
func (b *Book) Search(ctx context.Context, q Query) (Found, error) {
	s, err := b.current(ctx)
	if err != nil {
		return Found{}, err
	}
	ask := search.Query{Text: q.Text, Facets: q.Facets, Offset: q.Offset, Limit: q.Limit}
	if strings.TrimSpace(q.Text) == "" {
		ask.Order = s.order(q.Lang)
	}
	r := s.index.Search(ask)
	out := Found{Total: r.Total, Counts: r.Counts}
	for _, h := range r.Hits {
		out.Services = append(out.Services, s.services[s.place[h.ID]])
	}
	return out, nil
}
