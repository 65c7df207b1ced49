package register

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// sheet is one section of an entry as boxes: what stands in them comes from the
// entry, or from what was typed and not kept yet. Boxes are named after the
// places in the entry: "channels.0.address.ar".
type sheet struct {
	part     *catalogue.Part
	langs    []gov.Lang
	lang     gov.Lang // of the reader
	currency gov.Currency
	boxes    url.Values
	from, n  int // the rows of the list that are on the page
}

// names are the boxes of a field under a prefix, by language.
func (s *sheet) names(f *catalogue.Field, prefix string) (out []string) {
	if !f.InLanguages() {
		return []string{prefix + f.ID}
	}
	for _, l := range s.langs {
		out = append(out, prefix+f.ID+"."+string(l))
	}
	return out
}

// show puts an entry into the boxes, of a list only the rows of the page.
func (s *sheet) show(d catalogue.Doc) {
	s.boxes = url.Values{}
	for i := range s.part.Fields {
		f := &s.part.Fields[i]
		if f.Kind != catalogue.List {
			s.showField(f, "", d)
			continue
		}
		rows := d.Rows(f.ID)
		s.from = min(s.from, max(len(rows)-1, 0)/rowsShown*rowsShown)
		shown := rows[s.from:min(len(rows), s.from+rowsShown)]
		for k, row := range shown {
			for j := range f.Fields {
				s.showField(&f.Fields[j], prefixOf(f, s.from+k), row)
			}
		}
		s.n = len(shown)
	}
}

func prefixOf(f *catalogue.Field, i int) string { return fmt.Sprintf("%s.%d.", f.ID, i) }

func (s *sheet) showField(f *catalogue.Field, prefix string, d catalogue.Doc) {
	for i, name := range s.names(f, prefix) {
		l := s.lang
		if f.InLanguages() {
			l = s.langs[i]
		}
		s.boxes[name] = f.Typed(d, l, s.currency)
	}
}

// put reads the boxes into an entry and says what cannot be read.
func (s *sheet) put(d catalogue.Doc) (wrong gov.Problems) {
	for i := range s.part.Fields {
		f := &s.part.Fields[i]
		if f.Kind != catalogue.List {
			wrong = append(wrong, s.putField(f, "", d)...)
			continue
		}
		all := d.Rows(f.ID)
		first := min(s.from, len(all))
		rows := append([]catalogue.Doc{}, all[:first]...)
		for k := range s.n {
			row := catalogue.Doc{}
			prefix := prefixOf(f, s.from+k)
			if s.empty(f, prefix) {
				continue
			}
			for j := range f.Fields {
				wrong = append(wrong, s.putField(&f.Fields[j], prefix, row)...)
			}
			rows = append(rows, row)
		}
		d.SetRows(f.ID, append(rows, all[min(first+s.was(), len(all)):]...))
	}
	return wrong
}

// was is how many rows the page had when it was opened.
func (s *sheet) was() int {
	n, _ := strconv.Atoi(s.boxes.Get("_was"))
	return min(max(n, 0), rowsMost)
}

func (s *sheet) putField(f *catalogue.Field, prefix string, d catalogue.Doc) (wrong gov.Problems) {
	for i, name := range s.names(f, prefix) {
		l := s.lang
		if f.InLanguages() {
			l = s.langs[i]
		}
		typed := s.boxes[name]
		if f.Kind == catalogue.Day {
			typed = []string{ui.ReadDate(s.boxes, name)}
		}
		if text := f.Put(d, l, typed, s.currency); len(text) > 0 {
			wrong = append(wrong, gov.Problem{Field: name, Text: text})
		}
	}
	return wrong
}

// empty reports whether nothing was typed into a row.
func (s *sheet) empty(f *catalogue.Field, prefix string) bool {
	for i := range f.Fields {
		for _, name := range s.names(&f.Fields[i], prefix) {
			if strings.TrimSpace(strings.Join(s.boxes[name], "")) != "" {
				return false
			}
		}
	}
	return true
}

// The rows of a list on one page, and the most that may be added to it at once.
const (
	rowsShown = 10
	rowsMost  = 25
)

// typed takes over what was sent.
func (s *sheet) typed(sent url.Values) {
	s.boxes = sent
	s.from, _ = strconv.Atoi(sent.Get("_from"))
	s.n, _ = strconv.Atoi(sent.Get("_rows"))
	s.from, s.n = min(max(s.from, 0), 10_000), min(max(s.n, 0), rowsMost)
}

// rearrange adds or removes a row, when a button for that was pressed.
func (s *sheet) rearrange() bool {
	f := s.part.List()
	if f == nil {
		return false
	}
	if s.boxes.Has("_add") {
		s.n = min(s.n+1, rowsMost)
		return true
	}
	if !s.boxes.Has("_remove") {
		return false
	}
	gone, err := strconv.Atoi(strings.TrimPrefix(s.boxes.Get("_remove"), f.ID+"."))
	if err != nil || gone < s.from || gone >= s.from+s.n {
		return true
	}
	for i := gone; i < s.from+s.n; i++ {
		for j := range f.Fields {
			to, next := s.names(&f.Fields[j], prefixOf(f, i)), s.names(&f.Fields[j], prefixOf(f, i+1))
			for k := range to {
				s.move(to[k], next[k])
			}
		}
	}
	s.n--
	return true
}

// move gives a box what stands in the next one, a date in its parts too.
func (s *sheet) move(to, from string) {
	for _, part := range []string{"", ".day", ".month", ".year"} {
		if v, ok := s.boxes[from+part]; ok {
			s.boxes[to+part] = v
		} else {
			delete(s.boxes, to+part)
		}
	}
}
