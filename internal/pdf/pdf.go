// Package pdf draws issued government documents as bilingual PDF files with
// correct Arabic: tagged for screen readers (PDF/UA-1) and fit for archives
// (PDF/A-3b), with what they were drawn from attached. A Document is plain data whose values are already resolved;
// the same Document always gives the same bytes. It knows nothing of cases,
// keys or storage.
package pdf

import (
	"io"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
)

// Document is everything that one file shows.
type Document struct {
	Title     gov.Text   // metadata and the window's title
	Number    string     // "CERT-2026-000123", in every footer
	Verify    string     // short address where anyone checks the document, in every footer
	Languages []gov.Lang // in reading order; the first is the document's language; none means Arabic, English
	Created   time.Time  // when it was issued; nothing else in the file tells a time
	Watermark gov.Text   // "ملغاة", "Specimen"; usually empty
	Running   gov.Text   // stands at the head of every page but the first: "Case 12/2026"; usually empty
	Layout    Layout

	Attachments []File // in the file beside the pages
}

// Layout is what a pack's document file says about looks and contents.
type Layout struct {
	Page   string  `yaml:"page,omitempty" json:"page,omitempty"`     // "A4" (also when empty), "A5" or "ID-1", the size of a bank card
	Accent string  `yaml:"accent,omitempty" json:"accent,omitempty"` // "#0b5d4e"; empty means a calm green
	Digits string  `yaml:"digits,omitempty" json:"digits,omitempty"` // of Arabic footers: "arab" (also when empty) or "latn"
	Frame  bool    `yaml:"frame,omitempty" json:"frame,omitempty"`   // a thin double line around every page
	Blocks []Block `yaml:"blocks" json:"blocks"`
}

// Kind says what a block is.
type Kind string

// The kinds of blocks, and the fields of Block that each of them reads.
const (
	Letterhead Kind = "letterhead" // Text: issuer, Arabic right and English left of the emblem
	Heading    Kind = "heading"    // Text, Level 1–3, Align
	Paragraph  Kind = "paragraph"  // Text, Align, Mark; one paragraph per language
	TwoColumns Kind = "columns"    // Text: Arabic in the right column, English in the left
	FieldList  Kind = "fields"     // Fields, Picture beside them
	TableBlock Kind = "table"      // Columns, Rows, Bands, Sums
	Image      Kind = "image"      // Picture, Width, Height, Align, Text as its description
	Crest      Kind = "crest"      // Width
	Signatures Kind = "signatures" // Signers, Payload as a QR at the left, Seal beside it
	QR         Kind = "qr"         // Payload, Width, Align, Text below it
	Spacer     Kind = "spacer"     // Height
	Rule       Kind = "rule"
	Small      Kind = "small" // Text in small print, Align
	Bars       Kind = "bars"  // Bars: a small chart
	Quote      Kind = "quote" // Text: what somebody else said
	List       Kind = "list"  // Items
	Card       Kind = "card"  // Text as its title, Picture, Alt, Fields: a card of the size ID-1
	NewPage    Kind = "page"  // what follows begins a page
)

// Align is where lines stand. Start is right for Arabic and left for English.
type Align string

// The alignments; empty means Start.
const (
	Start   Align = "start"
	Centre  Align = "centre"
	End     Align = "end"
	Left    Align = "left"
	Right   Align = "right"
	Justify Align = "justify" // both edges; the last line as Start
)

// Block is one part of a document, from top to bottom. Sizes are millimetres.
type Block struct {
	Kind    Kind         `yaml:"kind" json:"kind"`
	Text    gov.Text     `yaml:"text,omitempty" json:"text,omitempty"`
	Level   int          `yaml:"level,omitempty" json:"level,omitempty"`
	Align   Align        `yaml:"align,omitempty" json:"align,omitempty"`
	Fields  []Field      `yaml:"fields,omitempty" json:"fields,omitempty"`
	Columns []Column     `yaml:"columns,omitempty" json:"columns,omitempty"`
	Rows    [][]gov.Text `yaml:"rows,omitempty" json:"rows,omitempty"`
	Bands   []Band       `yaml:"bands,omitempty" json:"bands,omitempty"`
	Sums    []gov.Text   `yaml:"sums,omitempty" json:"sums,omitempty"` // a last row that adds up
	Items   []gov.Text   `yaml:"items,omitempty" json:"items,omitempty"`
	Mark    string       `yaml:"mark,omitempty" json:"mark,omitempty"` // of a numbered paragraph: "12"
	Seal    gov.Text     `yaml:"seal,omitempty" json:"seal,omitempty"` // whose seal
	Bars    []Bar        `yaml:"bars,omitempty" json:"bars,omitempty"`
	Signers []Signer     `yaml:"signers,omitempty" json:"signers,omitempty"`
	Payload string       `yaml:"payload,omitempty" json:"payload,omitempty"`
	Picture []byte       `yaml:"-" json:"-"`                         // JPEG or PNG
	Alt     gov.Text     `yaml:"alt,omitempty" json:"alt,omitempty"` // the picture in words, where Text says something else
	Width   float64      `yaml:"width,omitempty" json:"width,omitempty"`
	Height  float64      `yaml:"height,omitempty" json:"height,omitempty"`
}

// Field is one row of a certificate: the Arabic label stands right, the English
// left, the value between them. A value that is the same in all languages, or
// has only one, stands once.
type Field struct {
	Label gov.Text `yaml:"label" json:"label"`
	Value gov.Text `yaml:"value" json:"value"`
}

// Column is one column of a table; the first stands where reading begins.
type Column struct {
	Title gov.Text `yaml:"title" json:"title"`
	Width float64  `yaml:"width,omitempty" json:"width,omitempty"` // share of the width; 0 counts as 1
	Align Align    `yaml:"align,omitempty" json:"align,omitempty"`
}

// Band gathers the rows of a table from one on, up to the next band, under a
// title; Sums, when there are any, add them up below.
type Band struct {
	From  int        `yaml:"from" json:"from"` // the first row, from 0
	Title gov.Text   `yaml:"title" json:"title"`
	Sums  []gov.Text `yaml:"sums,omitempty" json:"sums,omitempty"`
}

// Signer is who signs: name, office, and a date already written out.
type Signer struct {
	Name   gov.Text `yaml:"name" json:"name"`
	Office gov.Text `yaml:"office,omitempty" json:"office,omitempty"`
	Date   gov.Text `yaml:"date,omitempty" json:"date,omitempty"`
}

// Report says what a caller should know about a file that was drawn.
type Report struct {
	Pages    int
	Missing  []rune // characters that no font has, shown as [U+XXXX]
	Stripped bool   // direction overrides or control characters were removed
}

// Render draws doc into w. Errors: Invalid when a block is unknown or cannot be
// drawn as asked (damaged picture, QR too long, rows and columns that differ);
// nothing is written then. Whatever w returns is passed on.
func Render(w io.Writer, doc Document) (Report, error) {
	p, err := newPress(doc)
	if err != nil {
		return Report{}, err
	}
	defer shapers.Put(p.shaper)
	for i := range doc.Layout.Blocks {
		p.tie = i+1 < len(doc.Layout.Blocks) && doc.Layout.Blocks[i+1].Kind == Signatures
		if err := p.block(&doc.Layout.Blocks[i]); err != nil {
			return Report{}, err
		}
	}
	p.noteMissing()
	p.finish()
	r := Report{Pages: len(p.pages), Stripped: p.cleaner.stripped}
	for m := range p.cleaner.missing {
		r.Missing = append(r.Missing, m)
	}
	slices.Sort(r.Missing)
	return r, p.assemble().write(w)
}

// Kinds lists every kind of block.
func Kinds() []Kind {
	return []Kind{Letterhead, Heading, Paragraph, TwoColumns, FieldList, TableBlock, Image, Crest, Signatures, QR, Spacer, Rule, Small, Bars, Quote, List, Card, NewPage}
}

// same reports whether t says the same in every language that it has.
func same(t gov.Text) bool {
	first, seen := "", false
	for _, s := range t {
		s = strings.TrimSpace(s)
		if seen && s != first {
			return false
		}
		first, seen = s, true
	}
	return true
}
