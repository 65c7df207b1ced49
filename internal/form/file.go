package form

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
)

func readFile(r *run, q *question, v any) (any, gov.Problems) {
	list, ok := attachments(v)
	if !ok {
		return nil, wrong(notFile)
	}
	files := list.([]Attachment)
	if len(files) > q.limits.count {
		return nil, wrong(tooManyFiles.Sprintf(q.limits.count, len(files)))
	}
	out := make([]Attachment, 0, len(files))
	var bad gov.Problems
	seen := map[string]bool{}
	for i, a := range files {
		if seen[a.Blob] {
			continue
		}
		seen[a.Blob] = true
		stored, problem := r.attachment(q, a)
		if problem != nil {
			bad = append(bad, gov.Problem{Field: strconv.Itoa(i), Text: problem})
			continue
		}
		out = append(out, stored)
	}
	if bad != nil {
		return nil, bad
	}
	return out, nil
}

// attachment checks one file against the question's limits.
func (r *run) attachment(q *question, a Attachment) (Attachment, gov.Text) {
	if !blobKey(a.Blob) {
		return a, notFile
	}
	if r.c.File != nil {
		stored, ok := r.c.File(a.Blob)
		if !ok {
			return a, notYourFile
		}
		stored.Blob = a.Blob
		a = stored
	}
	a.Name = CleanName(a.Name)
	if a.Scan != "clean" {
		a.Scan = "unscanned"
	}
	return a, q.limits.refuses(a.Type, a.Size)
}

// refuses says why a file of this type and size is not taken; nil when it is.
func (l limits) refuses(mediaType string, size int64) gov.Text {
	for _, t := range l.types {
		if t != mediaType {
			continue
		}
		switch {
		case size <= 0:
			return emptyFile
		case size > l.bytes:
			return bigFile.Sprintf(l.bytes >> 10)
		}
		return nil
	}
	return wrongType.Sprintf(typeNames(l.types))
}

// FileProblem says why q does not take a file of this type and size, for an
// upload to refuse it at once; nil when it does.
func (f *Form) FileProblem(name, mediaType string, size int64) gov.Text {
	q := f.scope.byName[name]
	if q == nil || q.Kind != File {
		return unknownAnswer
	}
	return q.limits.refuses(mediaType, size)
}

func blobKey(s string) bool {
	hex, ok := strings.CutPrefix(s, "sha256-")
	return ok && len(hex) == 64 && strings.Trim(hex, "0123456789abcdef") == ""
}

// CleanName is a file's name as it is kept and shown: without folders, control
// characters and bidirectional overrides, at most 120 characters with its ending.
func CleanName(s string) string {
	if len(s) > 4096 {
		s = s[len(s)-4096:]
	}
	s, _ = gov.CleanText(s)
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s = strings.TrimSpace(strings.NewReplacer("\n", " ", "\t", " ", "\x00", "").Replace(s))
	if n := utf8.RuneCountInString(s); n > 120 {
		r := []rune(s)
		s = strings.TrimSpace(string(r[:110])) + strings.TrimSpace(string(r[n-10:]))
	}
	if strings.Trim(s, ". ") == "" {
		return "file"
	}
	return s
}

// attachments reads a list of attachments as Go or JSON holds them.
func attachments(v any) (any, bool) {
	if l, ok := v.([]Attachment); ok {
		return l, true
	}
	if a, ok := v.(Attachment); ok {
		return []Attachment{a}, true
	}
	l, ok := items(v)
	if !ok || len(l) > 1_000 {
		return nil, false
	}
	out := make([]Attachment, len(l))
	for i, x := range l {
		if a, is := x.(Attachment); is {
			out[i] = a
			continue
		}
		o, is := fields(x)
		if !is {
			return nil, false
		}
		size, _ := looseMoney(o["size"])
		out[i].Blob, _ = o["blob"].(string)
		out[i].Name, _ = o["name"].(string)
		out[i].Type, _ = o["type"].(string)
		out[i].Size, _ = size.(int64)
		out[i].Scan, _ = o["scan"].(string)
	}
	return out, true
}
