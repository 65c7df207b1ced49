package portal

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// perPage is how many services a page of results lists.
const perPage = 20

// narrowing are the names in the address, in the order of the page.
var narrowing = []struct{ param, facet string }{
	{"online", catalogue.ByStanding}, {"event", catalogue.ByLifeEvent}, {"audience", catalogue.ByAudience},
	{"channel", catalogue.ByChannel}, {"level", catalogue.ByLevel}, {"cost", catalogue.ByCost}, {"entity", catalogue.ByOrganisation},
}

type facet struct {
	Title gov.Text
	Items []facetItem
}

type facetItem struct {
	Text    gov.Text
	URL     string
	Count   int
	Current bool
}

type keep struct{ Name, Value string }

type searchPage struct {
	Query      string
	Services   []card
	Total      int
	Facets     []facet
	Keep       []keep
	Narrowed   bool
	Prev, Next string
	From, To   int
}

func (p *Portal) search(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	words, _ := gov.CleanText(strings.TrimSpace(q.Get("q")))
	if n := []rune(words); len(n) > 200 {
		words = string(n[:200])
	}
	data := searchPage{Query: words}
	ask := catalogue.Query{Text: words, Facets: map[string][]string{}, Lang: ui.LangOf(r), Limit: perPage}
	for _, n := range narrowing {
		if v := q.Get(n.param); v != "" {
			ask.Facets[n.facet] = []string{v}
			data.Keep = append(data.Keep, keep{n.param, v})
		}
	}
	data.Narrowed = len(data.Keep) > 0
	from, _ := strconv.Atoi(q.Get("from"))
	ask.Offset = min(max(from, 0), 100_000)
	found, err := p.Book.Search(r.Context(), ask)
	if err != nil {
		return err
	}
	data.Services, data.Total = p.cards(r, found.Services), found.Total
	data.From, data.To = ask.Offset+1, ask.Offset+len(found.Services)
	if ask.Offset > 0 {
		data.Prev = elsewhere(r, "from", positive(ask.Offset-perPage))
	}
	if data.To < found.Total {
		data.Next = elsewhere(r, "from", positive(data.To))
	}
	data.Facets, err = p.facets(r, q, found.Counts)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "services", data)
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// elsewhere is this page with one thing of its query changed.
func elsewhere(r *http.Request, name, value string) string {
	q := r.URL.Query()
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	path := ui.URL(r, r.URL.Path)
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return path
}

func (p *Portal) facets(r *http.Request, q url.Values, counts map[string]map[string]int) ([]facet, error) {
	names, err := p.facetNames(r.Context())
	if err != nil {
		return nil, err
	}
	var out []facet
	for _, n := range narrowing {
		f := facet{Title: pages.T("portal.facet." + n.param)}
		current := q.Get(n.param)
		for value, count := range counts[n.facet] {
			if count == 0 && value != current {
				continue
			}
			item := facetItem{Text: names(n.facet, value), Count: count, Current: value == current}
			item.URL = narrowed(r, n.param, value, item.Current)
			f.Items = append(f.Items, item)
		}
		slices.SortFunc(f.Items, func(a, b facetItem) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text.In(gov.Arabic), b.Text.In(gov.Arabic)))
		})
		if len(f.Items) > 0 {
			out = append(out, f)
		}
	}
	return out, nil
}

// narrowed is this page with a facet chosen, or let go; paging begins anew.
func narrowed(r *http.Request, param, value string, chosen bool) string {
	if chosen {
		value = ""
	}
	c := r.Clone(r.Context())
	q := r.URL.Query()
	q.Del("from")
	c.URL.RawQuery = q.Encode()
	return elsewhere(c, param, value)
}

// facetNames gives the words for a facet's value.
func (p *Portal) facetNames(ctx context.Context) (func(facet, value string) gov.Text, error) {
	orgs, err := p.Book.Organisations(ctx)
	if err != nil {
		return nil, err
	}
	events, err := p.Book.LifeEvents(ctx)
	if err != nil {
		return nil, err
	}
	words := map[string]gov.Text{}
	for _, o := range orgs {
		words[catalogue.ByOrganisation+string(o.ID)] = o.Name
	}
	for _, e := range events {
		words[catalogue.ByLifeEvent+e.ID] = e.Name
	}
	for _, s := range catalogue.Standings {
		words[catalogue.ByStanding+string(s)] = pages.T("portal.standing." + string(s))
	}
	for _, a := range country.Audiences {
		words[catalogue.ByAudience+a] = pages.T("portal.audience." + a)
	}
	for _, c := range country.ChannelKinds {
		words[catalogue.ByChannel+c] = pages.T("portal.channel." + c)
	}
	for l := range country.Levels {
		words[catalogue.ByLevel+strconv.Itoa(l)] = pages.T("portal.level." + strconv.Itoa(l))
	}
	for _, c := range []string{"free", "paid"} {
		words[catalogue.ByCost+c] = pages.T("portal.cost." + c)
	}
	return func(facet, value string) gov.Text {
		if t, ok := words[facet+value]; ok {
			return t
		}
		return gov.T(value, value)
	}, nil
}
