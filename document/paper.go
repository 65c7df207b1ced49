package document

import (
	"context"
	"io"
	"regexp"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/pdf"
	"diwan.example/pack"
)

// largestPicture bounds a picture on a page, in bytes.
const largestPicture = 10 << 20

// Render draws a document as PDF into w, for those who may Get it: its layout
// comes from the version of the pack under which it was issued. langs are the
// languages in reading order; none means Arabic, then English. A document that
// is no longer in force says so across the page. Errors: as Get; Unavailable
// when a picture cannot be fetched; whatever w returns.
func (i *Issuer) Render(ctx context.Context, w io.Writer, id gov.DocumentID, langs ...gov.Lang) error {
	d, err := i.Get(ctx, id)
	if err != nil {
		return err
	}
	var def *definition
	var issuer gov.Text
	err = i.db.Read(ctx, func(tx *db.Tx) (err error) {
		if def, err = i.definition(tx, d.Service, d.Version, d.Type); err != nil {
			return err
		}
		issuer, err = i.organisation(tx, d.Organisation)
		return err
	})
	if err != nil {
		return err
	}
	p := &paper{issuer: i, doc: d, claims: map[string]Claim{}}
	for _, c := range d.Claims {
		p.claims[c.Name] = c
	}
	if err := p.lay(ctx, def.doc.Layout, issuer); err != nil {
		return err
	}
	_, err = pdf.Render(w, p.file(langs))
	return err
}

// VerifyURL is the address behind the QR code of a document or a share.
func (i *Issuer) VerifyURL(code string) string { return i.o.BaseURL + "/v/" + code }

// paper is a document on its way to a page.
type paper struct {
	issuer *Issuer
	doc    Document
	claims map[string]Claim
	blocks []pdf.Block
	photo  []byte // waits for the fields that it stands beside
	titled bool   // the document's name is on the page
	signed bool   // the signature, and the QR beside it, is on the page
}

func (p *paper) file(langs []gov.Lang) pdf.Document {
	f := pdf.Document{Title: p.doc.Title, Number: p.doc.Number, Verify: p.issuer.VerifyURL(string(p.doc.ID)), Languages: langs,
		Created: p.doc.Issued, Layout: pdf.Layout{Frame: true, Digits: p.issuer.o.Digits, Accent: p.issuer.o.Accent, Blocks: p.blocks}}
	if p.doc.State != Valid {
		f.Watermark = p.doc.State.Label()
	}
	return f
}

// lay puts everything on the page: who issues, what the pack says, how long it
// is valid and how anybody verifies it.
func (p *paper) lay(ctx context.Context, layout []pack.Block, issuer gov.Text) error {
	p.put(pdf.Block{Kind: pdf.Letterhead, Text: issuer})
	for n, b := range layout {
		if b.Photo != "" {
			beside := n+1 < len(layout) && len(layout[n+1].Fields) > 0
			if err := p.picture(ctx, b.Photo, beside); err != nil {
				return err
			}
			continue
		}
		p.block(b)
	}
	if !p.signed {
		p.put(pdf.Block{Kind: pdf.QR, Payload: p.issuer.VerifyURL(string(p.doc.ID)), Align: pdf.End, Text: scanMe})
	}
	p.put(pdf.Block{Kind: pdf.Small, Text: p.ending()})
	return nil
}

var scanMe = gov.T("امسح الرمز للتحقق", "Scan to verify")

func (p *paper) put(b pdf.Block) { p.blocks = append(p.blocks, b) }

func (p *paper) block(b pack.Block) {
	switch {
	case len(b.Heading) > 0:
		p.heading(p.fill(b.Heading))
	case len(b.Paragraph) > 0:
		p.put(pdf.Block{Kind: pdf.Paragraph, Text: p.fill(b.Paragraph)})
	case len(b.Small) > 0:
		p.put(pdf.Block{Kind: pdf.Small, Text: p.fill(b.Small)})
	case len(b.Fields) > 0:
		p.put(pdf.Block{Kind: pdf.FieldList, Fields: p.fields(b.Fields), Picture: p.photo})
		p.photo = nil
	case b.Table != nil:
		p.table(*b.Table)
	case len(b.Signature) > 0:
		p.signature(p.fill(b.Signature))
	case b.Rule:
		p.put(pdf.Block{Kind: pdf.Rule})
	}
}

// heading puts the document's name first and large, what follows smaller.
func (p *paper) heading(t gov.Text) {
	b := pdf.Block{Kind: pdf.Heading, Level: 2, Text: t}
	if !p.titled {
		b.Level, b.Align, p.titled = 1, pdf.Centre, true
	}
	p.put(b)
}

// fields are claims with their labels; absent claims leave no empty line.
func (p *paper) fields(names []string) (out []pdf.Field) {
	for _, name := range names {
		if c, ok := p.claims[name]; ok {
			out = append(out, pdf.Field{Label: c.Label, Value: c.Shown})
		}
	}
	return out
}

func (p *paper) table(t pack.Table) {
	b := pdf.Block{Kind: pdf.TableBlock}
	for _, c := range t.Columns {
		b.Columns = append(b.Columns, pdf.Column{Title: c.Label})
	}
	rows, _ := p.claims[t.Rows].Value.([]any)
	for _, r := range rows {
		cells, _ := r.(map[string]any)
		var line []gov.Text
		for _, c := range t.Columns {
			line = append(line, p.cell(t, c, cells[c.Name]))
		}
		b.Rows = append(b.Rows, line)
	}
	if len(b.Rows) > 0 {
		p.put(b)
	}
}

// cell writes one value of a row as the question inside the group that it answers.
func (p *paper) cell(t pack.Table, c pack.Column, v any) gov.Text {
	q := form.Question{Name: c.Name, Kind: form.ShortText}
	for _, inner := range p.claims[t.Rows].question.Questions {
		if inner.Name == c.Name {
			q = inner
		}
	}
	if c.Kind != "" {
		q.Kind = c.Kind
	}
	return p.issuer.shown(q, v)
}

// signature puts the office that signs with the QR code beside it.
func (p *paper) signature(office gov.Text) {
	b := pdf.Block{Kind: pdf.Signatures, Signers: []pdf.Signer{{Name: office, Date: p.day(p.doc.Issued.UnixMilli())}}}
	if !p.signed {
		b.Payload = p.issuer.VerifyURL(string(p.doc.ID))
		p.signed = true
	}
	p.put(b)
}

// picture fetches the first file of a claim; it stands beside the fields that
// follow, or alone.
func (p *paper) picture(ctx context.Context, claim string, beside bool) error {
	key := firstBlob(p.claims[claim].Value)
	if key == "" || p.issuer.o.Blobs == nil {
		return nil
	}
	r, err := p.issuer.o.Blobs.Get(ctx, key)
	if err != nil {
		return err
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, largestPicture))
	if err != nil {
		return gov.Fail(gov.Unavailable, "تعذّر جلب صورة الوثيقة الآن", "The picture on the document cannot be fetched just now").Because(err)
	}
	if beside {
		p.photo = raw
		return nil
	}
	p.put(pdf.Block{Kind: pdf.Image, Picture: raw, Width: 30, Align: pdf.End, Text: p.claims[claim].Label})
	return nil
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
		return p.day(millis(p.doc.Issued))
	case "valid_until":
		return p.day(millis(p.doc.ValidUntil))
	}
	return gov.Text{}
}

// day writes a moment as a day in the country's zone; nothing for zero.
func (p *paper) day(ms int64) gov.Text {
	if ms == 0 {
		return gov.Text{}
	}
	return dateWords(moment(ms).In(p.issuer.o.Zone))
}

// ending says how long the document is valid, and what stands on every page.
func (p *paper) ending() gov.Text {
	t, issued := gov.T("صدرت في %s.", "Issued on %s."), p.day(millis(p.doc.Issued))
	if p.doc.ValidUntil.IsZero() {
		t = t.Sprintf(issued)
	} else {
		t = gov.T("صدرت في %s وتسري حتى %s.", "Issued on %s and valid until %s.").Sprintf(issued, p.day(millis(p.doc.ValidUntil)))
	}
	for lang := range t {
		t[lang] = strings.TrimSpace(t[lang] + " " + p.issuer.o.Notice[lang])
	}
	return t
}
