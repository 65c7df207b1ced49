package policy

import (
	"slices"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
)

// codes are those that evidence may hold and people read in words.
var codes = slices.Concat(catalogue.ChannelWords, []catalogue.Choice{
	{Code: "ar", Text: gov.T("العربية", "Arabic")}, {Code: "en", Text: gov.T("الإنجليزية", "English")}, {Code: "fr", Text: gov.T("الفرنسية", "French")},
})

// Shown is the evidence for people: channels and languages in words, names of
// questions and figures as they are, each set apart so that Latin stands whole in
// Arabic. Empty when there is none.
func (r Result) Shown() gov.Text { return shown(r.Shows) }

// Shown is the evidence for people, as of a Result.
func (f Finding) Shown() gov.Text { return shown(f.Shows) }

func shown(evidence string) gov.Text {
	if evidence == "" {
		return nil
	}
	var ar, en []string
	known := true
	parts := strings.Split(evidence, ", ")
	for _, p := range parts {
		i := slices.IndexFunc(codes, func(c catalogue.Choice) bool { return c.Code == p })
		if known = known && i >= 0; !known {
			break
		}
		ar, en = append(ar, codes[i].Text[gov.Arabic]), append(en, codes[i].Text[gov.English])
	}
	if !known {
		ar, en = nil, nil
		for _, p := range parts {
			ar, en = append(ar, "\u2066"+p+"\u2069"), append(en, "\u2066"+p+"\u2069")
		}
	}
	return gov.T(strings.Join(ar, "، "), strings.Join(en, ", "))
}
