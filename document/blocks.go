package document

import (
	"context"
	"strconv"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/pdf"
	"diwan.example/pack"
)

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
	case len(b.Section) > 0:
		p.section(p.fill(b.Section))
	case b.Numbered != "":
		p.numbered(p.claims[b.Numbered])
	case len(b.Quote) > 0:
		p.put(pdf.Block{Kind: pdf.Quote, Text: p.fill(b.Quote)})
	case len(b.Columns) > 0:
		p.put(pdf.Block{Kind: pdf.TwoColumns, Text: p.fill(b.Columns)})
	case len(b.List) > 0:
		p.list(b.List)
	case len(b.Seal) > 0:
		p.seal = p.fill(b.Seal)
	case len(b.Signature) > 0:
		p.sign([]pdf.Signer{{Name: p.fill(b.Signature)}})
	case len(b.Signatures) > 0:
		p.sign(p.signers(b.Signatures))
	case b.NewPage:
		p.put(pdf.Block{Kind: pdf.NewPage})
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

// list puts items; those that say nothing are left out.
func (p *paper) list(items []gov.Text) {
	b := pdf.Block{Kind: pdf.List}
	for _, t := range items {
		b.Items = append(b.Items, p.fill(t))
	}
	p.put(b)
}

// signers are those who sign; who has no name signs as an office.
func (p *paper) signers(all []pack.Signer) (out []pdf.Signer) {
	for _, s := range all {
		x := pdf.Signer{Name: p.fill(s.Name), Office: p.fill(s.Office)}
		if said(x.Name) == "" {
			x.Name, x.Office = x.Office, nil
		}
		out = append(out, x)
	}
	return out
}

// said is what a text says in some language; empty when it says nothing.
func said(t gov.Text) string {
	for _, s := range t {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

// sign puts those who sign, with the QR code and the seal beside the first of them.
func (p *paper) sign(all []pdf.Signer) {
	all[len(all)-1].Date = p.day(p.doc.Issued.UnixMilli())
	b := pdf.Block{Kind: pdf.Signatures, Signers: all, Seal: p.seal}
	p.seal = nil
	if !p.signed {
		b.Payload = p.payload()
		p.signed = true
	}
	p.put(b)
}

// small puts a card.
func (p *paper) small(ctx context.Context, c pack.Card) error {
	b := pdf.Block{Kind: pdf.Card, Text: p.fill(c.Title), Fields: p.fields(c.Fields)}
	if c.Photo != "" {
		raw, err := p.fetch(ctx, c.Photo)
		if err != nil {
			return err
		}
		b.Picture, b.Alt = raw, p.claims[c.Photo].Label
	}
	p.titled = true
	p.put(b)
	return nil
}

// section puts a heading that counts.
func (p *paper) section(t gov.Text) {
	p.sections++
	out := gov.Text{}
	for lang, s := range t {
		out[lang] = strconv.Itoa(p.sections) + ". " + s
		if lang == gov.Arabic && p.sections <= len(ordinals) {
			out[lang] = ordinals[p.sections-1] + ": " + s
		}
	}
	p.put(pdf.Block{Kind: pdf.Heading, Level: 2, Text: out})
}

// ordinals count the sections of an Arabic text.
var ordinals = strings.Fields("أولًا ثانيًا ثالثًا رابعًا خامسًا سادسًا سابعًا ثامنًا تاسعًا عاشرًا")

// numbered puts a long text as paragraphs that count through the document. A line
// that begins with > is a quotation, with - an item, with # a heading of its own.
func (p *paper) numbered(c Claim) {
	var items []gov.Text
	flush := func() {
		if len(items) > 0 {
			p.put(pdf.Block{Kind: pdf.List, Items: items})
		}
		items = nil
	}
	for line := range strings.Lines(c.Shown.In(gov.Arabic)) { // the same in every language: it was typed
		line = strings.TrimSpace(line)
		text := func(mark string) gov.Text { return plain(strings.TrimSpace(strings.TrimPrefix(line, mark))) }
		if item := strings.HasPrefix(line, "- "); !item {
			flush()
		}
		switch {
		case line == "":
		case strings.HasPrefix(line, "- "):
			items = append(items, text("-"))
		case strings.HasPrefix(line, ">"):
			p.put(pdf.Block{Kind: pdf.Quote, Text: text(">"), Align: pdf.Justify})
		case strings.HasPrefix(line, "#"):
			p.put(pdf.Block{Kind: pdf.Heading, Level: 3, Text: text("#")})
		default:
			p.paragraphs++
			p.put(pdf.Block{Kind: pdf.Paragraph, Mark: strconv.Itoa(p.paragraphs), Text: text(""), Align: pdf.Justify})
		}
	}
	flush()
}
