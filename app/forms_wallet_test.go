package app_test

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"diwan.example/app"
	"diwan.example/document"
	"diwan.example/document/mdoc"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/need"
)

// python is Debian's own: others do not see Debian's packages.
const python = "/usr/bin/python3"

// licensed issues a driving licence, the type that has every form, to a sample
// account.
func licensed(t *testing.T, a *app.App, account string) (out document.Document) {
	t.Helper()
	all, err := a.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who := slices.IndexFunc(all, func(x app.Account) bool { return x.Account.ID == account })
	var face bytes.Buffer
	if err := jpeg.Encode(&face, image.NewGray(image.Rect(0, 0, 60, 80)), nil); err != nil {
		t.Fatal(err)
	}
	stored, err := a.Blobs.Put(t.Context(), &face, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	photo := []form.Attachment{{Blob: stored.Key, Name: "photo.jpg", Type: "image/jpeg", Size: stored.Size, Scan: "clean"}}
	err = a.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		p, err := a.Packs.Current(tx, "traffic/driving-licence-renewal")
		if err != nil {
			return err
		}
		day := func(years int) string { return tx.Now().AddDate(years, 0, 0).Format("2006-01-02") }
		out, err = a.Issuer.Issue(tx, document.Draft{
			Type: "licence", Service: p.ID, Version: p.Version, Organisation: p.Organisation, Holder: all[who].ID, Channel: gov.Portal,
			Claims: []document.Claim{{Name: "name_ar", Value: "خالد محمد الدوسري"}, {Name: "name_en", Value: "Khalid Mohammed Aldoseri"},
				{Name: "family_name", Value: "Aldoseri"}, {Name: "given_name", Value: "Khalid Mohammed"}, {Name: "birth", Value: "1985-01-09"},
				{Name: "licence_number", Value: "D-850100011"}, {Name: "categories", Value: []any{"B", "C"}}, {Name: "issue_date", Value: day(0)},
				{Name: "expiry_date", Value: day(10)}, {Name: "since", Value: "2004-06-02"}, {Name: "country", Value: "BH"},
				{Name: "authority", Value: "General Directorate of Traffic"}, {Name: "sign", Value: "BRN"}, {Name: "photo", Value: photo}},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// openly is what anybody gets who wants to check: the newest trust list, and the
// root that signs it.
type openly struct {
	List string `json:"list"`
	Root string `json:"root"`
	Type string `json:"type"`
}

func openlyOf(t *testing.T, a *app.App, d document.Document) openly {
	t.Helper()
	if _, err := a.Issuer.Keys().Publish(t.Context()); err != nil { // the running platform does it within a minute
		t.Fatal(err)
	}
	roots, err := a.Issuer.Keys().Roots(t.Context())
	list := fetch(a, "/.well-known/diwan-trust-list")
	if err != nil || list.Code != 200 {
		t.Fatal(err, list.Code)
	}
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: roots[0].Raw})
	return openly{strings.TrimSpace(list.Body.String()), string(root), string(d.Service) + "#" + d.Type}
}

// readForm is what a program that is not ours found in a form.
type readForm struct {
	Failed   []string
	Passed   int
	Status   int
	Elements map[string]any
}

// walletsRead fetches both forms for wallets as a wallet does, and has them read.
func walletsRead(t *testing.T, a *app.App, d document.Document) {
	for _, p := range []string{"@openid4vc/openid4vci", "@sd-jwt/sd-jwt-vc", "@sd-jwt/jwt-status-list", "@auth0/mdl", "jose"} {
		need.File(t, filepath.Join("..", "e2e", "node_modules", p), "npm ci in e2e")
	}
	me := gov.WithActor(t.Context(), gov.Actor{Person: d.Holder, Channel: gov.Portal})
	order := struct {
		openly
		Selective string          `json:"selective"`
		Mobile    string          `json:"mobile"`
		Doctype   string          `json:"doctype"`
		Key       json.RawMessage `json:"key"`
	}{openly: openlyOf(t, a, d), Doctype: mdoc.LicenceDoctype}
	offer, err := a.Wallets.Make(me, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := npmWallet(t, map[string]any{"offer": offer.Link, "code": offer.Code, "config": order.Type, "also": order.Type + ":mdoc"}, nil)
	if len(got.Texts) != 1 || got.Also == "" {
		t.Fatalf("%+v", got)
	}
	order.Selective, order.Mobile, order.Key = got.Texts[0], got.Also, got.Key
	file, home := filepath.Join(t.TempDir(), "forms.json"), filepath.Join("..", "e2e")
	raw, err := json.Marshal(order)
	if err != nil || os.WriteFile(file, raw, 0o600) != nil {
		t.Fatal(err)
	}
	home, _ = filepath.Abs(home)
	out, err := exec.CommandContext(t.Context(), need.Tool(t, "node", "nodejs"), "testdata/forms.mjs", home, file).CombinedOutput()
	var found struct{ Selective, Mobile readForm }
	if err != nil || json.Unmarshal(out, &found) != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s, m := found.Selective, found.Mobile
	if s.Status != 0 || s.Elements["birth_date"] != "1985-01-09" || s.Elements["name_national_character"] != "خالد محمد الدوسري" || !reflect.DeepEqual(s.Elements["driving_privileges"], []any{"B", "C"}) {
		t.Errorf("SD-JWT VC: %+v", s)
	}
	if len(m.Failed) > 0 || m.Passed < 20 || m.Status != 0 {
		t.Errorf("mdoc: %q, %d checks passed, status %d", m.Failed, m.Passed, m.Status)
	}
	may := []any{map[string]any{"vehicle_category_code": "B"}, map[string]any{"vehicle_category_code": "C"}}
	if !reflect.DeepEqual(m.Elements["driving_privileges"], may) {
		t.Errorf("mdoc: driving_privileges is %v", m.Elements["driving_privileges"])
	}
	for _, must := range []string{"family_name", "given_name", "birth_date", "issue_date", "expiry_date", "issuing_country", "issuing_authority", "document_number", "portrait", "driving_privileges", "un_distinguishing_sign"} {
		if m.Elements[must] == nil || m.Elements[must] == "" {
			t.Errorf("mdoc: no %s, which ISO/IEC 18013-5 table 5 asks of every licence", must)
		}
	}
}

// codeRead reads the code on the page as an office printer prints it, and has the
// seal in it checked.
func codeRead(t *testing.T, a *app.App, d document.Document, page []byte) {
	zbar, ppm := need.Tool(t, "zbarimg", "zbar-tools"), need.Tool(t, "pdftoppm", "poppler-utils")
	if exec.Command(python, "-c", "import cbor2, cryptography").Run() != nil {
		need.Missing(t, "Python has no cbor2 or cryptography (Debian: python3-cbor2, python3-cryptography)")
	}
	holder := gov.WithActor(t.Context(), gov.Actor{Person: d.Holder, Channel: gov.Portal})
	text, err := a.Issuer.QRText(holder, d)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "page")
	if err := os.WriteFile(file+".pdf", page, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(ppm, "-r", "200", "-gray", "-png", file+".pdf", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pages, _ := filepath.Glob(file + "*.png")
	out, err := exec.Command(zbar, append([]string{"--quiet", "--raw"}, pages...)...).Output()
	codes := strings.Fields(string(out))
	if len(codes) == 0 || slices.ContainsFunc(codes, func(c string) bool { return c != text }) {
		t.Fatalf("%v: printed codes %q, want %q", err, codes, text)
	}
	pub := openlyOf(t, a, d)
	if out, err := sealRead(pub, codes[0][:len(codes[0])-3]+"000"); err == nil {
		t.Errorf("a changed seal is read as good: %s", out)
	}
	out, err = sealRead(pub, codes[0])
	var found struct {
		Issuer, Number, Code string
		Claims               map[string]any
		Status               struct {
			URI string
			IDX int
		}
	}
	if err != nil || json.Unmarshal(out, &found) != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if found.Issuer != string(d.Organisation) || found.Number != d.Number || found.Code != string(d.ID) || found.Claims["name_ar"] != "خالد محمد الدوسري" || found.Claims["birth"] != "1985-01-09" ||
		found.Status.URI != d.Status.List.URI || found.Status.IDX != int(d.Status.List.Index) {
		t.Errorf("the seal says %s", out)
	}
}

// sealRead has Python check the text of a code.
func sealRead(pub openly, text string) ([]byte, error) {
	order, err := json.Marshal(struct {
		openly
		Text string `json:"text"`
	}{pub, text})
	if err != nil {
		return nil, err
	}
	c := exec.Command(python, "testdata/forms.py")
	c.Stdin = bytes.NewReader(order)
	return c.CombinedOutput()
}
