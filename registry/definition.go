package registry

import (
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// Definition is a registry as its registry.yaml declares it.
type Definition struct {
	ID           gov.RegistryID `yaml:"id"`
	Title        gov.Text       `yaml:"title"`
	About        gov.Text       `yaml:"about"`               // what it holds, in a sentence
	Organisation gov.OrgID      `yaml:"keeper"`              // who keeps it
	Legal        gov.Text       `yaml:"legal"`               // the law it is kept under
	Key          string         `yaml:"key"`                 // the field that names a record
	Person       string         `yaml:"person,omitempty"`    // the field with the civil number of whom a record is about
	Fields       []Field        `yaml:"fields"`              //
	Search       [][]string     `yaml:"search,omitempty"`    // sets of fields it may be searched by; nothing else
	Retention    Retention      `yaml:"retention"`           //
	Writers      Writers        `yaml:"write"`               //
	Connector    *Connection    `yaml:"connector,omitempty"` // where the records live, when that is elsewhere

	form    *form.Form
	keyForm *form.Form // reads the key alone
	sets    []searchSet
}

// Field is one datum of a record. What it does not say it takes from its attribute.
type Field struct {
	Name          string            `yaml:"name"`
	Attribute     gov.AttributeID   `yaml:"attribute,omitempty"`     // what it means
	Also          []gov.AttributeID `yaml:"also,omitempty"`          // wider meanings it serves as well
	Authoritative bool              `yaml:"authoritative,omitempty"` // this registry is where the attribute is kept
	Optional      bool              `yaml:"optional,omitempty"`
	Kind          form.Kind         `yaml:"kind,omitempty"`
	Label         gov.Text          `yaml:"label,omitempty"`
	Personal      Personal          `yaml:"personal,omitempty"`
	Pattern       string            `yaml:"pattern,omitempty"`
	MinLength     int               `yaml:"min_length,omitempty"`
	MaxLength     int               `yaml:"max_length,omitempty"`
	Min           string            `yaml:"min,omitempty"`
	Max           string            `yaml:"max,omitempty"`
	Decimals      int               `yaml:"decimals,omitempty"`
	Options       []form.Option     `yaml:"options,omitempty"`
	Questions     []form.Question   `yaml:"questions,omitempty"`
}

// Retention says how long a record stays after it ended.
type Retention struct {
	Days    int      `yaml:"days"`
	Because gov.Text `yaml:"because"`
}

// Writers say who may write.
type Writers struct {
	Roles    []gov.Role      `yaml:"roles,omitempty"`    // in the keeper's organisation, for corrections
	Services []gov.ServiceID `yaml:"services,omitempty"` // whose cases write by a step
	Import   bool            `yaml:"import,omitempty"`
}

// Connection says where the records of a registry live when that is elsewhere:
// a view of another database, or a service behind the exchange.
type Connection struct {
	SQL     *View             `yaml:"sql,omitempty"`
	Service string            `yaml:"service,omitempty"` // INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE
	Path    string            `yaml:"path,omitempty"`    // of the service: "/records/{key}"
	Persons string            `yaml:"persons,omitempty"` // of the service, by the person's civil number: "/persons/{person}"
	Columns map[string]string `yaml:"columns,omitempty"` // field → its name there, where it differs
	Seconds int               `yaml:"seconds,omitempty"` // how long an answer may take; 0: 5
}

// View is a view or table that is only read.
type View struct {
	Driver string `yaml:"driver"` // sqlite, postgres
	Secret string `yaml:"secret"` // name of the setting that holds the source's address
	View   string `yaml:"view"`
}

// Field finds a field; nil when there is none.
func (d *Definition) Field(name string) *Field {
	for i := range d.Fields {
		if d.Fields[i].Name == name {
			return &d.Fields[i]
		}
	}
	return nil
}

// FieldOf is the field that holds an attribute; nil when none does.
func (d *Definition) FieldOf(a gov.AttributeID) *Field {
	for i := range d.Fields {
		if f := &d.Fields[i]; f.Attribute == a || slices.Contains(f.Also, a) {
			return f
		}
	}
	return nil
}

// Attributes are all attributes that its fields hold.
func (d *Definition) Attributes() (out []gov.AttributeID) {
	for _, f := range d.Fields {
		if f.Attribute != "" {
			out = append(append(out, f.Attribute), f.Also...)
		}
	}
	return out
}

// Value is what a record of this registry says of an attribute; nil when nothing.
func (d *Definition) Value(r *Record, a gov.AttributeID) any {
	f := d.FieldOf(a)
	if f == nil {
		return nil
	}
	return r.Values[f.Name]
}

// Questions are the fields as questions, for forms and for showing values.
func (d *Definition) Questions() []form.Question { return d.form.Questions() }

// question is the field as a question, which checks its values.
func (f *Field) question() form.Question {
	q := form.Question{Name: f.Name, Kind: f.Kind, Label: f.Label, Optional: f.Optional, Pattern: f.Pattern, MinLength: f.MinLength,
		MaxLength: f.MaxLength, Min: f.Min, Max: f.Max, Decimals: f.Decimals, Options: f.Options, Questions: f.Questions}
	if q.Kind == form.Group {
		q.MaxRows = mostRows
	}
	return asked(q)
}

// mostRows is how many rows a group of a record may have, such as years of marks.
const mostRows = 200

// fill takes what the field does not say from its attribute.
func (f *Field) fill(a *Attribute) {
	if f.Kind == "" {
		f.Kind = a.Kind
	}
	if len(f.Label) == 0 {
		f.Label = a.Label
	}
	if f.Personal == "" {
		f.Personal = a.Personal
	}
	for _, s := range []struct{ mine, theirs *string }{{&f.Pattern, &a.Pattern}, {&f.Min, &a.Min}, {&f.Max, &a.Max}} {
		if *s.mine == "" {
			*s.mine = *s.theirs
		}
	}
	if f.Decimals == 0 {
		f.Decimals = a.Decimals
	}
	if f.Options == nil {
		f.Options = a.Options
	}
	if f.Questions == nil {
		f.Questions = a.Questions
	}
}
