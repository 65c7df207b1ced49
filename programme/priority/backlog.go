package priority

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"diwan.example/catalogue"
)

// What a backlog is broken down by.
const (
	ByEntity = "entity"
	ByEvent  = "event" // a service stands in every life event it belongs to
	ByLevel  = "level" // declared, 0 to 2
)

// Groupings lists them.
var Groupings = []string{ByEntity, ByEvent, ByLevel}

// Group is a part of what is still to come.
type Group struct {
	Key     string // "" for services that belong to none
	Total   int    // public services, online or not
	Left    int    // of these, still to come
	Blocked int    // of these, that need another one that is still to come
	Known   float64
}

// Backlog breaks what is left down, the largest first. Known is the mean share of
// the weight for which values are known. Groups with nothing left are there too.
func (r *Ranking) Backlog(t *Table, by string, passes func(*catalogue.Service) bool) []Group {
	groups := map[string]*Group{}
	of := func(key string) *Group {
		if groups[key] == nil {
			groups[key] = &Group{Key: key}
		}
		return groups[key]
	}
	for _, s := range t.Services {
		if passes(s) {
			for _, k := range keys(s, by) {
				of(k).Total++
			}
		}
	}
	for i := range r.Rows {
		x := &r.Rows[i]
		if !passes(x.Service) {
			continue
		}
		blocked := slices.ContainsFunc(x.Requires, t.waits)
		for _, k := range keys(x.Service, by) {
			g := of(k)
			g.Left++
			g.Known += x.Coverage
			if blocked {
				g.Blocked++
			}
		}
	}
	out := make([]Group, 0, len(groups))
	for _, g := range groups {
		g.Known /= float64(max(g.Left, 1))
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Left, a.Left), cmp.Compare(b.Total, a.Total), strings.Compare(a.Key, b.Key))
	})
	return out
}

func keys(s *catalogue.Service, by string) []string {
	switch {
	case by == ByEntity:
		return []string{string(s.Organisation)}
	case by == ByLevel:
		return []string{strconv.Itoa(s.Online.Level)}
	case len(s.LifeEvents) == 0:
		return []string{""}
	}
	return s.LifeEvents
}

// WriteBacklog writes groups, with the words for their keys.
func WriteBacklog(w io.Writer, list []Group, words func(key string) string) error {
	head := []string{"المجموعة / group", "الاسم / name", "الخدمات / services", "لم تُحوَّل / still to come", "تنتظر غيرها / need another first", "المعلوم / known share"}
	return sheet(w, head, func(put func(...string)) {
		for _, g := range list {
			put(g.Key, words(g.Key), strconv.Itoa(g.Total), strconv.Itoa(g.Left), strconv.Itoa(g.Blocked), decimal(g.Known, 2))
		}
	})
}
