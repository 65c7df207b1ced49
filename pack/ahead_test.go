package pack_test

import (
	"strings"
	"testing"

	"diwan.example/pack"
)

func TestAheadAreTheStepsThatAllWaysPass(t *testing.T) {
	want := map[string]map[string]string{
		"identity-card/renewal":           {"payment": "review register card issue tell", "new_photo": "review register card issue tell", "issue": "tell", "refused": "", "appeal_review": "accepted register card issue tell"},
		"education/enrolment-certificate": {"review": "issue tell", "correction": "verify issue tell"},
		"justice/small-claim":             {"payment": "serve enquiry heard schedule invite hearing decide register issue tell result", "answer": "heard schedule invite hearing decide register issue tell result", "settle": ""},
	}
	for _, p := range all(t) {
		for from, ids := range want[string(p.ID)] {
			if got := names(p.Ahead(from)); got != ids {
				t.Errorf("%s from %s: ahead are %q, not %q", p.ID, from, got, ids)
			}
		}
	}
}

func names(steps []*pack.Step) string {
	var out []string
	for _, s := range steps {
		out = append(out, s.ID)
	}
	return strings.Join(out, " ")
}
