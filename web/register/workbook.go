package register

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"diwan.example/catalogue/workbook"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

const sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// The faults and the changed entries that a page shows.
const (
	faultsShown  = 100
	plannedShown = 20
)

// workbookPage hands the workbook out and takes it back.
type workbookPage struct {
	form
	Owner gov.Text
}

func (g *Register) workbookPage(r *http.Request, wrong gov.Problems) workbookPage {
	fields := []ui.Field{{Kind: "file", Name: "file", Label: pages.T("register.workbook.file"), Accept: ".xlsx," + sheetType, MaxFiles: 1, MaxKB: workbook.Largest >> 10}}
	return workbookPage{form{ui.Fill(fields, nil, wrong, g.Country.Currency), wrong}, g.organisation(r, gov.ActorFrom(r.Context()).Org)}
}

func (g *Register) workbook(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "workbook", g.workbookPage(r, nil))
}

// handOut sends the workbook of the owner's entity.
func (g *Register) handOut(w http.ResponseWriter, r *http.Request) error {
	org := gov.ActorFrom(r.Context()).Org
	var c *workbook.Content
	err := g.read(r, func(tx *db.Tx) (err error) { c, err = workbook.Gather(tx, org, g.Country.Currency); return err })
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := workbook.Write(&b, c); err != nil {
		return err
	}
	return sendSheet(w, "services-"+string(org)+".xlsx", b.Bytes())
}

func sendSheet(w http.ResponseWriter, name string, b []byte) error {
	w.Header().Set("Content-Type", sheetType)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, err := w.Write(b)
	return err
}

// takeIn takes a filled workbook in and keeps it until it is confirmed. A file
// that is none is refused here.
func (g *Register) takeIn(w http.ResponseWriter, r *http.Request) error {
	name, body, err := uploaded(r)
	if err == nil {
		_, err = workbook.Open(bytes.NewReader(body), int64(len(body)))
	}
	if wrong, ok := gov.ProblemsOf(err, "file"); ok {
		return pages.RenderInvalid(w, r, "workbook", g.workbookPage(r, wrong))
	}
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		wrong := gov.Problems{{Field: "file", Text: pages.T("register.workbook.big")}}
		return pages.RenderStatus(w, r, http.StatusRequestEntityTooLarge, "workbook", g.workbookPage(r, wrong))
	}
	if err != nil {
		return err
	}
	var u workbook.Upload
	if err := g.write(r, func(tx *db.Tx) (err error) { u, err = workbook.Keep(tx, name, body); return err }); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/register/workbook/"+u.ID)
}

// uploaded reads the one file of a form.
func uploaded(r *http.Request) (name string, body []byte, err error) {
	if err := r.ParseMultipartForm(4 << 20); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return "", nil, big
		}
		return "", nil, gov.Fail(gov.Invalid, "تعذّرت قراءة الملف، أرسله مرة أخرى", "The file could not be read; send it again").At("file").Because(err)
	}
	f, h, err := r.FormFile("file")
	if err != nil {
		return "", nil, gov.Fail(gov.Invalid, "اختر ملف المصنف أولًا", "Choose the workbook first").At("file")
	}
	defer f.Close()
	body, err = io.ReadAll(f)
	return shortened(h.Filename), body, err
}

// takenPage says what is wrong with a workbook, or what it would change.
type takenPage struct {
	*workbook.Report
	ID      string
	File    string
	Problem gov.Text // of the whole
	Shown   []workbook.Fault
	Entries []plannedEntry
	Total   int
	Prev    string
	Next    string
}

type plannedEntry struct {
	workbook.Planned
	List []change
}

// Home is the address of the entry's own page.
func (p plannedEntry) Home() string { return home(p.Service) }

// Words are the words of a text in one language.
func (p *takenPage) Words(t gov.Text, l string) string { return t.In(gov.Lang(l)) }

func (g *Register) kept(r *http.Request) (u workbook.Upload, err error) {
	err = g.read(r, func(tx *db.Tx) (err error) { u, err = workbook.Kept(tx, r.PathValue("id")); return err })
	return u, err
}

// checked checks a workbook that waits.
func (g *Register) checked(r *http.Request, u workbook.Upload) (*workbook.Report, error) {
	book, err := u.Read()
	if err != nil {
		return nil, err
	}
	var report *workbook.Report
	err = g.read(r, func(tx *db.Tx) (err error) {
		report, err = book.Check(tx, u.Organisation, g.Country.Currency)
		return err
	})
	return report, err
}

func (g *Register) taken(w http.ResponseWriter, r *http.Request) error {
	u, err := g.kept(r)
	if err != nil {
		return err
	}
	report, err := g.checked(r, u)
	if wrong, ok := gov.ProblemsOf(err, "file"); ok {
		return pages.RenderInvalid(w, r, "workbook", g.workbookPage(r, wrong))
	}
	if err != nil {
		return err
	}
	return pages.Render(w, r, "taken", g.takenPage(r, u, report))
}

func (g *Register) takenPage(r *http.Request, u workbook.Upload, report *workbook.Report) *takenPage {
	p := &takenPage{Report: report, ID: u.ID, File: u.Name, Total: len(report.Faults) + report.More}
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	page, n := faultsShown, len(report.Faults)
	if n == 0 {
		page, n = plannedShown, len(report.Planned)
	}
	from = min(max(from, 0), max(n-1, 0)) / page * page
	to := min(from+page, n)
	here := "/register/workbook/" + u.ID
	if from > 0 {
		p.Prev = ui.URL(r, here, "from", fmt.Sprint(from-page))
	}
	if to < n {
		p.Next = ui.URL(r, here, "from", fmt.Sprint(to))
	}
	if len(report.Faults) > 0 {
		p.Shown = report.Faults[from:to]
		return p
	}
	for _, x := range report.Planned[from:to] {
		e := plannedEntry{Planned: x}
		for i, d := range x.Differences {
			s := change{side: sideOf(d), New: x.New}
			s.Place = fmt.Sprint(strings.ReplaceAll(string(x.Service), "/", "-"), ".", i)
			e.List = append(e.List, s)
		}
		p.Entries = append(p.Entries, e)
	}
	return p
}

// marked sends the workbook back with its wrong cells marked.
func (g *Register) marked(w http.ResponseWriter, r *http.Request) error {
	u, err := g.kept(r)
	if err != nil {
		return err
	}
	report, err := g.checked(r, u)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := workbook.Mark(&b, bytes.NewReader(u.Body), report.Faults); err != nil {
		return err
	}
	return sendSheet(w, "corrections-"+string(u.Organisation)+".xlsx", b.Bytes())
}

// take makes drafts of what the workbook changes. When something became wrong
// since it was shown, it is shown again and nothing is taken.
func (g *Register) take(w http.ResponseWriter, r *http.Request) error {
	u, err := g.kept(r)
	if err != nil {
		return err
	}
	book, err := u.Read()
	if err != nil {
		return err
	}
	var report *workbook.Report
	err = g.write(r, func(tx *db.Tx) (err error) {
		if _, err = workbook.Kept(tx, u.ID); err != nil { // confirmed twice at once
			return err
		}
		if report, err = book.Take(tx, u.Organisation, g.Country.Currency); err != nil {
			return err
		}
		return workbook.Forget(tx, u)
	})
	if report != nil && len(report.Faults) > 0 {
		return pages.RenderInvalid(w, r, "taken", g.takenPage(r, u, report))
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/register?state=draft&done=taken")
}
