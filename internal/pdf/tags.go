package pdf

import (
	"fmt"
	"strings"

	"diwan.example/gov"
)

// element is a node of the document's structure (ISO 32000-1 §14.7), which
// screen readers follow and from which text is copied in reading order.
type element struct {
	kind string // "P", "H1", "Table", "TR", "TH", "TD", "Figure", …
	lang gov.Lang
	alt  string
	attr string
	up   *element
	kids []any // *element or mark
	id   int
}

// mark is a stretch of a page's content that belongs to an element.
type mark struct{ page, number int }

func (e *element) child(kind string) *element {
	c := &element{kind: kind, up: e}
	e.kids = append(e.kids, c)
	return c
}

// heading makes a table cell that names a "Row" or a "Column".
func (e *element) heading(scope string) *element {
	c := e.child("TH")
	c.attr = "/A<</O/Table/Scope/" + scope + ">>"
	return c
}

func (e *element) in(l gov.Lang) *element { e.lang = l; return e }

// empty reports whether nothing on any page belongs to e.
func (e *element) empty() bool {
	for _, k := range e.kids {
		if c, ok := k.(*element); !ok || !c.empty() {
			return false
		}
	}
	return true
}

// absent reports whether e does not go into the file: nothing belongs to it, and
// it is no cell, whose row would lack a column.
func (e *element) absent() bool { return e.empty() && e.kind != "TD" && e.kind != "TH" }

// structure writes the tree and the way back from marks to elements.
func (p *press) structure(f *file, pages []int) int {
	rootID := f.reserve()
	p.root.number(f)
	p.root.put(f, rootID, pages)
	var nums strings.Builder
	for i, page := range p.pages {
		fmt.Fprintf(&nums, "%d[", i)
		for _, e := range page.owners {
			fmt.Fprintf(&nums, "%d 0 R ", e.id)
		}
		nums.WriteString("]")
	}
	parents := f.add("<</Nums[%s]>>", nums.String())
	f.set(rootID, "<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d>>", p.root.id, parents, len(p.pages))
	return rootID
}

func (e *element) number(f *file) {
	e.id = f.reserve()
	for _, k := range e.kids {
		if c, ok := k.(*element); ok && !c.absent() {
			c.number(f)
		}
	}
}

func (e *element) put(f *file, parent int, pages []int) {
	var b strings.Builder
	fmt.Fprintf(&b, "<</Type/StructElem/S/%s/P %d 0 R", e.kind, parent)
	if e.lang != "" {
		fmt.Fprintf(&b, "/Lang(%s)", pdfName(string(e.lang)))
	}
	if e.alt != "" {
		b.WriteString("/Alt" + textString(e.alt))
	}
	b.WriteString(e.attr)
	home := -1
	for _, k := range e.kids {
		if m, ok := k.(mark); ok && home < 0 {
			home = m.page
			fmt.Fprintf(&b, "/Pg %d 0 R", pages[home])
		}
	}
	b.WriteString("/K[")
	for _, k := range e.kids {
		switch k := k.(type) {
		case mark:
			if k.page == home {
				fmt.Fprintf(&b, "%d ", k.number)
			} else {
				fmt.Fprintf(&b, "<</Type/MCR/Pg %d 0 R/MCID %d>>", pages[k.page], k.number)
			}
		case *element:
			if !k.absent() {
				fmt.Fprintf(&b, "%d 0 R ", k.id)
				k.put(f, e.id, pages)
			}
		}
	}
	b.WriteString("]>>")
	f.set(e.id, "%s", b.String())
}
