package pack

import (
	"reflect"
	"regexp"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// placeholder stands for a value inside a text: {name}.
var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// documentNames are what a document's texts may name beside its own claims.
var documentNames = []string{"number", "issued", "valid_until", "reference"}

// checkDocuments holds every document to its claims.
func (r *reader) checkDocuments() {
	for i, d := range r.p.Documents {
		kinds, names := map[string]form.Kind{}, slices.Clone(documentNames)
		seen := map[string]bool{}
		for k, c := range d.Claims {
			r.once(seen, documentsFile, at("documents", i, "claims", k, "name"), c.Name)
			kinds[c.Name] = c.Kind
			names = append(names, c.Name)
		}
		if len(d.Claims) == 0 {
			r.fail(documentsFile, at("documents", i, "claims"), "", "الوثيقة بلا بيانات", "the document states nothing")
		}
		if len(d.Layout) == 0 {
			r.fail(documentsFile, at("documents", i, "layout"), "", "الوثيقة بلا تصميم", "the document has no layout")
		}
		r.term(documentsFile, at("documents", i, "validity"), d.Validity)
		for k, b := range d.Layout {
			r.checkBlock(at("documents", i, "layout", k), b, kinds, names)
		}
	}
}

// checkBlock: exactly one field is set, and what it names is a claim of the right kind.
func (r *reader) checkBlock(path string, b Block, kinds map[string]form.Kind, names []string) {
	set, v := 0, reflect.ValueOf(b)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			set++
		}
	}
	if set != 1 {
		r.fail(documentsFile, path, "", "كل بند في التصميم شيء واحد: عنوان أو فقرة أو حقول…", "each block of a layout is exactly one thing: a heading, a paragraph, fields…")
	}
	for key, t := range map[string]gov.Text{"heading": b.Heading, "paragraph": b.Paragraph, "small": b.Small, "signature": b.Signature} {
		r.placeholders(documentsFile, path+"."+key, t, names)
	}
	claims := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(documentNames, n) })
	for i, f := range b.Fields {
		r.named(documentsFile, path+at("fields", i), "لا يوجد بيان باسم", "there is no claim", f, claims)
	}
	if b.Photo != "" && r.named(documentsFile, path+".photo", "لا يوجد بيان باسم", "there is no claim", b.Photo, claims) && kinds[b.Photo] != form.File {
		r.fail(documentsFile, path+".photo", "", "البيان %q ليس ملفًا", "the claim %q is no file", b.Photo)
	}
	if b.Table != nil && r.named(documentsFile, path+".table.rows", "لا يوجد بيان باسم", "there is no claim", b.Table.Rows, claims) && kinds[b.Table.Rows] != form.Group {
		r.fail(documentsFile, path+".table.rows", "", "البيان %q ليس مجموعة متكررة", "the claim %q is no repeating group", b.Table.Rows)
	}
}

// placeholders demands that every {name} in a text is one of names.
func (r *reader) placeholders(file, path string, t gov.Text, names []string) {
	for l, s := range t {
		for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
			r.named(file, path+"."+string(l), "لا شيء هنا باسم", "nothing here is called", m[1], names)
		}
	}
}
