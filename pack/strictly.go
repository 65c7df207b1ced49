package pack

import "diwan.example/gov"

// Place is where a value stands in its file; both count from 1.
type Place struct{ Line, Col int }

// Places tell where the values of a file stood by their path: ".fields.2.kind".
type Places map[string]Place

// At is the place of a path, or of the nearest thing around it.
func (p Places) At(path string) Place {
	for {
		if at, ok := p[path]; ok {
			return at
		}
		if path == "" {
			return Place{1, 1}
		}
		path = parent(path)
	}
}

func parent(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '.' {
			return path[:i]
		}
	}
	return ""
}

// Strictly fills into (a pointer to a struct with yaml tags) from one YAML file
// as packs are read: an unknown, repeated or missing key is a problem with its
// line, column and a suggestion, every text has every language, scalars are taken
// as written. For other files that people write by hand.
func Strictly(file, source string, langs []gov.Lang, into any) (Places, Problems) {
	s := &strict{file: file, source: source, langs: langs, places: map[string]place{"": {line: 1, col: 1}}}
	s.load(source, into)
	out := make(Places, len(s.places))
	for path, p := range s.places {
		out[path] = Place{p.line, p.col}
	}
	return out, s.problems
}
