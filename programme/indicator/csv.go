package indicator

import (
	"encoding/csv"
	"io"
	"strconv"

	"diwan.example/gov"
	"diwan.example/programme"
)

// WriteCSV writes a result as UTF-8 CSV that Excel opens rightly in Arabic: a row
// for each organisation and one for all together. An item has a column for every
// answer and for those that records do not give; where nothing is known they are
// empty.
func (s *Scheme) WriteCSV(w io.Writer, r Result) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write(s.head())
	for _, c := range append(r.By[:len(r.By):len(r.By)], r.Total) {
		name := string(c.Organisation)
		if name == "" {
			name = "الكل / all"
		}
		out.Write(programme.Plain(append([]string{name}, s.cells(c)...)...))
	}
	out.Flush()
	return out.Error()
}

func (s *Scheme) head() []string {
	head := []string{"الجهة / organisation"}
	if s.Standing() {
		head = append(head, "الخدمات / services")
	}
	for i := range s.Figures {
		f := &s.Figures[i]
		name := f.Name[gov.Arabic] + " / " + f.Name[gov.English]
		switch {
		case !f.Item():
			head = append(head, name)
		case s.Evidence():
			head = append(head, name+" (found, proven)", name+" (found, declared)")
		default:
			head = append(head, name+" (yes, proven)", name+" (yes, declared)", name+" (no)", name+" (not known)")
		}
	}
	return head
}

func (s *Scheme) cells(c Count) (out []string) {
	number := func(list ...int64) {
		for _, n := range list {
			out = append(out, strconv.FormatInt(n, 10))
		}
	}
	if s.Standing() {
		number(c.Services)
	}
	for i := range s.Figures {
		f := &s.Figures[i]
		switch {
		case !f.Item():
			number(c.Figures[f.ID])
		case s.Evidence() && f.known == nil:
			out = append(out, "", "")
		case s.Evidence():
			number(c.Proven[f.ID], c.Declared(f))
		case c.Known[f.ID] == 0:
			out = append(out, "", "", "")
			number(c.Unknown(f))
		default:
			number(c.Proven[f.ID], c.Declared(f), c.No(f), c.Unknown(f))
		}
	}
	return out
}
