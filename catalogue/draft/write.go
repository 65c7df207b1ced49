package draft

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
)

// sheet writes one YAML file so that people can read and change it.
type sheet struct {
	strings.Builder
	langs []gov.Lang
}

func (d *drawing) sheet() *sheet { return &sheet{langs: d.langs} }

// put writes a line.
func (s *sheet) put(format string, args ...any) {
	fmt.Fprintf(s, format+"\n", args...)
}

// note writes a comment for the owner, in each language of the pack.
func (s *sheet) note(indent string, t gov.Text) {
	for _, l := range s.langs {
		if words := oneLine(t[l]); words != "" {
			s.put("%s# %s", indent, words)
		}
	}
}

// widest is how many letters a text may have to stand in one line.
const widest = 110

// text writes a key with a text in the pack's languages: in one line when short.
func (s *sheet) text(start string, key string, t gov.Text) {
	flow := s.flow(t)
	if len([]rune(flow)) <= widest {
		s.put("%s%s: %s", start, key, flow)
		return
	}
	s.put("%s%s:", start, key)
	indent := strings.Repeat(" ", len(start)+2)
	for _, l := range s.langs {
		s.put("%s%s: %s", indent, l, quoted(t[l]))
	}
}

// flow writes a text as {en: "…", fr: "…"}.
func (s *sheet) flow(t gov.Text) string {
	parts := make([]string, len(s.langs))
	for i, l := range s.langs {
		parts[i] = string(l) + ": " + quoted(t[l])
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// quoted writes a text so that YAML reads it back whatever it holds.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(oneLine(s)) // a string always encodes
	return strings.TrimSpace(b.String())
}

// oneLine is a text without line breaks and hidden letters.
func oneLine(s string) string {
	clean, _ := gov.CleanText(s)
	return strings.Join(strings.Fields(clean), " ")
}

// plain takes braces out of a text that is put where they would name a value.
var plain = strings.NewReplacer("{", "(", "}", ")")

func plainText(t gov.Text) gov.Text {
	out := gov.Text{}
	for l, s := range t {
		out[l] = plain.Replace(s)
	}
	return out
}

// join puts two comments after each other.
func join(a, b gov.Text) gov.Text {
	out := gov.Text{}
	for _, l := range gov.Spoken {
		out[l] = strings.TrimSpace(a[l] + " " + b[l])
	}
	return out
}

// listed names several things in one text: "a; b".
func listed(list []gov.Text) gov.Text {
	out := gov.Text{}
	for _, l := range gov.Spoken {
		var names []string
		for _, t := range list {
			names = append(names, strings.TrimRight(t[l], "."))
		}
		mark := "; "
		if l == gov.Arabic {
			mark = "؛ "
		}
		out[l] = strings.Join(names, mark)
	}
	return out
}

// shortened keeps the first sentences of a text, at most that many letters; a
// sentence that is longer ends with an ellipsis.
func shortened(t gov.Text, most int) gov.Text {
	out := gov.Text{}
	for l, s := range t {
		out[l] = cut(oneLine(s), most)
	}
	return out
}

func cut(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	head := r[:most]
	for i := len(head) - 1; i > most/3; i-- {
		if slices.Contains([]rune{'.', '؟', '!', '?'}, head[i]) && r[i+1] == ' ' {
			return string(head[:i+1])
		}
	}
	for i := len(head) - 1; i > 0; i-- {
		if head[i] == ' ' {
			return strings.TrimRight(string(head[:i]), " ,،;؛") + "…"
		}
	}
	return string(head[:most-1]) + "…"
}

func number(n int) string { return strconv.Itoa(n) }

// longestName is how many letters of a label a question's name keeps.
const longestName = 40

// nameOf makes the name of a question that no other has: of the part's id, else
// of its English words, else of its place in the list.
func nameOf(taken map[string]bool, kind, id string, label gov.Text, place int) string {
	words := slug(id)
	if words == "" {
		words = slug(label[gov.English])
	}
	name := kind + "_" + words
	if words == "" {
		name = kind + "_" + number(place+1)
	}
	for base, n := name, 2; taken[name]; n++ {
		name = base + "_" + number(n)
	}
	taken[name] = true
	return name
}

// slug is the Latin letters and figures of s with _ between the words.
func slug(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	out := ""
	for _, w := range words {
		if len(out)+len(w) > longestName {
			break
		}
		out = strings.TrimPrefix(out+"_"+w, "_")
	}
	return out
}
