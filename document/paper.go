package document

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/pdf"
	"diwan.example/pack"
)

// largestPicture bounds a picture on a page, in bytes.
const largestPicture = 10 << 20

// Render draws a document as PDF into w, signed with its organisation's key, for
// those who may Get it: its layout comes from the version of the pack under
// which it was issued. langs are the languages in reading order, as far as the
// pack has them; none of these means the pack's own. A document that is no longer
// in force says so across the page. Errors: as Get; Unavailable when a picture
// cannot be fetched or the key not opened; whatever w returns.
func (i *Issuer) Render(ctx context.Context, w io.Writer, id gov.DocumentID, langs ...gov.Lang) error {
	var page bytes.Buffer
	d, err := i.draw(ctx, &page, id, langs)
	if err == nil {
		err = i.downloaded(ctx, d)
	}
	if err == nil {
		_, err = w.Write(page.Bytes())
	}
	return err
}

// draw draws a document's page and signs it.
func (i *Issuer) draw(ctx context.Context, w io.Writer, id gov.DocumentID, langs []gov.Lang) (Document, error) {
	p, err := i.laid(ctx, id)
	if err != nil {
		return Document{}, err
	}
	var page bytes.Buffer
	if _, err := pdf.Render(&page, p.file(spoken(p.def, langs))); err != nil {
		return Document{}, err
	}
	signed, err := i.sealPage(ctx, page.Bytes(), p.doc, p.from)
	if err == nil {
		_, err = w.Write(signed)
	}
	return p.doc, err
}

// Sheet is a document as the blocks of its page, for those who may Get it and
// show them otherwise than on paper. Errors: as Render.
func (i *Issuer) Sheet(ctx context.Context, id gov.DocumentID, langs ...gov.Lang) (Document, pdf.Document, error) {
	p, err := i.laid(ctx, id)
	if err != nil {
		return Document{}, pdf.Document{}, err
	}
	return p.doc, p.file(spoken(p.def, langs)), nil
}

// laid puts a document that the actor may Get onto its page.
func (i *Issuer) laid(ctx context.Context, id gov.DocumentID) (*paper, error) {
	d, err := i.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	p := &paper{issuer: i, doc: d, claims: map[string]Claim{}}
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		def, err := i.definition(tx, d.Service, d.Version, d.Type)
		if err != nil {
			return err
		}
		p.def = def.doc
		if p.proof, err = i.proofText(tx, d); err != nil {
			return err
		}
		p.from, err = i.organisation(tx, d.Organisation)
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.code, err = i.QRText(ctx, d); err != nil {
		return nil, err
	}
	p.trusted = i.trustText(ctx)
	for _, c := range d.Claims {
		p.claims[c.Name] = c
	}
	return p, p.lay(ctx, p.def.Layout, p.from)
}

// spoken are the languages in which a page says things: those asked for that the
// pack has, else all that it has.
func spoken(d *pack.Document, asked []gov.Lang) (out []gov.Lang) {
	if len(d.Languages) == 0 {
		return asked
	}
	for _, l := range asked {
		if slices.Contains(d.Languages, l) {
			out = append(out, l)
		}
	}
	if len(out) == 0 {
		return d.Languages
	}
	return out
}

// VerifyURL is the address behind the QR code of a document or a share.
func (i *Issuer) VerifyURL(code string) string { return i.o.BaseURL + "/v/" + code }

// payload is what the QR code says.
func (p *paper) payload() string { return cmp.Or(p.code, p.issuer.VerifyURL(string(p.doc.ID))) }

// paper is a document on its way to a page.
type paper struct {
	issuer  *Issuer
	doc     Document
	claims  map[string]Claim
	def     *pack.Document
	from    gov.Text // who issues
	code    string   // text of the QR code
	blocks  []pdf.Block
	proof   string   // of the public log; empty while it waits
	trusted []byte   // the signed trust list; nil: there is none
	photo   []byte   // waits for the fields that it stands beside
	seal    gov.Text // waits for the signatures that it stands beside
	titled  bool     // the document's name is on the page
	signed  bool     // the signature, and the QR beside it, is on the page
	// How many numbered sections and paragraphs there are so far.
	sections, paragraphs int
}

// card reports whether the page is as large as a bank card, and bears no more.
func (p *paper) card() bool { return p.def.Page == "ID-1" }

func (p *paper) file(langs []gov.Lang) pdf.Document {
	f := pdf.Document{Title: p.doc.Title, Number: p.doc.Number, Verify: p.issuer.VerifyURL(string(p.doc.ID)), Languages: langs,
		Created: p.doc.Issued, Attachments: attachments(p.doc, p.proof, p.trusted), Running: p.fill(p.def.Running),
		Layout: pdf.Layout{Page: p.def.Page, Frame: true, Digits: p.issuer.o.Digits, Accent: p.issuer.o.Accent, Blocks: p.blocks}}
	if p.doc.State != Valid {
		f.Watermark = p.doc.State.Label()
	}
	return f
}

// lay puts everything on the page: who issues, what the pack says, how long it
// is valid and how anybody verifies it.
func (p *paper) lay(ctx context.Context, layout []pack.Block, issuer gov.Text) error {
	if !p.card() {
		p.put(pdf.Block{Kind: pdf.Letterhead, Text: issuer})
	}
	for n, b := range layout {
		var err error
		switch {
		case len(b.Section) > 0 && n+1 < len(layout) && layout[n+1].Numbered != "" && said(p.claims[layout[n+1].Numbered].Shown) == "":
			// a section about what nobody said is left out
		case b.Photo != "":
			beside := n+1 < len(layout) && len(layout[n+1].Fields) > 0
			err = p.picture(ctx, b.Photo, beside)
		case b.Card != nil:
			err = p.small(ctx, *b.Card)
		default:
			p.block(b)
		}
		if err != nil {
			return err
		}
	}
	if len(p.seal) > 0 {
		p.put(pdf.Block{Kind: pdf.Signatures, Seal: p.seal})
	}
	if !p.signed {
		text := scanMe
		if p.card() { // its back has no room for more
			text = backOf(p.doc, p.ending())
		}
		p.put(pdf.Block{Kind: pdf.QR, Payload: p.payload(), Align: pdf.End, Text: text})
	}
	if !p.card() {
		p.put(pdf.Block{Kind: pdf.Small, Text: p.ending()})
	}
	return nil
}

// backOf is what stands on the back of a card.
func backOf(d Document, ending gov.Text) gov.Text {
	out := gov.Text{}
	for lang, s := range scanMe {
		out[lang] = s + "\n" + pdf.Isolate(d.Number) + "\n" + ending[lang]
	}
	return out
}

var scanMe = gov.T("امسح الرمز للتحقق", "Scan to verify").French("Scannez pour vérifier")

// picture shows the first file of a claim; it stands beside the fields that
// follow, or alone.
func (p *paper) picture(ctx context.Context, claim string, beside bool) error {
	raw, err := p.fetch(ctx, claim)
	if err != nil || raw == nil {
		return err
	}
	if beside {
		p.photo = raw
		return nil
	}
	p.put(pdf.Block{Kind: pdf.Image, Picture: raw, Width: 30, Align: pdf.End, Text: p.claims[claim].Label})
	return nil
}

// fetch gets the first file of a claim; nil when there is none.
func (p *paper) fetch(ctx context.Context, claim string) ([]byte, error) {
	key := firstBlob(p.claims[claim].Value)
	if key == "" || p.issuer.o.Blobs == nil {
		return nil, nil
	}
	r, err := p.issuer.o.Blobs.Get(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, largestPicture))
	if err != nil {
		return nil, gov.Fail(gov.Unavailable, "تعذّر جلب صورة الوثيقة الآن", "The picture on the document cannot be fetched just now").Because(err)
	}
	return raw, nil
}

// firstBlob is the key of the first attachment in a claim of kind file.
func firstBlob(v any) string {
	switch v := v.(type) {
	case []any:
		if len(v) > 0 {
			return firstBlob(v[0])
		}
	case map[string]any:
		s, _ := v["blob"].(string)
		return s
	case []form.Attachment:
		if len(v) > 0 {
			return v[0].Blob
		}
	}
	return ""
}

var blank = regexp.MustCompile(`\{([a-z0-9_]+)\}`)

// fill puts values where a text names them: {pupil_name}, {number}, {issued},
// {valid_until}, {reference}. An absent value leaves nothing.
func (p *paper) fill(t gov.Text) gov.Text {
	out := gov.Text{}
	for lang, s := range t {
		if whole := blank.FindStringSubmatch(s); whole != nil && whole[0] == strings.TrimSpace(s) {
			out[lang] = p.named(whole[1]).In(lang) // a paragraph of its own, not a part of a sentence
			continue
		}
		out[lang] = blank.ReplaceAllStringFunc(s, func(m string) string {
			return inside(lang, p.named(m[1:len(m)-1]).In(lang))
		})
	}
	return out
}

// inside fits a value into a sentence: one that runs against the sentence's
// direction is isolated from it.
func inside(lang gov.Lang, value string) string {
	s := pdf.Isolate(value)
	if s == "" || strings.HasPrefix(s, "\u2067") != (lang.Dir() == "rtl") {
		return s
	}
	return strings.Trim(s, "\u2066\u2067\u2069")
}

func (p *paper) named(name string) gov.Text {
	if c, ok := p.claims[name]; ok {
		return c.Shown
	}
	switch name {
	case "number":
		return plain(p.doc.Number)
	case "reference":
		return plain(p.doc.Reference)
	case "issued":
		return p.day(db.Millis(p.doc.Issued))
	case "valid_until":
		return p.day(db.Millis(p.doc.ValidUntil))
	}
	return gov.Text{}
}

// day writes a moment as a day in the country's zone; nothing for zero.
func (p *paper) day(ms int64) gov.Text {
	if ms == 0 {
		return gov.Text{}
	}
	return dateWords(db.Moment(ms).In(p.issuer.o.Zone))
}

// ending says how long the document is valid, and what stands on every page.
func (p *paper) ending() gov.Text {
	t, issued := gov.T("صدرت في %s.", "Issued on %s.").French("Délivré le %s."), p.day(db.Millis(p.doc.Issued))
	if p.doc.ValidUntil.IsZero() {
		t = t.Sprintf(issued)
	} else {
		t = gov.T("صدرت في %s وتسري حتى %s.", "Issued on %s and valid until %s.").French("Délivré le %s et valable jusqu’au %s.").Sprintf(issued, p.day(db.Millis(p.doc.ValidUntil)))
	}
	for lang := range t {
		notice := p.issuer.o.Notice[lang]
		if notice == "" && lang != gov.Arabic {
			notice = p.issuer.o.Notice[gov.English]
		}
		t[lang] = strings.TrimSpace(t[lang] + " " + notice)
	}
	return t
}
