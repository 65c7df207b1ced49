package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"diwan.example/gov"
	"go.yaml.in/yaml/v4"
)

// at is a path inside a file, as strict remembers places: at("steps", 2, "next").
func at(parts ...any) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, ".%v", p)
	}
	return b.String()
}

// fail records a problem at a path; when that key is absent it points to the nearest thing around it.
func (r *reader) fail(file, path, suggestion, ar, en string, args ...any) {
	pl := r.place(file, path)
	r.at(file, pl.line, pl.col, suggestion, ar, en, args...)
}

func (r *reader) place(file, path string) place {
	for s := r.files[file]; ; path = path[:strings.LastIndexByte(path, '.')] {
		if pl, ok := s.places[path]; ok || path == "" {
			return pl
		}
	}
}

// named records a problem when name is not among names.
func (r *reader) named(file, path, ar, en, name string, names []string) bool {
	if slices.Contains(names, name) {
		return true
	}
	r.fail(file, path, nearest(name, names), ar+" %q", en+" %q", name)
	return false
}

// spot points into the text of a value: line and column of a rule are counted
// from the value's own beginning.
func (r *reader) spot(file, path string, line, col int) *yaml.Node {
	pl := r.place(file, path)
	line, col = max(line, 1), max(col, 1)
	switch {
	case pl.style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		l := pl.line + line
		text := lineOf(r.files[file].source, l)
		return &yaml.Node{Line: l, Column: len(text) - len(strings.TrimLeft(text, " ")) + col}
	case line > 1:
		return &yaml.Node{Line: pl.line + line - 1, Column: col}
	case pl.style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		col++
	}
	return &yaml.Node{Line: pl.line, Column: pl.col + col - 1}
}

// check holds a pack that was read to every rule, and compiles its rules.
func (r *reader) check() {
	r.checkService()
	r.checkKeys()
	r.checkNames()
	if len(r.problems) > 0 {
		return // the graph and the rules need sound names
	}
	g := newGraph(r.p)
	r.checkGraph(g)
	r.checkAttributes()
	r.checkCredentials()
	if r.compile(g); len(r.problems) == 0 && !r.o.Stored {
		r.checkExamples()
	}
}

var (
	idShape      = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	serviceShape = regexp.MustCompile(`^[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*$`)
	prefixShape  = regexp.MustCompile(`^[A-Z]{2,3}$`)
)

// What the lists of service.yaml may hold.
var (
	audiences = []string{"citizen", "resident", "visitor", "business"}
	channels  = []string{string(gov.Portal), string(gov.Counter), string(gov.Kiosk), string(gov.Phone), string(gov.API)}
	mandates  = []string{"guardian", "company", "agent"}
)

func (r *reader) checkService() {
	s := &r.p.Service
	if !serviceShape.MatchString(string(s.ID)) {
		r.fail(serviceFile, at("id"), "", "معرّف الخدمة على صورة area/name بحروف لاتينية صغيرة", "a service's id looks like area/name in small letters")
	}
	if !prefixShape.MatchString(s.Prefix) {
		r.fail(serviceFile, at("prefix"), "", "البادئة حرفان أو ثلاثة أحرف لاتينية كبيرة", "the prefix is two or three capital letters")
	}
	r.organisation(serviceFile, at("organisation"), s.Organisation)
	r.words("audience", audiences, s.Audience, true)
	given := make([]string, len(s.Channels))
	for i, c := range s.Channels {
		given[i] = string(c)
	}
	r.words("channels", channels, given, true)
	r.words("for_others", mandates, s.ForOthers, false)
	if s.AppealDays < 0 || s.DraftDays < 0 {
		r.fail(serviceFile, at("appeal_days"), "", "عدد الأيام لا يكون سالبًا", "a number of days cannot be negative")
	}
	if s.AppealDays == 0 && s.AppealTo != "" || s.AppealDays > 0 && s.AppealTo == "" {
		r.fail(serviceFile, at("appeal_to"), "", "التظلم يحتاج إلى appeal_days و appeal_to معًا", "an appeal needs both appeal_days and appeal_to")
	}
	if s.AppealTo != "" {
		r.checkAppeal(s.AppealTo)
	}
}

func (r *reader) checkAppeal(to string) {
	var reviews []string
	for _, s := range r.p.Steps {
		if s.Kind == Review {
			reviews = append(reviews, s.ID)
		}
	}
	r.named(serviceFile, at("appeal_to"), "لا توجد خطوة مراجعة (review) باسم", "there is no review step", to, reviews)
}

// words demands known words of a list in service.yaml, each once.
func (r *reader) words(key string, allowed, got []string, required bool) {
	if required && len(got) == 0 {
		r.fail(serviceFile, at(key), "", "القائمة %q فارغة", "the list %q is empty", key)
	}
	for i, w := range got {
		r.named(serviceFile, at(key, i), "الكلمة غير معروفة هنا:", "unknown word here:", w, allowed)
		if slices.Index(got, w) < i {
			r.fail(serviceFile, at(key, i), "", "%q مكررة", "%q occurs twice", w)
		}
	}
}

func (r *reader) organisation(file, path string, id gov.OrgID) {
	if r.o.Organisation != nil && !r.o.Stored && !r.o.Organisation(id) {
		r.fail(file, path, "", "لا توجد جهة باسم %q", "there is no organisation %q", string(id))
	}
}
