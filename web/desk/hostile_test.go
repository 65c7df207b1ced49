package desk

import (
	"net/url"
	"strings"
	"testing"

	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// Whatever comes in an address or a form is answered with a page for people,
// never with a failure of ours.
func TestHostileInputIsAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := officeOn(t, d)
		c, k := o.renewal(1)
		nasty := []string{"\x00", "\xff\xfe", "'; DROP TABLE applications; --", "‮reversed", strings.Repeat("أ", 3000), "../../etc/passwd", "{{.}}", "<script>alert(1)</script>", "-1", "٩٩٩"}
		for _, x := range nasty {
			q := url.QueryEscape(x)
			for _, at := range []string{"/desk?tab=" + q, "/desk?service=" + q, "/desk?after=" + q, "/desk?after=1." + q, "/desk/bulk?task=" + q,
				"/desk/tasks/" + url.PathEscape(x), "/desk/cases/" + url.PathEscape(x), "/desk/documents/" + url.PathEscape(x) + "/pdf",
				"/desk/cases/" + string(c.ID) + "/files/" + url.PathEscape(x), "/desk/counter/cases/" + url.PathEscape(x)} {
				if a := o.get("officer", at); a.Code >= 500 || strings.Contains(a.Body, "<script>alert") {
					t.Errorf("GET %q: %d", at, a.Code)
				}
			}
			for at, name := range map[string]string{"/desk/search": "words", "/desk/counter": "words", "/desk/cases/" + string(c.ID) + "/notes": "words", task(k, "/decide"): "do.outcome",
				"/desk/bulk": "task", "/desk/counter/start": "person"} {
				if a := o.post("officer", at, name, x, "presence", "known", "service", "identity-card/renewal"); a.Code >= 500 || strings.Contains(a.Body, "<script>alert") {
					t.Errorf("POST %s %q: %d", at, x, a.Code)
				}
			}
			if a := o.post("supervisor", "/desk/charges/"+string(o.charge(c.ID))+"/refund", "amount", x, "reason", x, "promised", "0"); a.Code >= 500 {
				t.Errorf("refund %q: %d", x, a.Code)
			}
			if a := o.post("supervisor", task(k, "/assign"), "to", x); a.Code >= 500 {
				t.Errorf("assign %q: %d", x, a.Code)
			}
		}
	})
}
