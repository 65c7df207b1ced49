package registry

import (
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
)

// uncheckable are kinds that no record holds.
var uncheckable = []form.Kind{form.File, form.Computed, form.Declaration, form.MapPoint}

// fields fills every field from its attribute and compiles what checks values.
func (c *checked) fields(d *Definition) {
	qs := make([]form.Question, len(d.Fields))
	for i := range d.Fields {
		f, path := &d.Fields[i], at(".fields", i)
		if f.Attribute != "" {
			c.meaning(f, path)
		}
		for k, a := range f.Also {
			if c.l.words.Attribute(a) == nil {
				c.fail(at(path+".also", k), string(c.l.words.Nearest(a)), "لا توجد صفة %q في المعجم", "the vocabulary has no attribute %q", a)
			}
		}
		switch {
		case f.Kind == "" || len(f.Label) == 0 || f.Personal == "":
			c.fail(path, "", "الحقل الذي لا صفة له يبيّن kind وlabel وpersonal", "a field without an attribute says its kind, label and personal")
		case !f.Personal.known():
			c.fail(path+".personal", "", "القيمة المطلوبة: false أو true أو sensitive", "the value is false, true or sensitive")
		case f.Authoritative && f.Attribute == "":
			c.fail(path+".authoritative", "", "لا يكون الحقل مرجعًا لصفة لم يسمّها", "a field is authoritative only for an attribute that it names")
		case slices.Contains(uncheckable, f.Kind):
			c.fail(path+".kind", "", "لا يُحفظ في السجلات حقل من نوع %s", "records hold no field of kind %s", f.Kind)
		}
		qs[i] = f.question()
	}
	d.form = c.compile(qs, ".fields", c.l.o)
}

func (c *checked) meaning(f *Field, path string) {
	a := c.l.words.Attribute(f.Attribute)
	if a == nil {
		c.fail(path+".attribute", string(c.l.words.Nearest(f.Attribute)), "لا توجد صفة %q في المعجم", "the vocabulary has no attribute %q", f.Attribute)
		return
	}
	f.fill(a)
	if f.Kind != a.Kind {
		c.fail(path+".kind", string(a.Kind), "الصفة %s من نوع %s", "the attribute %s is of kind %s", f.Attribute, a.Kind)
	}
}

// claims makes the registry the holder of what it is authoritative for; two
// registries cannot be.
func (c *checked) claims(d *Definition, holders map[gov.AttributeID]*Definition) {
	for i, f := range d.Fields {
		if !f.Authoritative {
			continue
		}
		for _, a := range append([]gov.AttributeID{f.Attribute}, f.Also...) {
			if other := holders[a]; other != nil {
				c.fail(at(".fields", i)+".authoritative", "", "السجل %q مرجع للصفة %s قبل هذا", "the registry %q is authoritative for %s already", other.ID, a)
				continue
			}
			holders[a] = d
		}
	}
}

// keyKinds are the kinds whose values name a record.
var keyKinds = []form.Kind{form.ShortText, form.CivilNumber, form.Passport, form.OneOf}

func (c *checked) key(d *Definition) {
	switch f := d.Field(d.Key); {
	case f == nil:
		c.fail(".key", nearestField(d, d.Key), "لا يوجد حقل %q", "there is no field %q", d.Key)
	case !slices.Contains(keyKinds, f.Kind) || f.Optional:
		c.fail(".key", "", "المفتاح حقل إلزامي من نوع short-text أو civil-number أو passport أو one-of", "the key is a field that must be given, of kind short-text, civil-number, passport or one-of")
	default:
		d.keyForm = c.compile([]form.Question{f.question()}, ".key", c.l.o)
	}
	if d.Person == "" {
		return
	}
	switch f := d.Field(d.Person); {
	case f == nil:
		c.fail(".person", nearestField(d, d.Person), "لا يوجد حقل %q", "there is no field %q", d.Person)
	case f.Kind != form.CivilNumber:
		c.fail(".person", "", "حقل صاحب السجل من نوع civil-number", "the field of the person is of kind civil-number")
	}
}

func nearestField(d *Definition, name string) string {
	names := make([]string, len(d.Fields))
	for i, f := range d.Fields {
		names[i] = f.Name
	}
	return rule.Nearest(name, names)
}

// searchable are the kinds that can be searched by.
var searchable = []form.Kind{form.ShortText, form.Number, form.Date, form.OneOf, form.CivilNumber, form.Passport, form.Country, form.Phone, form.Email, form.Address, form.IBAN}

// searches checks the allowed searches and makes ready what reads them.
func (c *checked) searches(d *Definition) {
	for i, set := range d.Search {
		var s searchSet
		var qs []form.Question
		if len(set) == 0 {
			c.fail(at(".search", i), "", "البحث يحتاج إلى حقل واحد على الأقل", "a search needs at least one field")
		}
		for k, name := range set {
			switch f := d.Field(name); {
			case f == nil:
				c.fail(at(".search", i, k), nearestField(d, name), "لا يوجد حقل %q", "there is no field %q", name)
			case !slices.Contains(searchable, f.Kind):
				c.fail(at(".search", i, k), "", "لا يُبحث بحقل من نوع %s", "a field of kind %s cannot be searched", f.Kind)
			default:
				s.fields = append(s.fields, f)
				qs = append(qs, asked(form.Question{Name: f.Name, Kind: f.Kind, Label: f.Label, Options: f.Options, Decimals: f.Decimals}))
			}
		}
		s.form = c.compile(qs, at(".search", i), c.l.o)
		s.ready(d)
		d.sets = append(d.sets, s)
	}
}

var writerRoles = []gov.Role{gov.Officer, gov.Supervisor, gov.Owner, gov.Head}

func (c *checked) rest(d *Definition) {
	if d.Retention.Days < 1 {
		c.fail(".retention.days", "", "مدة الحفظ بالأيام، يوم واحد على الأقل", "retention is in days, at least one")
	}
	for i, r := range d.Writers.Roles {
		if !slices.Contains(writerRoles, r) {
			c.fail(at(".write.roles", i), rule.Nearest(string(r), []string{"officer", "supervisor", "owner", "head"}), "لا يكتب في السجل دور %q", "the role %q does not write to a registry", r)
		}
	}
}

// connection checks where the records live.
func (c *checked) connection(d *Definition) {
	n := d.Connector
	if n == nil {
		return
	}
	const path = ".connector"
	if (n.SQL == nil) == (n.Service == "") {
		c.fail(path, "", "السجل في مكان واحد: sql أو service", "the records live in one place: sql or service")
	}
	if len(d.Writers.Roles)+len(d.Writers.Services) > 0 || d.Writers.Import {
		c.fail(".write", "", "السجل الموصول يُقرأ ولا يُكتب فيه", "a connected registry is read, never written")
	}
	for field, column := range n.Columns {
		if d.Field(field) == nil {
			c.fail(path+".columns."+field, nearestField(d, field), "لا يوجد حقل %q", "there is no field %q", field)
		}
		if n.SQL != nil && !goodColumn.MatchString(column) {
			c.fail(path+".columns."+field, "", "اسم العمود من حروف لاتينية وأرقام و _", "a column's name has letters, digits and _")
		}
	}
	if n.SQL != nil {
		c.view(n.SQL)
	}
	if n.Service != "" && !strings.Contains(n.Path, "{key}") {
		c.fail(path, "", "المسار يحتاج إلى {key} مكان المفتاح", "the path needs {key} where the key goes")
	}
	if n.Service != "" && n.Persons != "" && !strings.Contains(n.Persons, "{person}") {
		c.fail(path+".persons", "", "المسار يحتاج إلى {person} مكان الرقم الشخصي", "the path needs {person} where the civil number goes")
	}
}

func (c *checked) view(v *View) {
	if !slices.Contains([]string{"sqlite", "postgres"}, v.Driver) {
		c.fail(".connector.sql.driver", rule.Nearest(v.Driver, []string{"sqlite", "postgres"}), "المحرك sqlite أو postgres", "the driver is sqlite or postgres")
	}
	if !goodColumn.MatchString(v.View) {
		c.fail(".connector.sql.view", "", "اسم العرض من حروف لاتينية وأرقام و _", "a view's name has letters, digits and _")
	}
}
