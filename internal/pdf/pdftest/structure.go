package pdftest

import (
	"slices"
	"strconv"
	"strings"
)

// kinds are the structure types of ISO 32000-1 §14.8.4 that our pages use.
var kinds = strings.Fields("Document Part Sect Div P H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table THead TBody TFoot TR TH TD Figure Caption BlockQuote Quote Note Span Form Link Annot")

// parents are where some structure types must stand.
var parents = map[string][]string{
	"LI": {"L"}, "Lbl": {"LI", "Note"}, "LBody": {"LI"}, "TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"},
	"THead": {"Table"}, "TBody": {"Table"}, "TFoot": {"Table"},
}

// structure: a tree of known kinds, each mark in it once, headings in order,
// pictures with words, tables with heads (14289-1, 7).
func (c *checker) structure() {
	root := c.dict(c.root["/StructTreeRoot"])
	if root == nil {
		c.t.Fatal("no structure")
	}
	w := &treeWalk{checker: c, marks: map[string]int{}}
	w.element(root["/K"], "", "")
	c.want(w.headings > 0, "no heading")
	owners := 0
	nums := c.list(c.dict(root["/ParentTree"])["/Nums"])
	for i := 1; i < len(nums); i += 2 {
		owners += max(1, len(c.list(nums[i])))
	}
	c.want(owners >= len(w.marks), "%d marks and %d owners", len(w.marks), owners)
	for mark, n := range w.marks {
		c.want(n == 1, "mark %s stands %d times in the tree", mark, n)
	}
}

// treeWalk goes through the structure.
type treeWalk struct {
	*checker
	marks    map[string]int
	headings int
	level    int
}

func (w *treeWalk) element(v any, parent, page string) {
	if l := w.list(v); l != nil {
		for _, x := range l {
			w.element(x, parent, page)
		}
		return
	}
	if n, ok := v.(float64); ok {
		w.marks[page+" "+num(n)]++
		return
	}
	d := w.dict(v)
	if d["/Type"] == "/MCR" {
		n, _ := d["/MCID"].(float64)
		w.marks[text(d["/Pg"])+" "+num(n)]++
		return
	}
	if d["/Type"] == "/OBJR" {
		return
	}
	kind := strings.TrimPrefix(text(d["/S"]), "/")
	w.want(slices.Contains(kinds, kind), "structure of kind %q", kind)
	if p := parents[kind]; p != nil {
		w.want(slices.Contains(p, parent), "%s stands in %s", kind, parent)
	}
	if len(kind) == 2 && kind[0] == 'H' {
		level := int(kind[1] - '0')
		w.want(level <= w.level+1, "%s after level %d", kind, w.level)
		w.level = level
		w.headings++
	}
	w.want(kind != "Figure" || len(text(d["/Alt"])) > 2, "a picture without words")
	w.want(kind != "TH" || w.scope(d["/A"]), "a head of a table without scope")
	if pg := text(d["/Pg"]); pg != "" {
		page = pg
	}
	w.element(d["/K"], kind, page)
}

func (w *treeWalk) scope(v any) bool {
	if l := w.list(v); l != nil {
		return slices.ContainsFunc(l, w.scope)
	}
	return w.dict(v)["/Scope"] != nil
}

func num(n float64) string { return strconv.Itoa(int(n)) }
