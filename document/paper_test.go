package document_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/internal/pdf/pdftest"
	"diwan.example/internal/sign"
	"diwan.example/pack"
	"diwan.example/packs"
)

var papers = flag.String("papers", "", "write the drawn documents into this directory")

// judgment has every kind of block that a pack knows.
var judgment = &pack.Document{
	ID:    "judgment",
	Title: gov.T("حكم في مطالبة صغيرة", "Small claim judgment"),
	Claims: []pack.Claim{
		{Name: "claimant", Label: gov.T("المدعي", "Claimant"), Public: true},
		{Name: "photo", Label: gov.T("الصورة", "Photograph"), Kind: form.File},
		{Name: "amount", Label: gov.T("المبلغ", "Amount"), Kind: form.Money},
		{Name: "address", Label: gov.T("العنوان", "Address"), Kind: form.Address},
		{Name: "agreed", Label: gov.T("رضاء الطرفين", "By consent"), Kind: form.YesNo},
		{Name: "court", Label: gov.T("المحكمة", "Court")},
		{Name: "items", Label: gov.T("البنود", "Items"), Kind: form.Group},
		{Name: "absent", Label: gov.T("لا يظهر", "Never shown")},
	},
	Layout: []pack.Block{
		{Heading: gov.T("حكم", "Judgment")},
		{Paragraph: gov.T("حكمت {court} للمدعي {claimant} بمبلغ {amount} في الدعوى {reference}.", "The {court} awards {claimant} the sum of {amount} in case {reference}.")},
		{Photo: "photo"},
		{Fields: []string{"claimant", "amount", "address", "agreed", "absent"}},
		{Table: &pack.Table{Rows: "items", Columns: []pack.Column{
			{Name: "what", Label: gov.T("البند", "Item")}, {Name: "price", Label: gov.T("المبلغ", "Amount"), Kind: form.Money}}}},
		{Rule: true},
		{Signature: gov.T("قلم كتاب المحكمة الصغرى", "Registry of the Lower Court")},
		{Small: gov.T("صدر برقم {number} في {issued}.", "Issued under number {number} on {issued}.")},
	},
}

func portrait() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 60, 80))
	for x := range 60 {
		for y := range 80 {
			m.Set(x, y, color.RGBA{uint8(4 * x), uint8(3 * y), 90, 255})
		}
	}
	var b bytes.Buffer
	png.Encode(&b, m)
	return b.Bytes()
}

func court(t *testing.T, d *db.DB, def *pack.Document) (*document.Issuer, document.Draft) {
	t.Helper()
	return courtWith(t, d, def, portrait())
}

func courtWith(t *testing.T, d *db.DB, def *pack.Document, picture []byte) (*document.Issuer, document.Draft) {
	t.Helper()
	files, err := blob.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	photo, err := files.Put(t.Context(), bytes.NewReader(picture), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	v, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	i, err := document.New(d, document.Options{
		Vault: v,
		Types: func(*db.Tx, gov.ServiceID, string, string) (*pack.Document, error) { return def, nil },
		Organisation: func(*db.Tx, gov.OrgID) (gov.Text, error) {
			return gov.T("وزارة العدل", "Ministry of Justice"), nil
		},
		Blobs:   files,
		BaseURL: "https://gov.example",
		Notice:  gov.T("هذه بيانات تجريبية", "These are sample data"),
	})
	if err != nil {
		t.Fatal(err)
	}
	dr := draft()
	dr.Type, dr.Organisation, dr.Claims = "judgment", "moj", []document.Claim{
		{Name: "claimant", Value: "يوسف الدوسري"},
		{Name: "photo", Value: []form.Attachment{{Blob: photo.Key, Name: "me.png", Type: "image/png", Size: photo.Size}}},
		{Name: "amount", Value: int64(850_500)},
		{Name: "address", Value: map[string]any{"block": "304", "road": "17", "building": "12", "flat": ""}},
		{Name: "agreed", Value: false},
		{Name: "court", Value: gov.T("المحكمة الصغرى", "Lower Court")},
		{Name: "items", Value: []any{map[string]any{"what": "مكيّف", "price": int64(800_000)}, map[string]any{"what": "Delivery"}}},
		{Name: "absent"},
	}
	return i, dr
}

func issueWith(t *testing.T, d *db.DB, i *document.Issuer, dr document.Draft) (made document.Document) {
	t.Helper()
	err := d.Write(as(gov.System), func(tx *db.Tx) (err error) { made, err = i.Issue(tx, dr); return err })
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// unsigned is a page as it was before it was signed, which is another time each time.
func unsigned(b *bytes.Buffer) []byte {
	i := bytes.Index(b.Bytes(), []byte("%%EOF\n"))
	return b.Bytes()[:max(i, 0)]
}

func TestEveryBlockIsDrawn(t *testing.T) {
	d := dbtest.SQLite(t)
	i, dr := court(t, d, judgment)
	made := issueWith(t, d, i, dr)
	var first, again bytes.Buffer
	for _, w := range []*bytes.Buffer{&first, &again} {
		if err := i.Render(pupil, w, made.ID); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.HasPrefix(first.Bytes(), []byte("%PDF-")) || !bytes.Equal(unsigned(&first), unsigned(&again)) {
		t.Errorf("%d bytes, then %d", first.Len(), again.Len())
	}
	pdftest.Archival(t, first.Bytes())
	var english bytes.Buffer
	if err := i.Render(pupil, &english, made.ID, gov.English); err != nil || bytes.Equal(english.Bytes(), first.Bytes()) {
		t.Errorf("one language draws the same as two: %v", err)
	}
	if err := i.Revoke(staff("moj", gov.Officer), made.ID, gov.T("صدر بالخطأ", "")); err != nil {
		t.Fatal(err)
	}
	var revoked bytes.Buffer
	if err := i.Render(pupil, &revoked, made.ID); err != nil || revoked.Len() <= first.Len() {
		t.Errorf("a revoked document has no mark: %v", err)
	}
	if *papers != "" {
		for name, b := range map[string]*bytes.Buffer{"judgment": &first, "english": &english, "revoked": &revoked} {
			if err := os.WriteFile(filepath.Join(*papers, name+".pdf"), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestValuesAsPeopleReadThem(t *testing.T) {
	d := dbtest.SQLite(t)
	i, dr := court(t, d, judgment)
	got, err := i.Get(pupil, issueWith(t, d, i, dr).ID)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]gov.Text{
		"claimant": gov.T("يوسف الدوسري", "يوسف الدوسري"),
		"photo":    gov.T("me.png", "me.png"),
		"amount":   gov.T("850.500 د.ب", "BD 850.500"),
		"address":  gov.T("مبنى 12، طريق 17، مجمع 304", "Building 12, Road 17, Block 304"),
		"agreed":   gov.T("لا", "No"),
		"court":    gov.T("المحكمة الصغرى", "Lower Court"),
	}
	for _, c := range got.Claims {
		if w, ok := want[c.Name]; ok && (c.Shown[gov.Arabic] != w[gov.Arabic] || c.Shown[gov.English] != w[gov.English]) {
			t.Errorf("%s is shown as %v", c.Name, c.Shown)
		}
		if c.Name == "absent" {
			t.Error("an absent claim is stated")
		}
	}
	if v, ok := got.Claims[2].Value.(int64); !ok || v != 850_500 {
		t.Errorf("the money came back as %T", got.Claims[2].Value)
	}
}

func TestMissingPictureIsNoBlankPage(t *testing.T) {
	d := dbtest.SQLite(t)
	i, dr := court(t, d, judgment)
	dr.Claims[1].Value = []form.Attachment{{Blob: "sha256-" + strings.Repeat("0", 64)}}
	var w bytes.Buffer
	if err := i.Render(pupil, &w, issueWith(t, d, i, dr).ID); err == nil || w.Len() != 0 {
		t.Errorf("%d bytes, %v", w.Len(), err)
	}
}

func BenchmarkIssue(b *testing.B) {
	d := dbtest.SQLite(b)
	v, _ := sign.OpenVault(sign.NewSecret())
	i, err := document.New(d, document.Options{Vault: v,
		Types: func(*db.Tx, gov.ServiceID, string, string) (*pack.Document, error) { return certificate, nil }})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	err = d.Write(as(gov.System), func(tx *db.Tx) error {
		for range b.N {
			if _, err := i.Issue(tx, draft()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// Every document that a pack of ours issues can be drawn, whatever kinds it has.
func TestPacksDocumentsAreDrawn(t *testing.T) {
	all, err := pack.ReadAll(packs.Files, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	drawn := 0
	for _, p := range all {
		for _, def := range p.Documents {
			d := dbtest.SQLite(t)
			i, dr := court(t, d, &def)
			photo := dr.Claims[1].Value
			dr.Type, dr.Title, dr.Claims = def.ID, nil, nil
			for _, c := range def.Claims {
				dr.Claims = append(dr.Claims, document.Claim{Name: c.Name, Value: sample(c, photo)})
			}
			var w bytes.Buffer
			if err := i.Render(pupil, &w, issueWith(t, d, i, dr).ID); err != nil {
				t.Errorf("%s %s: %v", p.ID, def.ID, err)
			}
			pdftest.Archival(t, w.Bytes())
			if *papers != "" {
				os.WriteFile(filepath.Join(*papers, strings.ReplaceAll(string(p.ID), "/", "-")+"-"+def.ID+".pdf"), w.Bytes(), 0o600)
			}
			drawn++
		}
	}
	if drawn < 3 {
		t.Errorf("only %d documents were drawn", drawn)
	}
}

// sample is a value of a claim's kind.
func sample(c pack.Claim, photo any) any {
	kind, q := c.Kind, c.Question()
	if kind == "" && q != nil {
		kind = q.Kind
	}
	switch kind {
	case form.File:
		return photo
	case form.Date:
		return "2026-11-23"
	case form.Money:
		return int64(12_500)
	case form.Number:
		return 7.0
	case form.YesNo:
		return true
	case form.Address:
		return map[string]any{"block": "304", "road": "17", "building": "12", "flat": "3"}
	case form.OneOf:
		if q != nil && len(q.Options) > 0 {
			return q.Options[0].Value
		}
	case form.LongText:
		return "اتفق الطرفان على توريد مكيّف في 3 مايو.\nولم يورَّد حتى اليوم."
	}
	if strings.HasSuffix(c.Name, "_en") {
		return "Sara Ahmed Ali"
	}
	return "سارة أحمد علي"
}
