package catalogue

import (
	"strings"

	"diwan.example/gov"
)

// Words is the value of a field in words; empty when it has none.
func (t Terms) Words(f *Field, d Doc) gov.Text { return t.words(f, d) }

func (t Terms) words(f *Field, d Doc) gov.Text {
	v := d.Get(f.ID)
	switch f.Kind {
	case Phrase, Prose:
		out := gov.Text{}
		for l, s := range asDoc(v) {
			out[gov.Lang(l)] = text(s)
		}
		return out
	case Phrases:
		out := gov.Text{}
		for l := range asDoc(v) {
			out[gov.Lang(l)] = f.Typed(d, gov.Lang(l), t.Currency)[0]
		}
		return out
	case Code:
		if s := text(v); s != "" {
			return t.choice(f, s)
		}
		return nil
	case Codes:
		return t.several(f, texts(v))
	case Flag:
		if v == true {
			return gov.T("نعم", "Yes")
		}
		return nil
	case Amount:
		s := f.Typed(d, gov.English, t.Currency)[0]
		if s == "" {
			return nil
		}
		return gov.Text{gov.Arabic: "\u2066" + s + "\u2069 " + t.Currency.Symbol.In(gov.Arabic), gov.English: t.Currency.Symbol.In(gov.English) + " " + s}
	case Opening:
		return both(openingIn(v, gov.Arabic), openingIn(v, gov.English))
	}
	s := strings.Join(f.Typed(d, gov.English, t.Currency), "")
	return both(s, s)
}

func both(ar, en string) gov.Text {
	if ar == "" && en == "" {
		return nil
	}
	return gov.Text{gov.Arabic: ar, gov.English: en}
}

func (t Terms) choice(f *Field, code string) gov.Text {
	var said gov.Text
	switch {
	case f.From == "organisation" && t.Organisation != nil:
		said = t.Organisation(gov.OrgID(code))
	case f.From == "life-event" && t.LifeEvent != nil:
		said = t.LifeEvent(code)
	}
	if len(said) > 0 {
		return said
	}
	return InWords(f.Choices, code)
}

func (t Terms) several(f *Field, codes []string) gov.Text {
	var ar, en []string
	for _, c := range codes {
		w := t.choice(f, c)
		ar, en = append(ar, w.In(gov.Arabic)), append(en, w.In(gov.English))
	}
	return both(strings.Join(ar, "، "), strings.Join(en, ", "))
}

// title is what a row is called.
func (t Terms) title(f *Field, row Doc) gov.Text {
	if x := titleField(f, row); x != nil {
		return t.words(x, row)
	}
	return nil
}

func (t Terms) titles(f *Field, rows []Doc) gov.Text {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		var list []string
		for _, r := range rows {
			list = append(list, t.title(f, r).In(l))
		}
		out[l] = strings.Join(list, "\n")
	}
	return out
}

// row tells a whole row, a line for each field.
func (t Terms) row(f *Field, row Doc) gov.Text {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		var lines []string
		for i := range f.Fields {
			if s := t.words(&f.Fields[i], row).In(l); s != "" {
				lines = append(lines, f.Fields[i].Label.In(l)+": "+s)
			}
		}
		out[l] = strings.Join(lines, "\n")
	}
	return out
}
