package cpsvap

import (
	"fmt"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// Note is one thing in a file that was not understood, or only in part.
type Note struct {
	File     string
	Line     int    // 0: not known
	Subject  string // of what it is said, in short
	Property string // in short; empty: of the whole subject
	Text     gov.Text
	Left     bool // it was left out; else it was taken as the text says
}

// In writes the note as file:line: subject property: text.
func (n Note) In(l gov.Lang) string {
	place := n.File
	if n.Line > 0 {
		place = fmt.Sprintf("%s:%d", n.File, n.Line)
	}
	return place + ": " + strings.TrimSpace(n.Subject+" "+n.Property) + ": " + n.Text.In(l)
}

// brief writes an IRI as short as people know it.
func brief(iri string) string {
	if s := Context().Short(iri); s != iri {
		return s
	}
	if term, ok := strings.CutPrefix(iri, rdf.Unknown); ok {
		return "“" + clipped(term, 60) + "”"
	}
	if strings.HasPrefix(iri, "_:") {
		return "[]"
	}
	return "<" + clipped(iri, 120) + ">"
}

func clipped(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
