package form

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// Presentation lets a file question be answered by a credential from the
// person's wallet instead of a file.
type Presentation struct {
	Type   string       `yaml:"type" json:"type"`                         // "service#document": the type of document that is presented
	Claims []ShownClaim `yaml:"claims,omitempty" json:"claims,omitempty"` // what of it is asked for; whose it is always is
}

// ShownClaim is one claim of a credential that is asked for.
type ShownClaim struct {
	Name string `yaml:"name" json:"name"`
	Kind Kind   `yaml:"kind,omitempty" json:"kind,omitempty"` // of its value in rules; short-text unless given
}

// Names are the names of the claims asked for.
func (p *Presentation) Names() []string {
	out := make([]string, len(p.Claims))
	for i, c := range p.Claims {
		out[i] = c.Name
	}
	return out
}

// Presented are the claims that credentials proved, by question and claim.
type Presented map[string]map[string]any

// Answers reports whether q was answered by a credential.
func (p Presented) Answers(q Question) bool {
	_, ok := p[q.Name]
	return ok && q.Credential != nil
}

// presented is the name by which rules see what credentials proved.
const presented = "presented"

// presentable are the kinds that a claim may have in rules.
var presentable = []Kind{ShortText, Number, Date, YesNo, CivilNumber, Country}

// presentation checks the key credential.
func (c *compiler) presentation(q *question, inRow bool) {
	if q.Credential == nil {
		return
	}
	path := q.path + "/credential"
	if inRow || q.Held() {
		c.issue(path, "لا يُقدَّم من المحفظة ما في مجموعة أو ما يُجلب من سجل", "what is in a group or fetched from a registry is not presented from a wallet")
	}
	if _, typ, ok := strings.Cut(q.Credential.Type, "#"); !ok || typ == "" {
		c.issue(path+"/type", "النوع على صورة area/service#document", "a type looks like area/service#document")
	}
	seen := map[string]bool{}
	for i, x := range q.Credential.Claims {
		at := path + "/claims/" + strconv.Itoa(i)
		if !goodName.MatchString(x.Name) || seen[x.Name] {
			c.issue(at+"/name", "اسم البيان ناقص أو مكرر: %q", "the claim's name is missing or occurs twice: %q", x.Name)
		}
		seen[x.Name] = true
		if x.Kind != "" && !slices.Contains(presentable, x.Kind) {
			words := make([]string, len(presentable))
			for k, p := range presentable {
				words[k] = string(p)
			}
			t := meant(gov.T("نوع البيان المقدَّم واحد من: "+strings.Join(words, " "), "the kind of a claim presented is one of: "+strings.Join(words, " ")), rule.Nearest(string(x.Kind), words))
			c.issues = append(c.issues, Issue{Path: at + "/kind", Text: t[gov.English], Words: t})
		}
	}
}

// shownVar declares what credentials prove to the questions of qs; false when
// none of them takes one. A question that no credential answered is absent:
// has(presented.card).
func shownVar(qs []*question) (rule.Var, bool) {
	var fields []rule.Var
	for _, q := range qs {
		if q.Credential == nil || !goodName.MatchString(q.Name) {
			continue
		}
		var claims []rule.Var
		for _, x := range q.Credential.Claims {
			claims = append(claims, rule.Var{Name: x.Name, Type: TypeOf(Question{Kind: x.Kind, Decimals: 1})})
		}
		fields = append(fields, rule.Var{Name: q.Name, Type: rule.Record("Presented_"+q.Name, claims...)})
	}
	return rule.Var{Name: presented, Type: rule.Record("Presented", fields...)}, len(fields) > 0
}

// forRules is what rules see of it.
func (p Presented) forRules() map[string]any {
	out := make(map[string]any, len(p))
	for name, claims := range p {
		out[name] = maps.Clone(claims)
	}
	return out
}
