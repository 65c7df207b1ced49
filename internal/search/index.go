// Package search finds short documents by Arabic, English and French words:
// spelling variants fold together, light stems and synonyms match, one typing
// mistake is forgiven, and the best match comes first. It counts facets as it
// goes.
//
// An Index is held in memory, is built once and never changes, so any number of
// readers may share it; build a new one when the documents change.
package search

import (
	"math"
	"slices"
	"strings"
	"sync"
)

// Document is something that can be found.
type Document struct {
	ID     string
	Fields []Field
	Facets map[string][]string // "organisation" → "moe"
}

// Field is a text of a document and how much a word in it counts.
type Field struct {
	Text   string
	Weight float64
}

// Index holds documents ready to be searched.
type Index struct {
	ids      []string
	facets   facets
	length   []float64 // weighted words of each document
	average  float64
	postings map[string][]posting
	byLength map[int][]string // the vocabulary, by number of letters
	synonyms map[string][]string
	longest  int       // words in the longest synonym
	slates   sync.Pool // of *slate
}

// posting says how strongly a term occurs in a document.
type posting struct {
	doc    int32
	weight float32
}

// stemShare is what a word counts for when only its stem matches.
const stemShare = 0.7

// New builds an index over docs. Each line of synonyms holds words or short
// phrases that mean the same, in any language.
func New(docs []Document, synonyms [][]string) *Index {
	x := &Index{
		ids: make([]string, len(docs)), facets: newFacets(docs), length: make([]float64, len(docs)),
		postings: map[string][]posting{}, byLength: map[int][]string{},
	}
	x.slates.New = func() any { return newSlate(len(docs)) }
	read := reader{known: vocabulary(docs), forms: map[string][]form{}}
	for i, d := range docs {
		x.ids[i] = d.ID
		x.add(i, d, &read)
	}
	for term := range x.postings {
		n := letters(term)
		x.byLength[n] = append(x.byLength[n], term)
	}
	for _, list := range x.byLength {
		slices.Sort(list)
	}
	x.average = max(x.average/float64(max(len(docs), 1)), 1)
	x.learn(synonyms)
	return x
}

// Len is the number of documents.
func (x *Index) Len() int { return len(x.ids) }

// vocabulary is every word as it stands in the documents.
func vocabulary(docs []Document) map[string]bool {
	out := map[string]bool{}
	for _, d := range docs {
		for _, f := range d.Fields {
			for _, w := range words(Fold(f.Text)) {
				out[w] = true
			}
		}
	}
	return out
}

// form is a term under which a word is found, and what a match of it counts.
type form struct {
	term  string
	share float64
}

// reader turns words into forms and remembers them.
type reader struct {
	known map[string]bool
	forms map[string][]form
}

// of are the forms of a word: itself, its stems, and what stands behind a joined
// letter.
func (r *reader) of(w string) []form {
	if list, ok := r.forms[w]; ok {
		return list
	}
	list := withStems(nil, w, 1)
	if rest, ok := detached(w, "ول", func(s string) bool { return r.known[s] }); ok {
		list = withStems(list, rest, stemShare)
	}
	r.forms[w] = list
	return list
}

// withStems adds a word and, where they differ, its stems.
func withStems(list []form, w string, share float64) []form {
	list = append(list, form{w, share})
	for _, s := range stems(w) {
		if s != w {
			list = append(list, form{s, share * stemShare})
		}
	}
	return list
}

func (x *Index) add(i int, d Document, read *reader) {
	terms := map[string]float64{}
	for _, f := range d.Fields {
		for _, w := range words(Fold(f.Text)) {
			x.length[i] += f.Weight
			for _, form := range read.of(w) {
				terms[form.term] += f.Weight * form.share
			}
		}
	}
	x.average += x.length[i]
	for term, w := range terms {
		x.postings[term] = append(x.postings[term], posting{int32(i), float32(w)})
	}
}

// learn takes in the synonyms, keyed by the stems of their words.
func (x *Index) learn(groups [][]string) {
	x.synonyms = map[string][]string{}
	for _, g := range groups {
		for _, phrase := range g {
			key := phraseKey(words(Fold(phrase)))
			for _, other := range g {
				if other != phrase {
					x.synonyms[key] = append(x.synonyms[key], other)
				}
			}
			x.longest = max(x.longest, len(words(Fold(phrase))))
		}
	}
}

func phraseKey(ws []string) string {
	stems := make([]string, len(ws))
	for i, w := range ws {
		stems[i] = Stem(w)
	}
	return strings.Join(stems, " ")
}

// relevance is BM25 of one term in the documents that hold it.
func (x *Index) relevance(term string, each func(doc int32, score float64)) {
	list := x.postings[term]
	if len(list) == 0 {
		return
	}
	n, df := float64(len(x.ids)), float64(len(list))
	idf := math.Log(1 + (n-df+0.5)/(df+0.5))
	const k, b = 1.2, 0.4
	for _, p := range list {
		tf := float64(p.weight)
		each(p.doc, idf*tf*(k+1)/(tf+k*(1-b+b*x.length[p.doc]/x.average)))
	}
}
