package ui

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"diwan.example/gov"
)

// Field is one question as the component "field" shows it. Kind is a question
// kind of internal/form: short-text, long-text, number, money, date, time,
// yes-no, one-of, many-of, civil-number, passport, iban, phone, email, address,
// map-point, file, group, computed, declaration; or password-free extras of the
// frame: code (a one-time code), search, hidden.
type Field struct {
	Kind  string
	Name  string // path of the answer: "children.0.name"
	Label gov.Text
	Hint  gov.Text
	Error gov.Text // what is wrong with the answer; empty: nothing

	Optional bool      // marked so; everything else is required
	Locked   bool      // shown, not changeable
	Source   gov.Text  // where a value that was filled in comes from: "سجل السكان"
	AsOf     time.Time // when that source said so
	Held     string    // how a question that a registry answers stands: "waiting", "none", "document", "paper", "asked", "consent", "same", "differs"
	Other    gov.Text  // what the registry says, when the answer differs
	Wallet   string    // where a credential is presented instead of a file
	Proof    *Proof    // what a credential proved
	Said     string    // what the person says is wrong with it
	Wrong    string    // where they can say so
	When     string    // "name=value": shown by the script only then; without it always

	Value  string            // as typed, or canonical
	Parts  map[string]string // date: day month year; address: block road building flat; map-point: lat lng
	Chosen []string          // many-of
	Files  []FileRef         // file: what is already uploaded
	Rows   [][]Field         // group: the fields of each row
	Inner  []Field           // group: the fields of a new row

	Options   []Option
	Gives     string // computed: kind of the result
	Prefix    string // before the box: "+973"
	Suffix    gov.Text
	Min, Max  string
	MaxLength int
	Decimals  int
	Accept    string // media types of a file, comma separated
	MaxFiles  int
	MaxKB     int
	MaxRows   int  // group; 0 means 20
	Heading   bool // the label is the page's heading
	Auto      string
}

// Option is one choice of one-of and many-of.
type Option struct {
	Value string
	Text  gov.Text
	Hint  gov.Text
}

// FileRef is an uploaded file.
type FileRef struct {
	ID   string
	Name string
	Size int64
	Type string
	URL  string // to look at it; may be empty
	Note gov.Text
}

// Proof is what a credential from a wallet proved, and how it is known.
type Proof struct {
	Title, Issuer gov.Text
	Verified      time.Time
	Status        time.Time // as of when it was in force; zero: it has no status
	Claims        []Line
}

// Line is one claim of a Proof.
type Line struct{ Label, Value gov.Text }

// Bare reports whether there is no answer to show, only how the question stands.
func (f Field) Bare() bool {
	return f.Held == "waiting" || f.Held == "none" && f.Locked || f.Held == "document" || f.Held == "paper" || f.Held == "wallet"
}

// Wide reports whether a list of options is long enough for a select.
func (f Field) Wide() bool { return len(f.Options) > 8 }

// More reports whether another file or row may be added.
func (f Field) More() bool {
	if f.Kind == "file" {
		return len(f.Files) < max(f.MaxFiles, 1)
	}
	limit := f.MaxRows
	if limit == 0 {
		limit = 20
	}
	return len(f.Rows) < limit
}

// Limit is the largest size of a file in bytes.
func (f Field) Limit() int64 { return int64(f.MaxKB) << 10 }

// prefix is what stands before the box: for a telephone number the country's
// dialling code, unless a foreign number is in it.
func (f Field) prefix(dial string) string {
	if f.Kind != "phone" || f.Prefix != "" {
		return f.Prefix
	}
	if strings.HasPrefix(f.Value, "+") && !strings.HasPrefix(f.Value, dial) {
		return ""
	}
	return dial
}

// Multiple reports whether several files may be chosen at once.
func (f Field) Multiple() bool { return f.MaxFiles > 1 }

var fieldKinds = map[string]bool{}

func init() {
	for _, k := range []string{"short-text", "long-text", "number", "money", "date", "time", "yes-no", "one-of", "many-of", "civil-number",
		"passport", "iban", "phone", "email", "address", "map-point", "file", "group", "computed", "declaration", "code", "search", "hidden"} {
		fieldKinds[k] = true
	}
}

// field builds a Field from pairs in a template; phrases may be plain strings
// in the page's language.
func field(l gov.Lang, pairs ...any) (Field, error) {
	var f Field
	m, err := dict(pairs...)
	if err != nil {
		return f, err
	}
	v := reflect.ValueOf(&f).Elem()
	for k, val := range m {
		slot := v.FieldByName(k)
		if !slot.IsValid() {
			return f, fmt.Errorf("a field has no %q", k)
		}
		if s, ok := val.(string); ok && slot.Type() == reflect.TypeFor[gov.Text]() {
			if s == "" {
				continue
			}
			val = gov.Text{l: s}
		}
		if val == nil {
			continue
		}
		given := reflect.ValueOf(val)
		if !given.CanConvert(slot.Type()) {
			return f, fmt.Errorf("%s of a field cannot be %T", k, val)
		}
		slot.Set(given.Convert(slot.Type()))
	}
	if !fieldKinds[f.Kind] {
		return f, fmt.Errorf("no kind of field %q", f.Kind)
	}
	return f, nil
}

// Problems collects what is wrong in fields, rows included, for the error summary.
func Problems(fields []Field) (out gov.Problems) {
	for _, f := range fields {
		if len(f.Error) > 0 {
			out = append(out, gov.Problem{Field: f.Name, Text: f.Error})
		}
		for _, row := range f.Rows {
			out = append(out, Problems(row)...)
		}
	}
	return out
}
