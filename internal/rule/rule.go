// Package rule compiles and runs the short rules that packs are made of: CEL
// expressions over the answers, type-checked when the pack is read, with
// messages a civil servant understands, and bounded when they run.
//
// Names are declared with a Type. Values go in and come out in the canonical
// shapes of answers: text as string, money as int64 minor units, a date as
// "2006-01-02", a list as a slice, a record as map[string]any. Inside a rule a
// date is a moment at midnight UTC, so dates compare, subtract and add.
//
// Beyond CEL's own vocabulary a rule may say:
//
//	date("2026-01-31")             that day
//	date_add(d, 3, "months")       d and three months later; also days, weeks, years
//	d + days(30), d + months(6), d - years(1)
//	years_between(a, b)            whole years from a to b
//	age(d)                         whole years from d until today
//	money("12.500")                an amount
//	format(amount)                 an amount as text: "12.500"
//	sum(list), min(…), max(…)      of two values or of a list
//	round(number)                  the nearest whole number
//	joined(list, ", ")             texts as one text
//	upper(text), lower(text), trim(text)
//
// Whole numbers and decimals may be mixed in + - * / and in comparisons.
package rule

import (
	"cel.dev/cel-go/cel"
	"diwan.example/gov"
)

type base uint8

const (
	anything base = iota
	text
	number
	whole
	money
	date
	moment
	clock
	truth
	list
	mapping
	record
)

// Type is the type of a name or of a rule's result. Its zero value is Any.
type Type struct {
	base   base
	name   string
	elem   *Type
	fields *[]Var
}

// The simple types.
var (
	Any    = Type{}
	Text   = Type{base: text}   // string
	Number = Type{base: number} // float64
	Whole  = Type{base: whole}  // int64
	Money  = Type{base: money}  // int64 minor units
	Date   = Type{base: date}   // "2006-01-02"
	Moment = Type{base: moment} // time.Time
	Time   = Type{base: clock}  // "15:04"
	Bool   = Type{base: truth}  // bool
)

// List is the type of a list of t.
func List(t Type) Type { return Type{base: list, elem: &t} }

// Map is the type of a map from text to t. Reading a key that is not there
// gives t's zero value.
func Map(t Type) Type { return Type{base: mapping, elem: &t} }

// Record is the type of a value with named fields. Two records of one Env with
// the same name must be the same.
func Record(name string, fields ...Var) Type {
	return Type{base: record, name: name, fields: &fields}
}

// Var declares a name that rules may use.
type Var struct {
	Name string
	Type Type
}

// Elem is the type of a list's or map's elements; Any for other types.
func (t Type) Elem() Type {
	if t.elem == nil {
		return Any
	}
	return *t.elem
}

// Fields are a record's fields.
func (t Type) Fields() []Var {
	if t.fields == nil {
		return nil
	}
	return *t.fields
}

var words = map[base]gov.Text{
	anything: gov.T("أي شيء", "anything"), text: gov.T("نص", "text"), number: gov.T("عدد", "a number"), whole: gov.T("عدد صحيح", "a whole number"),
	money: gov.T("مبلغ", "an amount of money"), date: gov.T("تاريخ", "a date"), moment: gov.T("وقت بتاريخه", "a moment"), clock: gov.T("وقت", "a time"),
	truth: gov.T("صواب أو خطأ", "true or false"), list: gov.T("قائمة من %s", "a list of %s"), mapping: gov.T("جدول من %s", "a map of %s"),
	record: gov.T("سجل %s", "a record %s"),
}

// Words names the type for people.
func (t Type) Words() gov.Text {
	switch t.base {
	case list, mapping:
		return words[t.base].Sprintf(t.Elem().Words())
	case record:
		return words[record].Sprintf(t.name)
	}
	return words[t.base]
}

// String names the type in English.
func (t Type) String() string { return t.Words()[gov.English] }

func (t Type) cel() *cel.Type {
	switch t.base {
	case text, clock:
		return cel.StringType
	case number:
		return cel.DoubleType
	case whole, money:
		return cel.IntType
	case date, moment:
		return cel.TimestampType
	case truth:
		return cel.BoolType
	case list:
		return cel.ListType(t.elem.cel())
	case mapping:
		return cel.MapType(cel.StringType, t.elem.cel())
	case record:
		return cel.ObjectType(recordName(t.name))
	}
	return cel.DynType
}

// recordName keeps a record's type apart from the variable of the same name.
func recordName(name string) string { return "record." + name }

// takes reports whether a result of CEL type got is good for t.
func (t Type) takes(got *cel.Type) bool {
	if got.Kind() == cel.DynKind || t.base == anything {
		return true
	}
	if t.base == number && got.Kind() == cel.IntKind {
		return true
	}
	return t.cel().IsAssignableType(got)
}
