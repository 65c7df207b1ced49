// Package papers is the pages on the way from paper to electronic documents: the
// register of every type of document, its progress for committees, the registers of
// old papers that entities bring, and the page on which anybody has a paper checked.
package papers

import (
	"context"
	"embed"
	"net/http"

	"diwan.example/document/archive"
	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Papers is the pages. Every field is needed.
type Papers struct {
	DB      *db.DB
	Archive *archive.Archive
	// Limit refuses whoever asks too often.
	Limit        func(r *http.Request, what string) error
	Organisation func(context.Context, gov.OrgID) gov.Text
	Service      func(context.Context, gov.ServiceID) gov.Text
	Offered      func(context.Context, gov.OrgID) ([]ui.Option, error) // the services of an organisation
	Kinds        func(context.Context, gov.ServiceID) ([]inventory.Kind, error)
}

var (
	readers = ui.Role(gov.Authority, gov.Committee, gov.Auditor, gov.Head, gov.Owner, gov.Supervisor)
	writers = ui.Role(gov.Head, gov.Owner, gov.Supervisor)
)

// largestRegister is the largest file of old papers that a page takes; the
// command line takes more.
const largestRegister = 64 << 20

// largestScan is the largest picture that is compared.
const largestScan = 20 << 20

// Routes are the addresses of the pages.
func (p *Papers) Routes() []ui.Route {
	const one = "/document-types/type/{type}"
	return []ui.Route{
		{Pattern: "GET /document-types", Guard: readers, Page: p.progress},
		{Pattern: "GET /document-types/list.csv", Guard: readers, Page: p.csv},
		{Pattern: "GET /document-types/uses.csv", Guard: readers, Page: p.usesCSV},
		{Pattern: "GET /document-types/uses", Guard: readers, Page: p.uses},
		{Pattern: "GET /document-types/list", Guard: readers, Page: p.list},
		{Pattern: "GET /document-types/of/{org}", Guard: readers, Page: p.entity},
		{Pattern: "GET /document-types/new", Guard: writers, Page: p.newForm},
		{Pattern: "POST /document-types/new", Guard: writers, Page: p.enter},
		{Pattern: "GET /document-types/archive", Guard: writers, Page: p.archive},
		{Pattern: "POST /document-types/archive", Guard: writers, Page: p.bring, MaxBody: largestRegister + 1<<20},
		{Pattern: "POST /document-types/archive/withdraw", Guard: writers, Page: p.withdraw},
		{Pattern: "GET " + one, Guard: readers, Page: p.one},
		{Pattern: "GET " + one + "/edit", Guard: writers, Page: p.editForm},
		{Pattern: "POST " + one + "/edit", Guard: writers, Page: p.edit},
		{Pattern: "POST " + one + "/move", Guard: writers, Page: p.move},
		{Pattern: "POST " + one + "/declare", Guard: writers, Page: p.declare},
		{Pattern: "GET /verify/paper", Guard: ui.Anyone, Page: p.checkForm},
		{Pattern: "POST /verify/paper", Guard: ui.Anyone, Page: p.check, MaxBody: largestScan + 1<<20},
	}
}

// Area is this package's part of the site's navigation.
func Area() ui.Area {
	return ui.Area{Name: pages.T("papers.area"), Home: "/document-types", Guard: readers, Links: []ui.Link{
		{Text: pages.T("papers.progress"), URL: "/document-types"},
		{Text: pages.T("papers.list"), URL: "/document-types/list"},
		{Text: pages.T("papers.archive"), URL: "/document-types/archive", Guard: writers},
	}}
}

func (p *Papers) read(r *http.Request, do func(tx *db.Tx) error) error {
	return p.DB.Read(r.Context(), do)
}

func (p *Papers) write(r *http.Request, do func(tx *db.Tx) error) error {
	return p.DB.Write(r.Context(), do)
}

// seesAll reports whether a reader follows every entity; others see their own.
func seesAll(a gov.Actor) bool { return a.Has(gov.Authority, gov.Committee, gov.Auditor) }

var errAbsent = gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")

// scope is the organisation that a reader asks for, as far as they may see it;
// empty means all. Errors: NotFound.
func scope(r *http.Request, asked string) (gov.OrgID, error) {
	a := gov.ActorFrom(r.Context())
	switch {
	case seesAll(a):
		return gov.OrgID(asked), nil
	case asked == "" || asked == string(a.Org):
		return a.Org, nil
	}
	return "", errAbsent
}

var tones = map[inventory.State]string{inventory.Paper: "warn", inventory.Both: "info", inventory.Electronic: "good", inventory.Ended: ""}

// formOf reads a posted form, files included. Errors: Invalid.
func formOf(r *http.Request) error {
	err := r.ParseMultipartForm(1 << 20)
	if err == nil || err == http.ErrNotMultipart {
		return nil
	}
	return gov.Fail(gov.Invalid, "تعذّرت قراءة النموذج، أو الملف أكبر من المسموح", "The form could not be read, or the file is larger than allowed").Because(err)
}
