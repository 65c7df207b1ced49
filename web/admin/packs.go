package admin

import (
	"archive/zip"
	"bytes"
	"net/http"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

func (a *Admin) packRoutes() []ui.Route {
	const version = "/admin/packs/{area}/{name}/versions/{version}/"
	return []ui.Route{
		{Pattern: "GET /admin/packs", Guard: packsSeen, Page: a.packs},
		{Pattern: "GET /admin/packs/new", Guard: owner, Page: a.newPackForm},
		{Pattern: "GET /admin/packs/documented", Guard: owner, Page: a.documented},
		{Pattern: "POST /admin/packs/new", Guard: owner, Page: a.newPack, MaxBody: 64 << 10},
		{Pattern: "POST /admin/packs/check", Guard: owner, Page: a.check, MaxBody: largestPack},
		{Pattern: "POST /admin/packs/publish", Guard: owner.AndStepUp(), Page: a.publish, MaxBody: largestPack},
		{Pattern: "GET /admin/packs/{area}/{name}", Guard: packsSeen, Page: a.pack},
		{Pattern: "GET /admin/packs/{area}/{name}/edit", Guard: owner, Page: a.edit},
		{Pattern: "GET /admin/packs/{area}/{name}/draft", Guard: owner, Page: a.draftOf},
		{Pattern: "GET " + version + "changes", Guard: packsSeen, Page: a.changes},
		{Pattern: "GET " + version + "drawing.svg", Guard: packsSeen, Page: a.drawing},
		{Pattern: "GET " + version + "procedure.bpmn", Guard: packsSeen, Page: a.bpmn},
		{Pattern: "GET " + version + "pack.zip", Guard: packsSeen, Page: a.archive},
		{Pattern: "GET " + version + "files/{file}", Guard: packsSeen, Page: a.packFile},
	}
}

type packRow struct {
	pack.Head
	Org gov.Text
}

// packs lists the services that run: all of them for operators and auditors,
// else those of the own organisation; a page at a time.
func (a *Admin) packs(w http.ResponseWriter, r *http.Request) error {
	me, data := gov.ActorFrom(r.Context()), packsPage{}
	data.MayWrite = owner.Allow(me)
	err := a.read(r, func(tx *db.Tx) error {
		list, err := a.Cases.Packs.Heads(tx, reach(me))
		for _, p := range list {
			if matches(r, string(p.ID), p.Title) {
				data.Rows = append(data.Rows, packRow{p, a.org(p.Organisation)})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if wants(r) {
		s := sheet{name: "packs", heads: []gov.Text{pages.T("admin.service"), pages.T("admin.title"), pages.T("admin.org"), pages.T("admin.version")}}
		for _, p := range data.Rows {
			s.rows = append(s.rows, []any{string(p.ID), p.Title, p.Org, p.Version})
		}
		return s.send(w, r)
	}
	data.Rows, data.Paging = paged(r, data.Rows)
	return pages.Render(w, r, "packs", data)
}

// reach is the organisation whose services the actor sees; empty: all.
func reach(me gov.Actor) gov.OrgID {
	if me.Has(gov.Operator, gov.Auditor) {
		return ""
	}
	return me.Org
}

type packsPage struct {
	Rows     []packRow
	MayWrite bool
	Paging
}

func serviceOf(r *http.Request) gov.ServiceID {
	return gov.ServiceID(r.PathValue("area") + "/" + r.PathValue("name"))
}

var errNoService = gov.Fail(gov.NotFound, "لا توجد خدمة بهذا الاسم في جهتك", "Your organisation has no service of this name")

// visible reports whether the actor may read the pack.
func visible(me gov.Actor, p *pack.Pack) bool {
	return me.Has(gov.Operator, gov.Auditor) || me.Org == p.Organisation
}

// versionOf loads the version that an address names.
func (a *Admin) versionOf(r *http.Request) (p *pack.Pack, err error) {
	err = a.read(r, func(tx *db.Tx) (err error) {
		p, err = a.Cases.Packs.At(tx, serviceOf(r), r.PathValue("version"))
		if err == nil && !visible(tx.Actor(), p) {
			err = errNoService
		}
		return err
	})
	return p, err
}

// packPage is a service with its history.
type packPage struct {
	*pack.Pack
	Org      gov.Text
	Versions []version
	Names    []string // of its files
	MayWrite bool
	Done     string
}

type version struct {
	pack.Version
	By    gov.Text
	First bool // nothing stood before it
}

func (a *Admin) pack(w http.ResponseWriter, r *http.Request) error {
	var p packPage
	err := a.read(r, func(tx *db.Tx) (err error) {
		if p.Pack, err = a.Cases.Packs.Current(tx, serviceOf(r)); err != nil {
			return err
		}
		if !visible(tx.Actor(), p.Pack) {
			return errNoService
		}
		p.MayWrite = a.Cases.Packs.MayPublish(tx, p.Pack) == nil
		p.Versions, err = a.versions(tx, p.ID)
		return err
	})
	if err != nil {
		return err
	}
	p.Org, p.Names, p.Done = a.org(p.Organisation), namesOf(p.Pack), done(r)
	return pages.Render(w, r, "pack", p)
}

func (a *Admin) versions(tx *db.Tx, s gov.ServiceID) (out []version, err error) {
	list, err := a.Cases.Packs.Versions(tx, s)
	if err != nil {
		return nil, err
	}
	var who []gov.PersonID
	for _, v := range list {
		who = append(who, v.Publisher)
	}
	names, err := identity.Names(tx, who...)
	for i, v := range list {
		by := names[v.Publisher]
		if v.Publisher == gov.System.Person {
			by = pages.T("admin.by.machine")
		}
		out = append(out, version{v, by, i == len(list)-1})
	}
	return out, err
}

// namesOf lists the files of a pack in the order people write them.
func namesOf(p *pack.Pack) (out []string) {
	for _, n := range pack.SchemaFiles() {
		if _, ok := p.Files[n]; ok {
			out = append(out, n)
		}
	}
	return out
}

// changes shows what a version changed.
func (a *Admin) changes(w http.ResponseWriter, r *http.Request) error {
	now, err := a.versionOf(r)
	if err != nil {
		return err
	}
	p := changesPage{Pack: now}
	err = a.read(r, func(tx *db.Tx) error {
		list, err := a.Cases.Packs.Versions(tx, now.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(v pack.Version) bool { return v.Version == now.Version })
		if i < 0 || i+1 >= len(list) {
			return errNoPage
		}
		if p.Before, err = a.Cases.Packs.At(tx, now.ID, list[i+1].Version); err == nil {
			p.Changes = pack.Diff(a.whole(p.Before), a.whole(now))
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "changes", p)
}

type changesPage struct {
	*pack.Pack
	Before  *pack.Pack
	Changes []pack.Change
}

// drawing answers the procedure as a picture. Its own style is allowed to it,
// and nothing else.
func (a *Admin) drawing(w http.ResponseWriter, r *http.Request) error {
	p, err := a.versionOf(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "private, max-age=300")
	_, err = w.Write(pack.Draw(p, ui.LangOf(r)))
	return err
}

func download(w http.ResponseWriter, kind, name string, b []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := w.Write(b)
	return err
}

func (a *Admin) bpmn(w http.ResponseWriter, r *http.Request) error {
	p, err := a.versionOf(r)
	if err != nil {
		return err
	}
	return download(w, "application/xml; charset=utf-8", r.PathValue("name")+"-"+p.Version+".bpmn", pack.BPMN(p))
}

func (a *Admin) packFile(w http.ResponseWriter, r *http.Request) error {
	p, err := a.versionOf(r)
	if err != nil {
		return err
	}
	text, ok := p.Files[r.PathValue("file")]
	if !ok {
		return gov.Fail(gov.NotFound, "ليس في هذه الخدمة ملف بهذا الاسم", "This service has no file of this name")
	}
	return download(w, "application/yaml; charset=utf-8", r.PathValue("file"), []byte(text))
}

// archive answers all files of a version in one.
func (a *Admin) archive(w http.ResponseWriter, r *http.Request) error {
	p, err := a.versionOf(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range namesOf(p) {
		f, err := z.Create(string(p.ID) + "/" + n)
		if err == nil {
			_, err = f.Write([]byte(p.Files[n]))
		}
		if err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return download(w, "application/zip", r.PathValue("name")+"-"+p.Version+".zip", b.Bytes())
}

// When is the moment of publication.
func (v version) When() time.Time { return time.UnixMilli(v.Published) }
