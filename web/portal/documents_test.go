package portal

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/merkle"
)

// card applies for an identity card and gets its document.
func (w *town) card(a gov.Actor) document.Document {
	w.T.Helper()
	c := w.Apply(a, "identity-card/renewal", w.Renewal(a))
	w.Pay(a, c.ID)
	if err := w.Decide(w.Officer("o", "iga"), w.Task(a, c.ID).ID, casework.Verdict{Outcome: "approve"}); err != nil {
		w.T.Fatal(err)
	}
	all, err := w.Cases.Issuer.Held(gov.WithActor(w.T.Context(), a), a.Person)
	if err != nil || len(all) == 0 {
		w.T.Fatal("no document", err)
	}
	return all[0]
}

func archive(t *testing.T, b *browser, path string) map[string]string {
	t.Helper()
	b.get(path)
	raw := b.last.Body.Bytes()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(r)
		out[f.Name] = string(b)
	}
	return out
}

// A shelf leaves as one archive; a document that is broken loses none of the others.
func TestAllDocumentsAsOneArchive(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	one := w.card(layla)
	if err := w.public.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	two := w.card(layla) // which the log has not taken in
	b := w.as(layla)
	files := archive(t, b, "/documents/all.zip")
	w.offline(files, one)
	if len(files) != 10 || strings.Count(files["index.html"], "Not in the public log yet") != 1 || !strings.HasPrefix(files["pdf/"+one.Number+".pdf"], "%PDF") || files["signed/"+two.Number+".jws"] != two.Token || !strings.Contains(files["keys.json"], `"kid"`) {
		t.Errorf("%d files", len(files))
	}
	b.get("/documents/" + string(one.ID) + "/signed")
	if b.status(http.StatusOK); b.last.Header().Get("Content-Type") != "application/jose" {
		t.Error("no signed data")
	}
	b.page("/documents/"+string(one.ID)+"/view", "data:image/png", "Temporary card", "Card valid until")
	b.page("/documents/"+string(one.ID), string(one.ID)+"/proof\"", "إثبات السجل العام", string(one.ID)+"/seal\"", "الختم الرقمي")
	b.get("/documents/" + string(one.ID) + "/seal")
	b.status(http.StatusOK)
	for _, c := range two.Claims {
		if c.Kind == form.File { // the same photograph in both
			if err := w.Cases.Blobs.Delete(t.Context(), c.Value.([]any)[0].(map[string]any)["blob"].(string)); err != nil {
				t.Fatal(err)
			}
		}
	}
	files = archive(t, b, "/documents/all.zip")
	if index := files["index.html"]; len(files) != 8 || !strings.Contains(index, "There is no such file") || !strings.Contains(index, "2 could not be drawn") {
		t.Errorf("%d files\n%s", len(files), index)
	}
	for _, path := range []string{"/pdf", "/view", "/signed", ""} {
		x := w.as(w.Resident(12))
		x.get("/documents/" + string(one.ID) + path)
		x.status(http.StatusNotFound)
		y := w.browser()
		y.get("/documents/" + string(one.ID) + path)
		y.to("/sign-in")
	}
	x := w.as(w.Resident(12))
	x.get("/documents/all.zip?for=" + string(layla.Person))
	x.status(http.StatusNotFound)
}

// offline verifies a document by nothing but what an archive holds.
func (w *town) offline(files map[string]string, d document.Document) {
	w.T.Helper()
	block, _ := pem.Decode([]byte(files["trust/root.pem"]))
	if block == nil {
		w.T.Fatal("no root in the archive")
	}
	root, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		w.T.Fatal(err)
	}
	list, err := trust.Open([]byte(files["trust/trust-list.jws"]), []*x509.Certificate{root}, w.DB.Now())
	if err != nil {
		w.T.Fatal(err)
	}
	for _, name := range []string{"pdf/" + d.Number + ".pdf", "signed/" + d.Number + ".jws"} {
		if got := verdict.Check(w.T.Context(), []byte(files[name]), verdict.Options{Trust: verdict.Of(list), Now: w.DB.Now()}); got.State != verdict.Valid || got.Number != d.Number {
			w.T.Errorf("%s: %+v", name, got)
		}
	}
	keys, err := merkle.ReadKeys(files["trust/log.keys"])
	if err != nil {
		w.T.Fatal(err)
	}
	p, err := merkle.ReadProof(files["proof/"+d.Number+".tlog-proof"])
	if err != nil {
		w.T.Fatal(err)
	}
	o, err := p.Opening()
	if err != nil || o.Record != files["signed/"+d.Number+".jws"] {
		w.T.Error("the proof is not the document's", err)
	}
	if _, err := p.Verify(o.Entry(o.Record), keys); err != nil {
		w.T.Error(err)
	}
	if index := files["index.html"]; !strings.Contains(index, trust.Fingerprint(root)) || !strings.Contains(index, "diwan log verify proof/"+d.Number+".tlog-proof --key trust/log.keys") {
		w.T.Error("the list does not say how to verify:", index)
	}
}

// A company's documents are seen by whoever speaks for it, while they do.
func TestCompanyDocumentsByMandate(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	d := w.card(layla)
	w.Do(gov.System, func(tx *db.Tx) error {
		draft := document.Draft{Type: d.Type, Service: d.Service, Version: d.Version, Organisation: d.Organisation, Case: "c", Holder: "cr-4711"}
		for _, c := range d.Claims {
			draft.Claims = append(draft.Claims, document.Claim{Name: c.Name, Value: c.Value})
		}
		_, err := w.Cases.Issuer.Issue(tx, draft)
		if err == nil {
			_, err = identity.Grant(tx, identity.Mandate{Holder: layla.Person, For: "cr-4711", ForName: gov.T("شركة النخلة", "Palm Ltd"), Kind: identity.Company, Until: tx.Now().Add(time.Hour), Source: "test"})
		}
		return err
	})
	b := w.as(layla)
	page := b.page("/documents", "cr-4711", "all.zip?for=cr-4711")
	doc := href.FindAllStringSubmatch(page, -1)
	b.page(doc[len(doc)-1][1])
	if files := archive(t, b, "/documents/all.zip?for=cr-4711"); len(files) != 6 || files["trust/root.pem"] == "" {
		t.Errorf("%d files", len(files))
	}
	if strings.Contains(b.last.Body.String(), `id="wrong"`) {
		t.Error("a company's document is corrected as a person's")
	}
	b.Pass(2 * time.Hour)
	b = w.as(layla)
	if strings.Contains(b.page("/documents"), "cr-4711") {
		t.Error("the mandate has ended")
	}
	b.get(doc[len(doc)-1][1])
	b.status(http.StatusNotFound)
	b.get("/documents/all.zip?for=cr-4711")
	b.status(http.StatusNotFound)
}

// What a share shows, for how long, and what its maker learns of who looked.
func TestShareByHours(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	doc := "/documents/" + string(w.card(layla).ID)
	b := w.as(layla)
	claim := regexp.MustCompile(`name="claims" value="([^"]+)"`).FindStringSubmatch(b.page(doc))[1]
	b.post(doc+"/shares", "claims", claim, "time", "7y")
	b.status(http.StatusUnprocessableEntity, "اختر موعدًا")
	b.post(doc+"/shares", "claims", claim, "time", "1h", "to", strings.Repeat("ب", 200))
	b.status(http.StatusUnprocessableEntity, "ثمانين")
	b.post(doc+"/shares", "claims", claim, "time", "1h", "to", "<b>البنك</b>")
	b.to(doc + "#shares")
	page := b.page(doc, "&lt;b&gt;البنك", "ساعة واحدة")
	code := regexp.MustCompile(`name="code" value="([^"]+)"`).FindStringSubmatch(page)[1]
	x := w.browser()
	if strings.Contains(x.page("/v/"+code, "يُخبَر صاحب الوثيقة"), "البنك") {
		t.Error("the note is shown to the looker")
	}
	w.as(w.Resident(12)).page("/v/" + code)
	b.page(doc, "زائر لم يسجّل الدخول", "بصفته الشخصية", "فُتحت مرتين")
	b.Pass(time.Hour)
	x.get("/v/" + code)
	x.status(http.StatusNotFound)
}
