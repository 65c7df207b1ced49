package admin

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/programme/policy"
	"diwan.example/web/ui"
)

// largestPack is the largest upload of a pack; each file may have a megabyte.
const largestPack = 6 << 20

// draft is a pack being written: its files, what is wrong with them, and what
// would change if they were published.
type draft struct {
	Files    []draftFile
	Service  gov.ServiceID // as far as known
	Pack     *pack.Pack    // when nothing is wrong
	Now      *pack.Pack    // the version in force, if there is one
	Wrong    []wrong
	Problems gov.Problems // of the upload itself
	Changes  []pack.Change
	Same     bool // the files are those in force
	Drafted  bool // just made of the catalogue's entry
	Ran      int
	Differs  []difference
	Tried    []Tried // its examples, run on the engine
	Drawing  template.URL
	Policies []policy.Finding // checks of the policies that do not pass
}

// wrong is one thing wrong with a draft: file:line:column, what, and the word
// that was probably meant.
type wrong struct {
	Place      string
	Text       gov.Text
	Suggestion string
}

type draftFile struct{ Name, Text string }

// difference is a past case that would run otherwise: its number only, never
// whose it is.
type difference struct {
	Ref           string
	Before, After course
}

type course struct {
	Outcome gov.Text
	Fee     gov.Money
	Wrong   []string
}

func courseOf(c casework.Course) course {
	out := course{Fee: c.Fee, Wrong: c.Wrong, Outcome: pages.T("admin.replay.open")}
	if c.Outcome != "" {
		out.Outcome = casework.OutcomeWords(c.Outcome)
	}
	return out
}

func blank(files map[string]string) (out []draftFile) {
	for _, n := range pack.SchemaFiles() {
		out = append(out, draftFile{n, files[n]})
	}
	return out
}

// newPackForm begins a service from files one has, or from a small working pack.
func (a *Admin) newPackForm(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "pack-new", a.filled(a.newPackFields(r), nil, nil))
}

func (a *Admin) newPackFields(r *http.Request) []ui.Field {
	fields := []ui.Field{
		{Kind: "short-text", Name: "id", Label: pages.T("admin.service"), Hint: pages.T("admin.service.hint"), MaxLength: 80},
		{Kind: "short-text", Name: "title_ar", Label: pages.T("admin.title.ar"), MaxLength: 120},
		{Kind: "short-text", Name: "title_en", Label: pages.T("admin.title.en"), MaxLength: 120},
	}
	if isOperator(r) {
		fields = append(fields, ui.Field{Kind: "one-of", Name: "org", Label: pages.T("admin.org"), Options: a.organisations()})
	}
	return fields
}

func (a *Admin) newPack(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	org := gov.ActorFrom(r.Context()).Org
	if isOperator(r) {
		org = gov.OrgID(r.PostForm.Get("org"))
	}
	title, err := titleOf(r)
	var files map[string]string
	if err == nil {
		files, err = pack.New(gov.ServiceID(strings.TrimSpace(r.PostForm.Get("id"))), org, title)
	}
	if err == nil && !a.knows(org) {
		err = gov.Fail(gov.Invalid, "اختر الجهة", "Choose the organisation").At("org")
	}
	if bad, ok := gov.ProblemsOf(err, "id"); ok {
		fields := a.newPackFields(r)
		return pages.RenderInvalid(w, r, "pack-new", a.filled(fields, ui.Read(r.PostForm, fields), bad))
	}
	if err != nil {
		return err
	}
	return pages.Render(w, r, "draft", draft{Files: blank(files), Service: gov.ServiceID(r.PostForm.Get("id"))})
}

func titleOf(r *http.Request) (gov.Text, error) {
	t := gov.Text{}
	for field, l := range map[string]gov.Lang{"title_ar": gov.Arabic, "title_en": gov.English} {
		if t[l], _ = gov.CleanText(strings.TrimSpace(r.PostForm.Get(field))); t[l] == "" {
			return nil, gov.Fail(gov.Invalid, "اكتب عنوان الخدمة بالعربية والإنجليزية", "Write the service's title in Arabic and English").At(field)
		}
	}
	return t, nil
}

// edit begins with the files in force.
func (a *Admin) edit(w http.ResponseWriter, r *http.Request) error {
	var d draft
	err := a.read(r, func(tx *db.Tx) error {
		p, err := a.Cases.Packs.Current(tx, serviceOf(r))
		if err != nil {
			return err
		}
		if a.Cases.Packs.MayPublish(tx, p) != nil {
			return errNoService
		}
		d = draft{Files: blank(p.Files), Service: p.ID}
		return nil
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "draft", d)
}

// sent reads the files of a draft: those typed, replaced by those uploaded.
func sent(r *http.Request) (files map[string]string, refused gov.Problems, err error) {
	if err := ui.ReadForm(r); err != nil {
		return nil, nil, err
	}
	files = map[string]string{}
	for _, n := range pack.SchemaFiles() {
		if s := unixLines(r.PostFormValue("file." + n)); strings.TrimSpace(s) != "" {
			files[n] = s
		}
	}
	seen := map[string]bool{}
	for _, h := range uploads(r) {
		switch {
		case !slices.Contains(pack.SchemaFiles(), h.Filename):
			refused = append(refused, gov.Problem{Field: "files", Text: pages.T("admin.upload.unknown", shortened(h.Filename), strings.Join(pack.SchemaFiles(), " "))})
			continue
		case seen[h.Filename]:
			refused = append(refused, gov.Problem{Field: "files", Text: pages.T("admin.upload.twice", h.Filename)})
			continue
		}
		seen[h.Filename] = true
		if files[h.Filename], err = content(h); err != nil {
			return nil, nil, err
		}
	}
	if len(files) == 0 && len(refused) == 0 {
		refused = append(refused, gov.Problem{Field: "files", Text: pages.T("admin.upload.none")})
	}
	return files, refused, nil
}

func uploads(r *http.Request) []*multipart.FileHeader {
	if r.MultipartForm == nil {
		return nil
	}
	return r.MultipartForm.File["files"]
}

// shortened keeps what was sent as a name from filling the page.
func shortened(s string) string {
	s, _ = gov.CleanText(s)
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func content(h *multipart.FileHeader) (string, error) {
	f, err := h.Open()
	if err != nil {
		return "", gov.Wrap(err, "open an uploaded pack file")
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return unixLines(string(b)), err
}

// unixLines undoes what browsers do to line ends, so that the same file has the
// same digest whichever way it came.
func unixLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// check reads a draft and shows what is wrong with it, or what it would change.
func (a *Admin) check(w http.ResponseWriter, r *http.Request) error {
	d, err := a.draft(r)
	if err == nil && d.Pack != nil {
		err = a.tried(r, &d)
	}
	if err != nil {
		return err
	}
	if len(d.Wrong) > 0 || len(d.Problems) > 0 {
		return pages.RenderInvalid(w, r, "draft", d)
	}
	return pages.Render(w, r, "draft", d)
}

func (a *Admin) draft(r *http.Request) (d draft, err error) {
	files, refused, err := sent(r)
	d.Files, d.Problems = blank(files), refused
	if err != nil || len(refused) > 0 {
		return d, err
	}
	return d, a.examine(r, &d, files)
}

// examine reads the files of a draft: what is wrong with them, else what they
// would change.
func (a *Admin) examine(r *http.Request, d *draft, files map[string]string) error {
	var p *pack.Pack
	err := a.Cases.DB.Read(r.Context(), func(tx *db.Tx) (err error) { p, err = a.Cases.Packs.Draft(tx, files); return err })
	var list pack.Problems
	if errors.As(err, &list) {
		for _, x := range list {
			d.Wrong = append(d.Wrong, wrong{fmt.Sprintf("%s:%d:%d", x.File, x.Line, x.Col), x.Text, x.Suggestion})
		}
		return nil
	}
	if bad, ok := gov.ProblemsOf(err, "files"); ok {
		d.Problems = bad
		return nil
	}
	if err != nil {
		return err
	}
	d.Pack, d.Service, d.Drawing = p, p.ID, picture(p, ui.LangOf(r))
	return a.compare(r, d)
}

// compare sets a draft that is the actor's to publish against the version in force.
func (a *Admin) compare(r *http.Request, d *draft) error {
	err := a.read(r, func(tx *db.Tx) error {
		if err := a.Cases.Packs.MayPublish(tx, d.Pack); err != nil {
			return err
		}
		var err error
		if d.Policies, err = policy.Preview(tx, d.Pack); err != nil {
			return err
		}
		now, err := a.Cases.Packs.Current(tx, d.Pack.ID)
		if gov.KindOf(err) == gov.NotFound {
			return nil
		}
		if err == nil {
			d.Now, d.Changes, d.Same = now, pack.Diff(a.whole(now), d.Pack), now.Digest == d.Pack.Digest
		}
		return err
	})
	if err != nil || d.Now == nil {
		return err
	}
	return a.replay(r, d)
}

// whole reads a stored version again with its examples as they are when a pack is
// written, so that they can be compared; the stored one stands when that fails.
func (a *Admin) whole(p *pack.Pack) *pack.Pack {
	o := a.Cases.Packs.Options
	o.Stored = false
	if again, err := pack.Parse(p.Files, o); err == nil {
		return again
	}
	return p
}

// replay runs the draft over the past year's cases, as the machine: what comes
// back names no person.
func (a *Admin) replay(r *http.Request, d *draft) error {
	return a.Cases.DB.Read(gov.WithActor(r.Context(), gov.System), func(tx *db.Tx) error {
		since := casework.Since(tx.Now().AddDate(-1, 0, 0))
		list, ran, err := a.Cases.Replay(tx, d.Pack, since)
		if err != nil {
			return err
		}
		d.Ran = ran
		for _, x := range list {
			d.Differs = append(d.Differs, difference{x.Ref, courseOf(x.Before), courseOf(x.After)})
		}
		return nil
	})
}

// publish puts a draft into force. What is wrong stands beside the files, as
// after a check; the version number in use is such a wrong too.
func (a *Admin) publish(w http.ResponseWriter, r *http.Request) error {
	d, err := a.draft(r)
	if err != nil {
		return err
	}
	if d.Pack == nil {
		return pages.RenderInvalid(w, r, "draft", d)
	}
	if err := a.tried(r, &d); err != nil || len(d.Problems) > 0 {
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "draft", d)
	}
	err = a.Publish(r.Context(), d.Pack.Files)
	if gov.KindOf(err) == gov.Conflict {
		d.Problems = gov.Problems{{Field: "files", Text: gov.PublicOf(err)}}
		return pages.RenderStatus(w, r, http.StatusConflict, "draft", d)
	}
	if bad, ok := gov.ProblemsOf(err, "files"); ok { // a policy refuses it; the check above shows which
		d.Problems = bad
		return pages.RenderInvalid(w, r, "draft", d)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/packs/"+string(d.Pack.ID)+"?done=published")
}

// tried runs the draft's examples for those who may publish it; that one does not
// come out as promised stands beside the files.
func (a *Admin) tried(r *http.Request, d *draft) (err error) {
	if a.Try == nil {
		return nil
	}
	d.Tried, err = a.Try(r.Context(), d.Pack)
	if gov.KindOf(err) == gov.Unavailable {
		return err
	}
	if err != nil {
		d.Problems = gov.Problems{{Field: "files", Text: pages.T("admin.examples.broken", err.Error())}}
		return nil
	}
	for _, x := range d.Tried {
		if x.Wrong != "" {
			d.Problems = append(d.Problems, gov.Problem{Field: "files", Text: pages.T("admin.examples.broken", x.Name+" – "+x.Wrong)})
		}
	}
	return nil
}

// Promised is how many of the tried examples came out as promised.
func (d draft) Promised() (n int) {
	for _, x := range d.Tried {
		if x.Wrong == "" {
			n++
		}
	}
	return n
}

// picture is a draft's procedure as an address of its own: it is stored nowhere.
func picture(p *pack.Pack, l gov.Lang) template.URL {
	return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(pack.Draw(p, l)))
}
