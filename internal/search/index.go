// Package search finds short documents by Arabic and English words: spelling
// variants fold together, light stems and synonyms match, one typing mistake is
// forgiven, and the best match comes first. It counts facets as it goes.
//
// An Index is held in memory, is built once and never changes, so any number of
// readers may share it; build a new one when the documents change.
package search

import (
	"math"
	"slices"
	"strings"
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
	docs     []Document
	length   []float64 // weighted words of each document
	average  float64
	postings map[string][]posting
	byLength map[int][]string // the vocabulary, by number of letters
	synonyms map[string][]string
	longest  int // words in the longest synonym
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
	x := &Index{docs: slices.Clone(docs), length: make([]float64, len(docs)), postings: map[string][]posting{}, byLength: map[int][]string{}}
	known := vocabulary(docs)
	for i, d := range x.docs {
		x.add(i, d, known)
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
func (x *Index) Len() int { return len(x.docs) }

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

func (x *Index) add(i int, d Document, known map[string]bool) {
	terms := map[string]float64{}
	for _, f := range d.Fields {
		for _, w := range words(Fold(f.Text)) {
			x.length[i] += f.Weight
			put(terms, w, f.Weight)
			if rest, ok := detached(w, "ول", func(s string) bool { return known[s] }); ok {
				put(terms, rest, f.Weight*stemShare)
			}
		}
	}
	x.average += x.length[i]
	for term, w := range terms {
		x.postings[term] = append(x.postings[term], posting{int32(i), float32(w)})
	}
}

// put adds a word and, when it differs, its stem.
func put(terms map[string]float64, w string, weight float64) {
	terms[w] += weight
	if s := Stem(w); s != w {
		terms[s] += weight * stemShare
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
	n, df := float64(len(x.docs)), float64(len(list))
	idf := math.Log(1 + (n-df+0.5)/(df+0.5))
	const k, b = 1.2, 0.4
	for _, p := range list {
		tf := float64(p.weight)
		each(p.doc, idf*tf*(k+1)/(tf+k*(1-b+b*x.length[p.doc]/x.average)))
	}
}
