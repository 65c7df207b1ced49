package lifecycle

import (
	"bytes"
	"encoding/json"
	"io"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Report is what a browser check of a service's pages by axe-core found, as
// axe-core, its command line and its browser extension write it.
type Report struct {
	Engine     string   // version of axe-core
	Pages      []string // addresses that were checked
	Rules      int      // rules that applied and passed on some page
	Violations []Violation
}

// Violation is a rule of axe-core that a page breaks.
type Violation struct {
	Page  string
	Rule  string // "color-contrast"
	Help  string
	Nodes int // places on the page
}

// largestReport is how many bytes a report may have.
const largestReport = 32 << 20

var errReport = gov.Fail(gov.Invalid, "ليس هذا تقرير axe-core: يُنتظر ملف JSON فيه testEngine و url و passes و violations", "This is no report of axe-core: a JSON file with testEngine, url, passes and violations is expected").At("report")

// ReadReport reads a report: one page's, or an array of them. Errors: Invalid.
func ReadReport(r io.Reader) (Report, error) {
	type rule struct {
		ID    string            `json:"id"`
		Help  string            `json:"help"`
		Nodes []json.RawMessage `json:"nodes"`
	}
	type page struct {
		Engine struct {
			Name    string `json:"name"`
			Version string `json:"version"`
		} `json:"testEngine"`
		URL        string  `json:"url"`
		Passes     *[]rule `json:"passes"`
		Violations *[]rule `json:"violations"`
	}
	b, err := io.ReadAll(io.LimitReader(r, largestReport+1))
	if err != nil || len(b) > largestReport {
		return Report{}, errReport.Because(err)
	}
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\uFEFF")))
	var list []page
	if bytes.HasPrefix(b, []byte("{")) {
		b = append(append([]byte("["), b...), ']')
	}
	if err := json.Unmarshal(b, &list); err != nil || len(list) == 0 {
		return Report{}, errReport.Because(err)
	}
	out, passed := Report{}, map[string]bool{}
	for _, p := range list {
		if p.Engine.Name != "axe-core" || p.Engine.Version == "" || p.URL == "" || p.Passes == nil || p.Violations == nil || len(*p.Passes) == 0 {
			return Report{}, errReport
		}
		out.Engine, out.Pages = p.Engine.Version, append(out.Pages, p.URL)
		for _, x := range *p.Passes {
			passed[x.ID] = true
		}
		for _, x := range *p.Violations {
			out.Violations = append(out.Violations, Violation{p.URL, x.ID, x.Help, len(x.Nodes)})
		}
	}
	out.Rules = len(passed)
	return out, nil
}

// accessibility is the evidence that a report gives.
const accessibility = "accessibility"

var reportWords = gov.T("الإصدار %s: فحص axe-core %s لـ %d من الصفحات بلا مخالفة", "Version %s: axe-core %s found no violation on %d pages")

// KeepReport keeps a report on the version in force as evidence; it holds for that
// version only. A report with a violation takes the evidence back. kept says which
// of the two happened. The caller has checked that the actor may. Errors:
// NotFound; Conflict when no pack of the service is in force.
func KeepReport(tx *db.Tx, service gov.ServiceID, r Report) (version string, kept bool, err error) {
	e, err := catalogue.Find(tx, service)
	if err != nil {
		return "", false, err
	}
	if e.Version == "" {
		return "", false, gov.Fail(gov.Conflict, "لا إصدار ساريًا لهذه الخدمة هنا", "No version of this service is in force here")
	}
	source := "axe@" + e.Version
	if len(r.Violations) > 0 {
		return e.Version, false, TakeBack(tx, service, accessibility, source)
	}
	return e.Version, true, Give(tx, Evidence{Service: service, Name: accessibility, Source: source, Words: reportWords.Sprintf(e.Version, r.Engine, len(r.Pages))})
}
