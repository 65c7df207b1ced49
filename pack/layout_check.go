package pack

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// placeholder stands for a value inside a text: {name}.
var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// holders are who may hold a document.
var holders = []string{"person", "company"}

// element is an identifier that every form of a credential can carry.
var element = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

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
		r.checkCredential(at("documents", i), d)
		if d.Page != "" {
			r.named(documentsFile, at("documents", i, "page"), "لا ورق بمقاس", "there is no page of size", d.Page, pages)
		}
		r.placeholders(documentsFile, at("documents", i, "running"), d.Running, names)
		claims := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(documentNames, n) })
		blocks := &blockCheck{reader: r, doc: d, kinds: kinds, names: names, claims: claims}
		for k, b := range d.Layout {
			blocks.checkBlock(at("documents", i, "layout", k), b)
		}
	}
}

// checkCredential holds what concerns holders and wallets to what the standards allow.
func (r *reader) checkCredential(path string, d Document) {
	if d.Holder != "" {
		r.named(documentsFile, path+".holder", "لا يوجد صاحب من نوع", "there is no kind of holder", d.Holder, holders)
	}
	seen := map[string]bool{}
	for k, c := range d.Claims {
		name, where := cmp.Or(c.Element, c.Name), path+at("claims", k, "element")
		if c.Element != "" && !element.MatchString(c.Element) {
			r.fail(documentsFile, where, "", "%q ليس معرّفًا: حروف لاتينية وأرقام وشرطة سفلية", "%q is no identifier: Latin letters, digits and underscores", c.Element)
		}
		if seen[name] && c.Element != "" {
			r.fail(documentsFile, where, "", "المعرّف %q مستعمل من قبل", "the identifier %q is already used", name)
		}
		seen[name] = true
	}
	if d.Credential == nil || d.Credential.Mdoc == nil {
		return
	}
	if d.Credential.Mdoc.Doctype == "" || d.Credential.Mdoc.Namespace == "" {
		r.fail(documentsFile, path+".credential.mdoc", "", "يحتاج mdoc إلى نوع الوثيقة ومجال الأسماء", "an mdoc needs its doctype and its namespace")
	}
	if d.Credential.Mdoc.Doctype == drivingLicence {
		r.checkLicence(path, d)
	}
}

// drivingLicence is the doctype of mobile driving licences (ISO/IEC 18013-5 §7.1).
const drivingLicence = "org.iso.18013.5.1.mDL"

// licenceElements are what every driving licence must state (ISO/IEC 18013-5 table
// 5), beside what a document says of itself anyway, and the kinds of claims that
// become what the standard wants.
var licenceElements = []struct {
	name  string
	kinds []form.Kind
}{
	{"family_name", []form.Kind{form.ShortText}}, {"given_name", []form.Kind{form.ShortText}}, {"birth_date", []form.Kind{form.Date}},
	{"portrait", []form.Kind{form.File}}, {"driving_privileges", []form.Kind{form.ManyOf, form.Group}},
}

// checkLicence holds a mobile driving licence to what readers of others refuse it without.
func (r *reader) checkLicence(path string, d Document) {
	for _, must := range licenceElements {
		k := slices.IndexFunc(d.Claims, func(c Claim) bool { return cmp.Or(c.Element, c.Name) == must.name })
		switch {
		case k < 0:
			r.fail(documentsFile, path+".credential.mdoc.doctype", "", "رخصة القيادة المتنقلة يلزمها بيان معرّفه %q", "a mobile driving licence needs a claim whose element is %q", must.name)
		case !slices.Contains(must.kinds, cmp.Or(d.Claims[k].Kind, form.ShortText)):
			r.fail(documentsFile, path+at("claims", k, "kind"), "", "نوع %q في رخصة القيادة المتنقلة ينبغي أن يكون %s", "in a mobile driving licence %q is of kind %s", must.name, must.kinds[0])
		}
	}
}

// pages are the sizes of paper, sums the ways to add up a column.
var (
	pages = []string{"A4", "A5", "ID-1"}
	sums  = []string{"total", "average", "count"}
)

// blockCheck checks the blocks of one document.
type blockCheck struct {
	*reader
	doc    Document
	kinds  map[string]form.Kind
	names  []string // what a text may name
	claims []string // what a block may show
}

// checkBlock: exactly one field is set, and what it names is a claim of the right kind.
func (r *blockCheck) checkBlock(path string, b Block) {
	set, v := 0, reflect.ValueOf(b)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			set++
		}
	}
	if set != 1 {
		r.fail(documentsFile, path, "", "كل بند في التصميم شيء واحد: عنوان أو فقرة أو حقول…", "each block of a layout is exactly one thing: a heading, a paragraph, fields…")
	}
	for key, t := range map[string]gov.Text{"heading": b.Heading, "paragraph": b.Paragraph, "small": b.Small, "signature": b.Signature, "section": b.Section, "quote": b.Quote, "columns": b.Columns, "seal": b.Seal} {
		r.placeholders(documentsFile, path+"."+key, t, r.names)
	}
	for i, t := range b.List {
		r.placeholders(documentsFile, path+at("list", i), t, r.names)
	}
	for i, s := range b.Signatures {
		r.placeholders(documentsFile, path+at("signatures", i, "name"), s.Name, r.names)
		r.placeholders(documentsFile, path+at("signatures", i, "office"), s.Office, r.names)
	}
	r.shown(path, "fields", b.Fields)
	r.ofKind(path+".photo", b.Photo, form.File, "البيان %q ليس ملفًا", "the claim %q is no file")
	if b.Numbered != "" {
		r.ofKind(path+".numbered", b.Numbered, form.LongText, "البيان %q ليس نصًا طويلًا", "the claim %q is no long text")
	}
	if b.Card != nil {
		r.card(path+".card", *b.Card)
	}
	if b.Table != nil {
		r.table(path+".table", *b.Table)
	}
}

// shown: each name is a claim.
func (r *blockCheck) shown(path, key string, names []string) {
	for i, f := range names {
		r.named(documentsFile, path+at(key, i), "لا يوجد بيان باسم", "there is no claim", f, r.claims)
	}
}

// ofKind: name, when there is one, is a claim of kind.
func (r *blockCheck) ofKind(path, name string, kind form.Kind, ar, en string) {
	if name != "" && r.named(documentsFile, path, "لا يوجد بيان باسم", "there is no claim", name, r.claims) && r.kinds[name] != kind {
		r.fail(documentsFile, path, "", ar, en, name)
	}
}

// mostOnCard is how many fields a card can bear and still be read.
const mostOnCard = 9

func (r *blockCheck) card(path string, c Card) {
	r.placeholders(documentsFile, path+".title", c.Title, r.names)
	r.ofKind(path+".photo", c.Photo, form.File, "البيان %q ليس ملفًا", "the claim %q is no file")
	r.shown(path, "fields", c.Fields)
	if len(c.Fields) == 0 || len(c.Fields) > mostOnCard {
		r.fail(documentsFile, path+".fields", "", "في البطاقة من حقل إلى %d حقول", "a card has from one to %d fields", mostOnCard)
	}
}

// table: what its columns and groups name is asked in the group, where that is known.
func (r *blockCheck) table(path string, t Table) {
	r.ofKind(path+".rows", t.Rows, form.Group, "البيان %q ليس مجموعة متكررة", "the claim %q is no repeating group")
	var columns []string
	adds := false
	for i, c := range t.Columns {
		columns = append(columns, c.Name)
		if c.Sum != "" {
			adds = r.named(documentsFile, path+at("columns", i, "sum"), "لا جمع من نوع", "there is no sum of kind", c.Sum, sums) || adds
		}
		if n, err := strconv.ParseFloat(c.Width, 64); c.Width != "" && (err != nil || n < 0.1 || n > 100) {
			r.fail(documentsFile, path+at("columns", i, "width"), "", "العرض عدد من 0.1 إلى 100", "a width is a number from 0.1 to 100")
		}
	}
	if inner := r.inner(t.Rows); t.Group != "" && len(inner) > 0 {
		r.named(documentsFile, path+".group", "لا سؤال في المجموعة باسم", "the group has no question", t.Group, inner)
	}
	if !adds && (len(t.Sums) > 0 || len(t.GroupSums) > 0) {
		r.fail(documentsFile, path, "", "لصف المجاميع عمود واحد على الأقل فيه sum", "a row that adds up needs a column with sum")
	}
	if t.Group == "" && len(t.GroupSums) > 0 {
		r.fail(documentsFile, path+".group_sums", "", "لا مجاميع للمجموعات بلا group", "group_sums needs group")
	}
}

// inner are the questions of the group that a claim repeats; none when unknown.
func (r *blockCheck) inner(claim string) (out []string) {
	for _, c := range r.doc.Claims {
		if q := r.question(strings.TrimSpace(c.Value)); c.Name == claim && q != nil {
			for _, inner := range q.Questions {
				out = append(out, inner.Name)
			}
		}
	}
	return out
}

// placeholders demands that every {name} in a text is one of names.
func (r *reader) placeholders(file, path string, t gov.Text, names []string) {
	for l, s := range t {
		for _, m := range placeholder.FindAllStringSubmatch(s, -1) {
			r.named(file, path+"."+string(l), "لا شيء هنا باسم", "nothing here is called", m[1], names)
		}
	}
}
