package pdftest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/xml"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// metadata: XMP that is XML, says which standards are kept, and agrees with the
// information dictionary (6.6; 14289-1, 5 and 7.1).
func (c *checker) metadata() {
	meta := c.get(c.root["/Metadata"])
	d, _ := meta.value.(dict)
	c.want(d["/Filter"] == nil && d["/Subtype"] == "/XML", "the metadata is %v", d)
	dec := xml.NewDecoder(bytes.NewReader(meta.data))
	said, path := map[string]string{}, []string{}
	for {
		tok, err := dec.Token()
		if tok == nil {
			c.want(err.Error() == "EOF", "the metadata is no XML: %v", err)
			break
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			path = append(path, tok.Name.Local)
			if strings.Contains(tok.Name.Space, "pdfa/ns/id") {
				path[len(path)-1] = "a:" + tok.Name.Local
			}
			if strings.Contains(tok.Name.Space, "pdfua/ns/id") {
				path[len(path)-1] = "ua:" + tok.Name.Local
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) > 1 && strings.TrimSpace(string(tok)) != "" {
				for _, name := range path[max(0, len(path)-3):] {
					if _, ok := said[name]; !ok {
						said[name] = string(tok)
					}
				}
			}
		}
	}
	for name, want := range map[string]string{"a:part": "3", "a:conformance": "B", "ua:part": "1"} {
		c.want(said[name] == want, "the metadata says %s = %q", name, said[name])
	}
	info := c.dict(c.trailer["/Info"])
	c.want("u:"+said["title"] == text(info["/Title"]), "two titles: %q and %q", said["title"], info["/Title"])
	c.want("u:"+said["Producer"] == text(info["/Producer"]) && "u:"+said["CreatorTool"] == text(info["/Creator"]), "two producers: %v", info)
	digits := regexp.MustCompile(`\D`)
	c.want(digits.ReplaceAllString(said["CreateDate"], "") == digits.ReplaceAllString(text(info["/CreationDate"]), ""), "two times: %q and %q", said["CreateDate"], info["/CreationDate"])
	c.want(text(c.root["/Lang"]) != "" && c.dict(c.root["/MarkInfo"])["/Marked"] == true && c.dict(c.root["/ViewerPreferences"])["/DisplayDocTitle"] == true, "no language, marks or title shown")
}

// fonts: embedded, with the widths of the page, and a way back to text (6.2.11).
func (c *checker) fonts() {
	for _, o := range c.objects {
		d, _ := o.value.(dict)
		if d["/Type"] != "/Font" || d["/Subtype"] != "/Type0" {
			c.want(d["/Type"] != "/Font" || d["/Subtype"] == "/CIDFontType2", "a font of kind %v", d["/Subtype"])
			continue
		}
		cid := c.dict(c.list(d["/DescendantFonts"])[0])
		c.want(d["/Encoding"] == "/Identity-H" && cid["/CIDToGIDMap"] == "/Identity", "%v: codes are not glyphs", d["/BaseFont"])
		c.want(regexp.MustCompile(`^/[A-Z]{6}\+`).MatchString(text(d["/BaseFont"])), "%v is no subset", d["/BaseFont"])
		c.toUnicode(c.get(d["/ToUnicode"]).data)
		c.widths(text(d["/BaseFont"]), c.get(c.dict(cid["/FontDescriptor"])["/FontFile2"]).data, c.list(c.list(cid["/W"])[1]))
	}
}

func (c *checker) toUnicode(cmap []byte) {
	seen := 0
	for _, m := range regexp.MustCompile(`<([0-9A-F]{4})><([0-9A-F]+)>\n`).FindAllSubmatch(cmap, -1) {
		b, err := hex.DecodeString(string(m[2]))
		c.want(err == nil && len(b)%2 == 0 && len(b) > 0, "code %s stands for %s", m[1], m[2])
		for i := 0; i+1 < len(b); i += 2 {
			u := binary.BigEndian.Uint16(b[i:])
			c.want(u != 0 && u != 0xFEFF && u != 0xFFFE, "code %s stands for U+%04X", m[1], u)
		}
		seen++
	}
	c.want(seen > 0, "a font without text")
}

// widths compares what the page says with what the font file says.
func (c *checker) widths(name string, font []byte, said []any) {
	tables := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(font[4:])) {
		e := font[12+16*i:]
		at, n := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		tables[string(e[:4])] = font[at : at+n]
	}
	for _, t := range []string{"glyf", "head", "hhea", "hmtx", "loca", "maxp"} {
		c.want(len(tables[t]) > 0, "%s has no table %s", name, t)
	}
	upem, n := float64(binary.BigEndian.Uint16(tables["head"][18:])), int(binary.BigEndian.Uint16(tables["hhea"][34:]))
	c.want(len(said) <= n, "%s: %d widths of %d glyphs", name, len(said), n)
	for i, w := range said[:min(n, len(said))] {
		w, _ := w.(float64)
		adv := float64(binary.BigEndian.Uint16(tables["hmtx"][4*i:])) * 1000 / upem
		c.want(math.Abs(w-adv) < 1, "%s: glyph %d is %.1f wide, and said to be %.1f", name, i, adv, w)
	}
}

// known are the operators that our pages use; anything else is a mistake.
var known = strings.Fields("q Q cm w J j d re m l c h S s f f* W n rg RG BT ET Tf Tm Td Ts Tr Tc Tw TJ Tj Do BMC BDC EMC")

// pages: content that is known, balanced and marked through and through
// (6.2.2; 14289-1, 7.1), and no glyph that is a box (6.2.11.8).
func (c *checker) pages() {
	for ref, o := range c.objects {
		d, _ := o.value.(dict)
		if d["/Type"] != "/Page" {
			continue
		}
		c.want(d["/StructParents"] != nil || d["/Contents"] == nil, "%s: a page without structure", ref)
		c.want(d["/Tabs"] == "/S" || d["/Annots"] == nil, "%s: tabs do not follow the structure", ref)
		var content []byte
		if parts := c.list(d["/Contents"]); parts != nil {
			for _, x := range parts {
				content = append(append(content, c.get(x).data...), '\n')
			}
		} else {
			content = c.get(d["/Contents"]).data
		}
		c.content(ref, string(content))
	}
}

var (
	textOfPage = regexp.MustCompile(`\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>`)
	drawing    = strings.Fields("S s f f* TJ Tj Do")
)

func (c *checker) content(ref, content string) {
	for _, hexed := range regexp.MustCompile(`<([0-9A-F]+)>`).FindAllStringSubmatch(content, -1) {
		for i := 0; i+4 <= len(hexed[1]); i += 4 {
			c.want(hexed[1][i:i+4] != "0000", "%s shows a glyph that no font has", ref)
		}
	}
	content = textOfPage.ReplaceAllString(content, " ")
	content = regexp.MustCompile(`<<.*?>>`).ReplaceAllString(content, " ")
	depth, marked := 0, 0
	for _, w := range strings.FieldsFunc(content, func(r rune) bool { return strings.ContainsRune(" \n\r\t[]", r) }) {
		if _, err := strconv.ParseFloat(w, 64); err == nil || strings.HasPrefix(w, "/") {
			continue
		}
		c.want(slices.Contains(known, w), "%s: operator %q", ref, w)
		switch w {
		case "q":
			depth++
		case "Q":
			depth--
		case "BMC", "BDC":
			marked++
		case "EMC":
			marked--
		}
		c.want(depth >= 0 && depth <= 28 && marked >= 0, "%s: q %d, marks %d", ref, depth, marked)
		c.want(marked > 0 || !slices.Contains(drawing, w), "%s: %s outside of any mark", ref, w)
	}
	c.want(depth == 0 && marked == 0, "%s: not balanced", ref)
}
