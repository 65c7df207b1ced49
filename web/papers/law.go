package papers

import (
	"net/http"
	"strconv"
	"strings"

	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// mostOffered is how many laws a page carries for its box to suggest while typing;
// the search finds the others.
const mostOffered = 300

// lawBox is where the law is chosen that gives the electronic form its force: from
// those that are written down already, by typing some of its words, or a new one.
type lawBox struct {
	Typed   string
	Offered []string    // as cited, in the page's language
	Found   []ui.Option // by a search, by their names in Arabic
	New     []ui.Field
	Open    bool // a new one is being written
	Wrong   gov.Text
}

func (p *Papers) laws(r *http.Request) (all []inventory.Legal, err error) {
	err = p.read(r, func(tx *db.Tx) error { all, err = inventory.Laws(tx); return err })
	return all, err
}

var newLaw = []string{"legal", "legal_en", "legal_number", "legal_year", "legal_url"}

func (p *Papers) lawBox(r *http.Request, t inventory.Type, problems gov.Problems) (b lawBox, err error) {
	all, err := p.laws(r)
	if err != nil {
		return b, err
	}
	lang := ui.LangOf(r)
	for _, l := range all[:min(len(all), mostOffered)] {
		b.Offered = append(b.Offered, l.Cited().In(lang))
	}
	if b.Typed = r.PostForm.Get("law"); r.Method == http.MethodGet && t.Legal.Named() {
		b.Typed = t.Legal.Cited().In(lang)
	}
	b.Wrong = wrongAt(problems, "law")
	if len(b.Wrong) > 0 {
		for _, l := range inventory.FindLaws(all, b.Typed) {
			b.Found = append(b.Found, ui.Option{Value: l.Cited().In(gov.Arabic), Text: l.Cited()})
		}
	}
	for _, name := range newLaw {
		f := ui.Field{Kind: "short-text", Name: name, Label: pages.T("papers." + strings.ReplaceAll(name, "_", ".")), Optional: true, Value: r.PostForm.Get(name), Error: wrongAt(problems, name)}
		switch name {
		case "legal_number":
			f.MaxLength = 20
		case "legal_year":
			f.MaxLength = 4
		}
		b.New, b.Open = append(b.New, f), b.Open || f.Value != "" || len(f.Error) > 0
	}
	return b, nil
}

var (
	errLawUnknown = gov.Problems{{Field: "law", Text: gov.T("ليس في الدليل سند بهذه الكلمات. اكتب كلمات أخرى من اسمه، أو أضفه جديدًا", "The catalogue has no law or decision with these words. Try other words of its name, or add it as a new one")}}
	errLawWhich   = gov.Problems{{Field: "law", Text: gov.T("في الدليل أكثر من سند بهذه الكلمات. اختر واحدًا منها", "The catalogue has several with these words. Choose one of them")}}
	errLawBoth    = gov.Problems{{Field: "law", Text: gov.T("اختر سندًا من الدليل أو أضف سندًا جديدًا، لا الاثنين", "Choose one of the catalogue or add a new one, not both")}}
)

// law reads which law was chosen, or the new one that was written. Errors: Invalid
// (gov.Problems) at the box.
func (p *Papers) law(r *http.Request, t *inventory.Type) error {
	f := r.PostForm
	fresh := inventory.Legal{Name: gov.T(f.Get("legal"), f.Get("legal_en")), Number: digits(f.Get("legal_number")), URL: strings.TrimSpace(f.Get("legal_url"))}
	if y := digits(f.Get("legal_year")); y != "" {
		if fresh.Year, _ = strconv.Atoi(y); fresh.Year == 0 {
			fresh.Year = -1 // not a year: said at the box
		}
	}
	words := strings.TrimSpace(f.Get("law"))
	if chosen := f.Get("law_found"); chosen != "" {
		words = chosen
	}
	written := strings.TrimSpace(fresh.Name[gov.Arabic]+fresh.Name[gov.English]+fresh.Number+fresh.URL) != "" || fresh.Year != 0
	kept := t.Legal
	switch t.Legal = fresh; {
	case written && words != "":
		return errLawBoth
	case written || words == "":
		return nil
	}
	if kept.Named() && (words == kept.Cited().In(gov.Arabic) || words == kept.Cited().In(gov.English)) {
		t.Legal = kept
		return nil
	}
	all, err := p.laws(r)
	if err != nil {
		return err
	}
	switch found := inventory.FindLaws(all, words); {
	case len(found) == 0:
		return errLawUnknown
	case len(found) > 1:
		return errLawWhich
	default:
		t.Legal = found[0]
	}
	return nil
}
