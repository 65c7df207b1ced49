package portal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"diwan.example/catalogue"
	"diwan.example/catalogue/cpsvap"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// openFiles are the files of the public catalogue, kept until it changes.
type openFiles struct {
	mu      sync.Mutex
	edition int64
	files   map[cpsvap.Syntax][]byte
}

// mediaTypes are the registered names of what is written.
var mediaTypes = map[cpsvap.Syntax]string{cpsvap.Turtle: "text/turtle; charset=utf-8", cpsvap.JSONLD: "application/ld+json"}

// endings are those of files in a syntax.
var endings = map[string]cpsvap.Syntax{".ttl": cpsvap.Turtle, ".jsonld": cpsvap.JSONLD}

func (p *Portal) catalogueRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /catalogue.ttl", Guard: ui.Anyone, Page: p.catalogueIn(cpsvap.Turtle)},
		{Pattern: "GET /catalogue.jsonld", Guard: ui.Anyone, Page: p.catalogueIn(cpsvap.JSONLD)},
		{Pattern: "GET /catalogue.context.jsonld", Guard: ui.Anyone, Page: p.catalogueContext},
	}
}

// catalogueIn gives every public service in one file.
func (p *Portal) catalogueIn(s cpsvap.Syntax) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		b, err := p.openFile(r, s)
		if err != nil {
			return err
		}
		return give(w, r, mediaTypes[s], b)
	}
}

// openFile writes the file anew when the catalogue has changed. One request
// writes; others wait for it.
func (p *Portal) openFile(r *http.Request, s cpsvap.Syntax) ([]byte, error) {
	p.open.mu.Lock()
	defer p.open.mu.Unlock()
	edition, err := p.Book.Edition(r.Context())
	if err != nil {
		return nil, err
	}
	if p.open.edition != edition || p.open.files == nil {
		p.open.edition, p.open.files = edition, map[cpsvap.Syntax][]byte{}
	}
	if b := p.open.files[s]; b != nil {
		return b, nil
	}
	var c cpsvap.Catalogue
	if err := p.read(r, func(tx *db.Tx) (err error) { c, err = cpsvap.Gather(tx, catalogue.Filter{Public: true}); return err }); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := cpsvap.Write(&b, s, p.Profile, public(c), nil); err != nil {
		return nil, err
	}
	p.open.files[s] = b.Bytes()
	return b.Bytes(), nil
}

// public is a catalogue without what names services that are not public.
func public(c cpsvap.Catalogue) cpsvap.Catalogue {
	known := map[gov.ServiceID]bool{}
	for _, s := range c.Services {
		known[s.ID] = true
	}
	hidden := func(id gov.ServiceID) bool { return !known[id] }
	for i := range c.Services {
		s := &c.Services[i]
		s.Requires = slices.DeleteFunc(slices.Clone(s.Requires), hidden)
		s.Related = slices.DeleteFunc(slices.Clone(s.Related), hidden)
	}
	return c
}

// serviceFile gives one public service, when the address ends like a file.
func (p *Portal) serviceFile(w http.ResponseWriter, r *http.Request) (given bool, err error) {
	id := string(serviceID(r))
	for ending, s := range endings {
		id, ok := strings.CutSuffix(id, ending)
		if !ok {
			continue
		}
		var c cpsvap.Catalogue
		if err := p.read(r, func(tx *db.Tx) (err error) { c, err = openEntry(tx, gov.ServiceID(id)); return err }); err != nil {
			return true, err
		}
		var b bytes.Buffer
		if err := cpsvap.Write(&b, s, p.Profile, c, nil); err != nil {
			return true, err
		}
		return true, give(w, r, mediaTypes[s], b.Bytes())
	}
	return false, nil
}

// openEntry is a catalogue of one public service. Errors: NotFound.
func openEntry(tx *db.Tx, id gov.ServiceID) (c cpsvap.Catalogue, err error) {
	s, err := catalogue.Find(tx, id)
	if err != nil {
		return c, err
	}
	if !s.Public() {
		return c, gov.Fail(gov.NotFound, "هذه الخدمة ليست في دليل الخدمات", "This service is not in the catalogue")
	}
	hidden := func(id gov.ServiceID) bool {
		other, bad := catalogue.Find(tx, id)
		if bad != nil && gov.KindOf(bad) != gov.NotFound {
			err = bad
		}
		return bad != nil || !other.Public()
	}
	s.Requires, s.Related = slices.DeleteFunc(s.Requires, hidden), slices.DeleteFunc(s.Related, hidden)
	if err != nil {
		return c, err
	}
	c.Services = []catalogue.Entry{s.Entry}
	if c.Organisations, err = catalogue.Organisations(tx); err != nil {
		return c, err
	}
	c.LifeEvents, err = catalogue.LifeEvents(tx)
	return c.Only(), err
}

// catalogueContext gives the JSON-LD context by itself, for those who write such
// files.
func (p *Portal) catalogueContext(w http.ResponseWriter, r *http.Request) error {
	return give(w, r, mediaTypes[cpsvap.JSONLD], slices.Concat([]byte(`{"@context":`), cpsvap.Context().JSON(), []byte("}\n")))
}

// give answers with a public file that caches may keep for a few minutes. Who has
// it already is told so. Scripts of other sites may read it.
func give(w http.ResponseWriter, r *http.Request, kind string, b []byte) error {
	sum := sha256.Sum256(b)
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Vary", "Accept-Encoding")
	h.Set("Access-Control-Allow-Origin", "*")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
	return nil
}
