// Package workbook hands an entity's part of the catalogue out as an Excel
// workbook and takes it back. Everything wrong with a workbook that comes back
// is told cell by cell in both languages, and unless all of it is right nothing
// of it is taken. What is taken becomes drafts of the entries that changed, in
// one transaction; they are then submitted like any other draft.
//
// The format is Office Open XML (ISO/IEC 29500, .xlsx). The first row of every
// sheet is hidden and names the columns, so that headings may be reworded and
// columns moved; the rows from the fourth on hold what is filled in.
package workbook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Largest is the largest workbook that is taken, in bytes.
const Largest = 64 << 20

// The first row with content, counted from 1, and the most rows and columns of a
// sheet that are read.
const (
	firstRow    = 4
	mostRows    = 20_000
	mostColumns = 200
)

// sheet is one sheet of a workbook.
type sheet struct {
	id      string // "services", or the list it holds: "channels"
	name    gov.Text
	list    *catalogue.Field // nil: the services themselves
	columns []column
}

// column is one column of a sheet.
type column struct {
	id    string // "service", "state", "name.ar", "channels.kind"
	head  gov.Text
	field *catalogue.Field // nil for the first two
	lang  gov.Lang         // of a text
	wide  float64
}

const (
	serviceColumn = "service"
	stateColumn   = "state"
	servicesSheet = "services"
	guideSheet    = "guide"
	codesSheet    = "codes"
)

// title is what the sheet's tab says: at most 31 letters.
func (s *sheet) title() string {
	t := s.name[gov.Arabic] + " " + s.name[gov.English]
	if r := []rune(t); len(r) > 31 {
		return string(r[:31])
	}
	return t
}

// sheets are those of a workbook in the languages in which an entity writes.
func sheets(langs []gov.Lang) []sheet {
	id := column{id: serviceColumn, head: gov.T("رقم الخدمة", "Id of the service"), wide: 30}
	first := sheet{id: servicesSheet, name: gov.T("الخدمات", "Services"), columns: []column{id, {id: stateColumn, head: gov.T("لا تُغيَّر", "Do not change"), wide: 12}}}
	lists := []sheet{}
	for i := range catalogue.Parts {
		p := &catalogue.Parts[i]
		if p.Told {
			continue
		}
		for k := range p.Fields {
			f := &p.Fields[k]
			if f.Kind != catalogue.List {
				first.columns = append(first.columns, columns(f, "", langs)...)
				continue
			}
			s := sheet{id: f.ID, name: f.Label, list: f, columns: []column{id}}
			for j := range f.Fields {
				s.columns = append(s.columns, columns(&f.Fields[j], f.ID+".", langs)...)
			}
			lists = append(lists, s)
		}
	}
	return append([]sheet{first}, lists...)
}

func columns(f *catalogue.Field, prefix string, langs []gov.Lang) (out []column) {
	wide := 22.0
	switch f.Kind {
	case catalogue.Prose:
		wide = 50
	case catalogue.Phrase, catalogue.Phrases, catalogue.Link:
		wide = 34
	}
	if !f.InLanguages() {
		return []column{{id: prefix + f.ID, head: f.Label, field: f, wide: wide}}
	}
	for _, l := range langs {
		name := catalogue.InWords(catalogue.LanguageWords, string(l))
		out = append(out, column{id: prefix + f.ID + "." + string(l), field: f, lang: l, wide: wide,
			head: gov.T(f.Label.In(gov.Arabic)+" – "+name.In(gov.Arabic), f.Label.In(gov.English)+" – "+name.In(gov.English))})
	}
	return out
}

// Content is what a workbook is made of: the entries of one entity as they are
// now, and what they may point to.
type Content struct {
	Organisation catalogue.Organisation
	Langs        []gov.Lang // in which it writes; the first one decides the direction of the sheets
	Currency     gov.Currency
	Works        []catalogue.Work
	orgs, events []catalogue.Choice
}

// Gather reads the content for an entity. Errors: NotFound, also for strangers.
func Gather(tx *db.Tx, org gov.OrgID, c gov.Currency) (*Content, error) {
	out := &Content{Currency: c}
	all, err := catalogue.Organisations(tx)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		out.orgs = append(out.orgs, catalogue.Choice{Code: string(o.ID), Text: o.Name})
		if o.ID == org {
			out.Organisation = o
		}
	}
	if out.Organisation.ID == "" || !catalogue.MaySee(tx.Actor(), org) {
		return nil, gov.Fail(gov.NotFound, "هذه الجهة ليست في دليل الخدمات", "This organisation is not in the catalogue")
	}
	events, err := catalogue.LifeEvents(tx)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		out.events = append(out.events, catalogue.Choice{Code: e.ID, Text: e.Name})
	}
	if out.Langs, err = catalogue.Languages(tx, org); err != nil {
		return nil, err
	}
	out.Works, err = catalogue.Works(tx, org)
	return out, err
}

// choices are the codes that a field may have.
func (c *Content) choices(f *catalogue.Field) []catalogue.Choice {
	switch f.From {
	case "organisation":
		return c.orgs
	case "life-event":
		return c.events
	}
	return f.Choices
}

// terms put what would change into words.
func (c *Content) terms() catalogue.Terms {
	return catalogue.Terms{Langs: c.Langs, Currency: c.Currency,
		Organisation: func(id gov.OrgID) gov.Text { return catalogue.InWords(c.orgs, string(id)) },
		LifeEvent:    func(id string) gov.Text { return catalogue.InWords(c.events, id) },
	}
}

// stateOf names the state of an entry that a row was filled from, by its content.
func stateOf(w *catalogue.Work) string {
	sum := sha256.Sum256([]byte(db.JSON(w.Entry())))
	return hex.EncodeToString(sum[:8])
}

// said writes a code as it stands in a cell: with its words behind it.
func said(c catalogue.Choice) string {
	return c.Code + " · " + cmp.Or(c.Text[gov.Arabic], c.Text[gov.English])
}

// answers are what the cells of a yes or no say.
var answers = []catalogue.Choice{{Code: "yes", Text: gov.T("نعم", "Yes")}, {Code: "no", Text: gov.T("لا", "No")}}

// shown is what stands in the cell of a field.
func (c *Content) shown(col *column, d catalogue.Doc) string {
	f := col.field
	typed := f.Typed(d, cmp.Or(col.lang, c.Langs[0]), c.Currency)
	switch f.Kind {
	case catalogue.Flag:
		if typed[0] == "true" {
			return said(answers[0])
		}
		return ""
	case catalogue.Code:
		for _, x := range c.choices(f) {
			if x.Code == typed[0] {
				return said(x)
			}
		}
	case catalogue.Codes:
		return strings.Join(typed, ", ")
	}
	return strings.Join(typed, "")
}
