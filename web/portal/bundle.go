package portal

import (
	"archive/zip"
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"html/template"
	"iter"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
	"diwan.example/internal/sign"
)

//go:embed bundle.tmpl
var bundleFiles embed.FS

var bundleIndex = template.Must(template.ParseFS(bundleFiles, "bundle.tmpl"))

// bundleTime is how long one document may take on its way out.
const bundleTime = time.Minute

// bundle is a shelf on its way into one ZIP archive.
type bundle struct {
	p     *Portal
	r     *http.Request
	zip   *zip.Writer
	deal  *http.ResponseController
	Name  gov.Text
	At    time.Time
	Lines []bundleLine
	Lost  int    // documents of which something could not be put in
	Root  string // fingerprint of the root of the trust list

	log merkle.Keys // by which the proofs' log is known
}

// bundleLine is a document in the list of an archive.
type bundleLine struct {
	Number             string
	Title, Org, State  gov.Text
	Issued, Until      string
	Page, Signed, Loss string // names of files; what is missing, in words of both languages
	Proof              string // of the public log; empty: it does not stand there, or not yet
}

// bundle streams all documents of a shelf: each as PDF, as what was signed and
// with its proof of the public log; the trust list and the keys that verify them
// without anybody; and a page that lists them and says how. What fails with one document is
// said in the list and loses none of the others. A child's or a company's
// documents are each a look in their access log.
func (p *Portal) bundle(w http.ResponseWriter, r *http.Request) error {
	s, err := p.heldOf(r, r.URL.Query().Get("for"))
	if err != nil {
		return err
	}
	next, stop := iter.Pull2(p.Engine.Issuer.Everything(me(r), gov.PersonID(s.holder)))
	defer stop()
	d, err, more := next()
	if err != nil {
		return err // nothing was sent yet
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "documents-" + p.db().Now().In(p.zone()).Format(time.DateOnly) + ".zip"}))
	b := &bundle{p: p, r: r, zip: zip.NewWriter(w), deal: http.NewResponseController(w), Name: s.Name, At: p.db().Now().In(p.zone())}
	for ; more; d, err, more = next() {
		if err == nil {
			err = b.put(d)
		}
		if err != nil {
			panic(http.ErrAbortHandler) // half an archive must not look like a whole one
		}
	}
	if err := cmp.Or(b.close(), b.zip.Close()); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// put adds one document; an error is one of the connection.
func (b *bundle) put(d document.Document) error {
	b.deal.SetWriteDeadline(b.p.db().Now().Add(bundleTime)) // counted anew with each document
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(b.p.zone()).Format(time.DateOnly)
	}
	x := bundleLine{Number: d.Number, Title: d.Title, Org: b.p.org(b.r.Context(), d.Organisation), State: d.State.Label(), Issued: day(d.Issued), Until: day(d.ValidUntil)}
	if len(x.Title) == 0 {
		x.Title = gov.T("وثيقة", "Document")
	}
	x.Signed = "signed/" + d.Number + ".jws"
	if err := b.file(x.Signed, []byte(d.Token), d.Issued); err != nil {
		return err
	}
	if err := b.proof(&x, d); err != nil {
		return err
	}
	var page bytes.Buffer
	if err := b.p.Engine.Issuer.Render(me(b.r), &page, d.ID); err != nil {
		x.Loss = gov.PublicOf(err).In(gov.Arabic) + " / " + gov.PublicOf(err).In(gov.English)
		b.Lost++
	} else {
		x.Page = "pdf/" + d.Number + ".pdf"
		if err := b.file(x.Page, page.Bytes(), d.Issued); err != nil {
			return err
		}
	}
	b.Lines = append(b.Lines, x)
	return nil
}

// proof adds the proof that a document stands in the public log; whoever gets the
// archive may see the document. One that is not there yet goes without.
func (b *bundle) proof(x *bundleLine, d document.Document) error {
	var s document.Standing
	err := b.p.read(b.r, func(tx *db.Tx) (err error) { s, err = b.p.Engine.Issuer.Proof(tx, d); return err })
	if gov.KindOf(err) == gov.NotFound || err == nil && s.Since.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	b.log, x.Proof = s.Keys, "proof/"+d.Number+".tlog-proof"
	return b.file(x.Proof, []byte(s.File(d)), s.Since)
}

func (b *bundle) file(name string, body []byte, at time.Time) error {
	w, err := b.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC()})
	if err == nil {
		_, err = w.Write(body)
	}
	if err == nil {
		err = b.zip.Flush()
	}
	return err
}

// close adds what verifies the rest without a network, and the list.
func (b *bundle) close() error {
	set, err := b.p.Engine.Issuer.Keys().Public(b.r.Context())
	if err == nil {
		var keys []byte
		if keys, err = json.MarshalIndent(set, "", " "); err == nil {
			err = b.file("keys.json", keys, b.At)
		}
	}
	if err == nil {
		err = b.trust()
	}
	if err == nil && b.log.Log != "" {
		err = b.file("trust/log.keys", []byte(strings.TrimSpace(b.log.Log+"\n"+b.log.Clock)+"\n"), b.At)
	}
	if err != nil {
		return err
	}
	var list bytes.Buffer
	if err := bundleIndex.Execute(&list, b); err != nil {
		return err
	}
	return b.file("index.html", list.Bytes(), b.At)
}

// HasLog reports whether the archive holds the keys of a log.
func (b *bundle) HasLog() bool { return b.log.Log != "" }

// Example is the line on which the page shows how to verify; nil: there is none.
func (b *bundle) Example() *bundleLine {
	if len(b.Lines) == 0 {
		return nil
	}
	at := max(0, slices.IndexFunc(b.Lines, func(l bundleLine) bool { return l.Page != "" && l.Proof != "" }))
	return &b.Lines[at]
}

// trust adds the trust list and its root.
func (b *bundle) trust() error {
	keys := b.p.Engine.Issuer.Keys()
	_, list, err := keys.Newest(b.r.Context())
	if err != nil {
		return err
	}
	roots, err := keys.Roots(b.r.Context())
	if err != nil {
		return err
	}
	var text []byte
	for _, c := range roots {
		text = append(text, sign.CertificatesPEM(c.Raw)...)
	}
	if len(roots) > 0 {
		b.Root = trust.Fingerprint(roots[0])
	}
	return cmp.Or(b.file("trust/trust-list.jws", list, b.At), b.file("trust/root.pem", text, b.At))
}
