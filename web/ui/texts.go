package ui

import (
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"diwan.example/gov"
)

// Texts are the messages of one web package: key → language → plural form → phrase.
type Texts map[string]map[gov.Lang]Forms

// Forms are the plural forms of a phrase: zero, one, two, few, many, other. A
// phrase that does not count has only other.
type Forms map[string]string

// UnmarshalYAML reads a phrase, or a mapping of plural forms.
func (f *Forms) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*f = Forms{"other": n.Value}
		return nil
	}
	return n.Decode((*map[string]string)(f))
}

// ReadTexts reads texts.yaml from fsys.
func ReadTexts(fsys fs.FS) (Texts, error) {
	b, err := fs.ReadFile(fsys, "texts.yaml")
	if err != nil {
		return nil, err
	}
	t := Texts{}
	if err := yaml.Unmarshal(b, &t); err != nil {
		return nil, fmt.Errorf("texts.yaml: %w", err)
	}
	return t, nil
}

// with returns t and all of more; t wins.
func (t Texts) with(more Texts) Texts {
	out := maps.Clone(more)
	maps.Copy(out, t)
	return out
}

// say writes the message under key in l. {0}, {1}… are the arguments; the
// first whole number among them chooses the plural form. A missing key shows
// itself, so that nobody overlooks it; CheckTexts finds it before that.
func (t Texts) say(l gov.Lang, f Format, key string, args ...any) string {
	forms, ok := t[key][l]
	if !ok {
		return "⟦" + key + "⟧"
	}
	s := forms[form(l, args)]
	if s == "" {
		s = forms["other"]
	}
	for i, a := range args {
		s = strings.ReplaceAll(s, "{"+strconv.Itoa(i)+"}", f.argument(a))
	}
	return s
}

var formNames = map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}

func form(l gov.Lang, args []any) string {
	for _, a := range args {
		if n, ok := whole(a); ok {
			return formNames[plural.Cardinal.MatchPlural(language.Make(string(l)), int(max(n, -n)%10_000_000), 0, 0, 0, 0)]
		}
	}
	return "other"
}

// whole returns a as a number that counts something.
func whole(a any) (int64, bool) {
	switch n := a.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	}
	return 0, false
}

// argument writes a for a sentence in f's language; foreign words are isolated
// so that they do not disturb the order of the words around them.
func (f Format) argument(a any) string {
	if n, ok := whole(a); ok {
		return f.Number(n)
	}
	s := f.Text(a)
	for _, r := range s {
		if arabic := r >= 0x0600 && r <= 0x06FF; arabic != (f.Lang == gov.Arabic) && (arabic || r|32 >= 'a' && r|32 <= 'z') {
			return "\u2068" + s + "\u2069"
		}
	}
	return s
}

// plain writes any simple value as bare text.
func plain(a any) string {
	switch x := a.(type) {
	case nil:
		return ""
	case string:
		return x
	case template.HTML:
		return string(x)
	}
	return fmt.Sprint(a)
}
