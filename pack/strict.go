package pack

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
	"go.yaml.in/yaml/v4"
)

// deepest is how deep a file may be nested; honest packs need eight.
const deepest = 40

// strict fills Go values from one file's YAML nodes. It gathers every problem
// and remembers where each value stood, so that later checks can point to it.
// Scalars are taken as written: a title "007" or an amount 2.000 keeps its zeros.
type strict struct {
	file     string
	source   string
	langs    []gov.Lang
	problems Problems
	places   map[string]place // path of a value: "steps.2.routes.0.when"
}

// place is where a value stands in its file.
type place struct {
	line, col int
	style     yaml.Style
}

func (s *strict) fail(n *yaml.Node, suggestion, ar, en string, args ...any) {
	if len(s.problems) >= most {
		return
	}
	s.problems = append(s.problems, Problem{File: s.file, Line: max(n.Line, 1), Col: max(n.Column, 1),
		Text: gov.T(ar, en).Sprintf(args...), Suggestion: suggestion})
}

// value fills v from n.
func (s *strict) value(n *yaml.Node, v reflect.Value, path string) {
	s.places[path] = place{line: max(n.Line, 1), col: max(n.Column, 1), style: n.Style}
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		s.fail(n, "", "لا تُستعمل المراسي والإحالات (& و*) في هذه الملفات، اكتب القيمة نفسها", "anchors and aliases (& and *) are not used here; write the value out")
		return
	case strings.Count(path, ".") > deepest:
		s.fail(n, "", "التداخل هنا أعمق مما يُقبل", "nested too deeply")
		return
	case n.Style&yaml.TaggedStyle != 0:
		s.fail(n, "", "الوسم %s غير مقبول في هذه الملفات", "the tag %s is not used here", n.Tag)
		return
	}
	if n.Tag == "!!null" && v.Kind() != reflect.Interface {
		s.fail(n, "", "القيمة ناقصة هنا", "a value is missing here")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		s.value(n, v.Elem(), path)
	case reflect.Struct:
		s.object(n, v, path)
	case reflect.Slice:
		s.list(n, v, path)
	case reflect.Map:
		s.table(n, v, path)
	case reflect.Interface:
		if x := s.free(n, path); x != nil {
			v.Set(reflect.ValueOf(x))
		}
	default:
		s.scalar(n, v)
	}
}

func (s *strict) scalar(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		s.fail(n, "", "المطلوب هنا قيمة واحدة لا قائمة ولا مفاتيح", "one value is needed here, not a list or keys")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
	case reflect.Int:
		i, err := strconv.Atoi(gov.Digits(n.Value))
		if err != nil {
			s.fail(n, "", "المطلوب هنا عدد صحيح، والمكتوب %q", "a whole number is needed here, not %q", n.Value)
		}
		v.SetInt(int64(i))
	case reflect.Bool:
		if n.Value != "true" && n.Value != "false" {
			s.fail(n, "", "المطلوب هنا true أو false، والمكتوب %q", "true or false is needed here, not %q", n.Value)
		}
		v.SetBool(n.Value == "true")
	default:
		panic("pack: no reading of " + v.Type().String())
	}
}

func (s *strict) list(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.SequenceNode {
		s.fail(n, "", "المطلوب هنا قائمة: كل بند في سطر يبدأ بشرطة", "a list is needed here: each item on a line that begins with a dash")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, c := range n.Content {
		s.value(c, v.Index(i), fmt.Sprintf("%s.%d", path, i))
	}
}

// keys walks over the keys of a mapping once each; false when n is none.
func (s *strict) keys(n *yaml.Node, each func(key, value *yaml.Node)) bool {
	if n.Kind != yaml.MappingNode {
		s.fail(n, "", "المطلوب هنا مفاتيح وقيمها، على صورة «المفتاح: القيمة»", "keys with values are needed here, like \"key: value\"")
		return false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		switch {
		case k.Kind != yaml.ScalarNode || k.Tag == "!!merge":
			s.fail(k, "", "المفتاح هنا يجب أن يكون كلمة", "a key must be a word")
			continue
		case seen[k.Value]:
			s.fail(k, "", "المفتاح %q مكرر", "the key %q occurs twice", k.Value)
			continue
		}
		seen[k.Value] = true
		each(k, n.Content[i+1])
	}
	return true
}

func (s *strict) table(n *yaml.Node, v reflect.Value, path string) {
	if v.Type() == reflect.TypeFor[gov.Text]() {
		s.text(n, v, path)
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	s.keys(n, func(k, c *yaml.Node) {
		x := reflect.New(v.Type().Elem()).Elem()
		s.value(c, x, path+"."+k.Value)
		v.SetMapIndex(reflect.ValueOf(k.Value).Convert(v.Type().Key()), x)
	})
}

// text reads a phrase: every language of the pack, and no other.
func (s *strict) text(n *yaml.Node, v reflect.Value, path string) {
	t := gov.Text{}
	v.Set(reflect.ValueOf(t))
	if n.Kind != yaml.MappingNode {
		s.fail(n, "", "اكتب النص بكل لغة: {%s}", "write the text in each language: {%s}", sample(s.langs))
		return
	}
	s.keys(n, func(k, c *yaml.Node) {
		if known := slices.Contains(s.langs, gov.Lang(k.Value)); !known && c.Tag == "!!null" {
			s.fail(k, "", "النص الذي فيه فاصلة لاتينية (,) بين قوسين { } يوضع بين علامتي اقتباس", "inside { } a text with a comma must stand in quotes")
			return
		}
		var x string
		s.value(c, reflect.ValueOf(&x).Elem(), path+"."+k.Value)
		if !slices.Contains(s.langs, gov.Lang(k.Value)) {
			s.fail(k, "", "اللغة %q ليست من لغات هذه الخدمة", "%q is not a language of this pack", k.Value)
		}
		t[gov.Lang(k.Value)] = strings.TrimSpace(x)
	})
	for _, l := range t.Missing(s.langs...) {
		s.fail(n, "", "النص ناقص بلغة %q", "the text is missing in %q", l)
	}
}

// sample shows how a text in these languages is written: "ar: …, en: …".
func sample(langs []gov.Lang) string {
	out := make([]string, len(langs))
	for i, l := range langs {
		out[i] = string(l) + ": …"
	}
	return strings.Join(out, ", ")
}

// free reads a value of no fixed type, as examples have: true and false, lists, keys, else text as written.
func (s *strict) free(n *yaml.Node, path string) any {
	switch n.Kind {
	case yaml.SequenceNode:
		out := []any{}
		s.list(n, reflect.ValueOf(&out).Elem(), path)
		return out
	case yaml.MappingNode:
		out := map[string]any{}
		s.table(n, reflect.ValueOf(&out).Elem(), path)
		return out
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return n.Value == "true"
	}
	return n.Value
}
