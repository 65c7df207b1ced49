package pdf

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/need"
	"github.com/go-text/typesetting/font"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

func render(t testing.TB, doc Document) ([]byte, Report) {
	t.Helper()
	var b bytes.Buffer
	r, err := Render(&b, doc)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), r
}

func page(blocks ...Block) Document {
	return Document{Title: gov.T("وثيقة", "Document"), Number: "T-1", Created: issued, Layout: Layout{Blocks: blocks}}
}

func para(ar, en string) Block { return Block{Kind: Paragraph, Text: gov.T(ar, en)} }

// press sets blocks without writing a file.
func pressed(t *testing.T, doc Document) *press {
	t.Helper()
	p, err := newPress(doc)
	if err != nil {
		t.Fatal(err)
	}
	for i := range doc.Layout.Blocks {
		if err := p.block(&doc.Layout.Blocks[i]); err != nil {
			t.Fatal(err)
		}
	}
	p.finish()
	return p
}

// sane checks header, cross-reference table and trailer of a file.
func sane(t interface{ Fatalf(string, ...any) }, file []byte) {
	if !bytes.HasPrefix(file, []byte("%PDF-1.7\n")) || !bytes.HasSuffix(file, []byte("%%EOF\n")) {
		t.Fatalf("no PDF 1.7 header or end")
	}
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(file)
	at, _ := strconv.Atoi(string(m[1]))
	table, ok := bytes.CutPrefix(file[at:], []byte("xref\n0 "))
	if !ok {
		t.Fatalf("startxref points to %q", file[at:at+10])
	}
	lines := strings.Split(string(table), "\n")
	n, _ := strconv.Atoi(lines[0])
	for i := 1; i < n; i++ {
		entry := lines[1+i]
		off, err := strconv.Atoi(entry[:10])
		if err != nil || len(entry) != 19 || !bytes.HasPrefix(file[off:], []byte(strconv.Itoa(i)+" 0 obj\n")) {
			t.Fatalf("object %d: entry %q is wrong", i, entry)
		}
	}
}

func TestFilesAreWellFormed(t *testing.T) {
	for name, doc := range samples() {
		file, _ := render(t, doc)
		sane(t, file)
		if again, _ := render(t, doc); !bytes.Equal(file, again) {
			t.Errorf("%s: two renderings differ", name)
		}
		for _, want := range []string{"/StructTreeRoot", "/Marked true", "/Lang(ar)", "/ToUnicode", "/CIDToGIDMap/Identity", "/CreationDate(D:20261123084100Z)", "<dc:title>"} {
			if !bytes.Contains(file, []byte(want)) {
				t.Errorf("%s: no %s", name, want)
			}
		}
		if bytes.Count(file, []byte("<FEFF")) == 0 || bytes.Contains(file, []byte("NaN")) {
			t.Errorf("%s: no title, or a size that is no number", name)
		}
	}
}

func TestManyAtOnceAreTheSame(t *testing.T) {
	want, _ := render(t, certificate())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var b bytes.Buffer
			if _, err := Render(&b, certificate()); err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("a rendering at the same time differs (%v)", err)
			}
		})
	}
	all.Wait()
}

// TestReadersAgree asks Poppler, which knows nothing of us.
func TestReadersAgree(t *testing.T) {
	for _, tool := range []string{"pdfinfo", "pdftotext"} {
		need.Tool(t, tool, "Debian: poppler-utils")
	}
	file, r := render(t, certificate())
	info := run(t, file, "pdfinfo", "-")
	for _, want := range []string{"Pages:           " + strconv.Itoa(r.Pages), "Tagged:          yes", "شهادة قيد طالب – CERT-2026-000123", "PDF version:     1.7"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, info)
		}
	}
	contains(t, file, "وزارة التربية والتعليم", "أحمد بن عبدالله آل محمود", "تاريخ الميلاد", "Page 1 of 1",
		"بأن الطالب المبيَّنة بياناته أدناه مقيَّد بالصف الثالث الثانوي (المسار العلمي) للعام",
		"97.5%", "ahmed.m@moe.example", "880101234", "The Ministry of Education certifies that the student named below", "Third secondary (science)")
	// Poppler gives a page one direction and numbers their neighbours' commas;
	// sentences between numbers are right on an Arabic page.
	arabic := certificate()
	arabic.Languages = []gov.Lang{gov.Arabic}
	file, _ = render(t, arabic)
	contains(t, file, "2026/2027", "وأن معدله التراكمي", "وذلك بحسب سجلات الوزارة بتاريخ", "23-11-2026",
		"أُعطيت له هذه الشهادة بناءً على طلبه لتقديمها إلى من يهمه الأمر.", "الثالث الثانوي (علمي)", "يناير 2009")
	file, _ = render(t, page(para("مُحَمَّدٌ ﷺ — لا لأ لإ لآ الله لله — ١٢٣٫٤٥", "")))
	contains(t, file, "مُحَمَّدٌ ﷺ — لا لأ لإ لآ الله لله — ١٢٣٫٤٥")
	for name, doc := range samples() {
		file, _ := render(t, doc)
		cmd := exec.Command("pdfinfo", "-struct-text", "-")
		cmd.Stdin = bytes.NewReader(file)
		if out, err := cmd.CombinedOutput(); err != nil || bytes.Contains(out, []byte("rror")) {
			t.Errorf("%s: structure: %v\n%s", name, err, out)
		}
	}
}

func contains(t *testing.T, file []byte, wants ...string) {
	t.Helper()
	text := stripDirection(run(t, file, "pdftotext", "-", "-"))
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("pdftotext does not find %q in:\n%s", want, text)
		}
	}
}

func run(t *testing.T, in []byte, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(in)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v %s", name, err, complaints.String())
	}
	return string(out)
}

// seen is what stands on a line from left to right; letters of right-to-left
// runs in drawn order.
func seen(s *shaper, text string, rtl bool) string {
	var c cleaner
	var out strings.Builder
	for _, it := range s.shape(c.line(text), rtl, false).wrap(10, 1e6)[0].visual() {
		for _, g := range it.glyphs {
			out.WriteString(string(g.runes))
		}
	}
	return out.String()
}

func TestOrderOnTheLine(t *testing.T) {
	s := shapers.Get().(*shaper)
	for _, c := range []struct {
		text string
		rtl  bool
		want string
	}{
		{"رقم ABC-12 هنا", true, "انه ABC-12 مقر"},
		{"abc وب 12 دج def", false, "abc جد 12 بو def"},
		{"يوم " + Isolate("23-11-2026") + " هنا", true, "انه 23-11-2026 موي"},
		{"شركة " + Isolate("Gulf W.L.L. (CR 1)") + " هنا", true, "انه Gulf W.L.L. (CR 1) ةكرش"},
		{"to " + Isolate("دار (أ)") + " now", false, "to )أ( راد now"},
		{"قيمة ١٢٫٥ فقط", true, "طقف ١٢٫٥ ةميق"},
	} {
		if got := seen(s, c.text, c.rtl); got != c.want {
			t.Errorf("%q stands as\n%q, not as\n%q", c.text, got, c.want)
		}
	}
	open, closing := s.shape([]rune("(ا)"), true, false), s.shape([]rune("(a)"), false, false)
	if open.items[len(open.items)-1].glyphs[0].shape.gid != closing.items[0].glyphs[0].shape.gid {
		t.Error("a bracket that closes Arabic is not mirrored")
	}
	shapers.Put(s)
}

func TestArabicJoins(t *testing.T) {
	s := shapers.Get().(*shaper)
	defer shapers.Put(s)
	seen := map[uint16]bool{}
	for _, word := range []string{"ب", "بس", "سبس", "سب"} {
		p := s.shape([]rune(word), true, false)
		for _, g := range p.items[0].glyphs {
			if g.runes[0] == 'ب' {
				seen[g.shape.gid] = true
			}
		}
	}
	if len(seen) != 4 {
		t.Errorf("the letter beh has %d shapes, not isolated, initial, medial and final", len(seen))
	}
}

func TestMissingCharactersAreShownByTheirCode(t *testing.T) {
	p := pressed(t, page(para("وجه 😀 هنا", "Face 😀 and 𐎀")))
	_, r := render(t, page(para("وجه 😀 هنا", "Face 😀 and 𐎀 and ①")))
	if !slices.Equal(r.Missing, []rune{0x10380, 0x1F600}) {
		t.Errorf("missing: %U", r.Missing)
	}
	if !slices.Equal(Unwritable("علي 😀 Ali ①"), []rune{0x1F600}) || Unwritable("محمّد O’Neill Łukasz Nguyễn") != nil {
		t.Errorf("unwritable: %U, %U", Unwritable("علي 😀 Ali ①"), Unwritable("محمّد O’Neill Łukasz Nguyễn"))
	}
	if got := said(p); !strings.Contains(got, "[U+1F600]") || !strings.Contains(got, "[U+10380]") {
		t.Errorf("the page says %q", got)
	}
	for _, u := range p.fonts {
		for _, s := range u.slots[1:] {
			if s.shape == (shape{}) {
				t.Errorf("%q is drawn as an empty box", s.text)
			}
		}
	}
}

// said is every text that the fonts of a document speak.
func said(p *press) string {
	var c strings.Builder
	for _, page := range p.pages {
		for _, m := range regexp.MustCompile(`/F(\d)|<([0-9A-F]{4,})>`).FindAllStringSubmatch(page.buf.String(), -1) {
			if m[1] != "" {
				c.WriteString("\x00" + m[1])
				continue
			}
			face := c.String()[strings.LastIndexByte(c.String(), 0)+1] - '0'
			for i := 0; i+4 <= len(m[2]); i += 4 {
				code, _ := strconv.ParseUint(m[2][i:i+4], 16, 16)
				c.WriteString(p.fonts[face].slots[code].text)
			}
		}
	}
	return regexp.MustCompile("\x00.").ReplaceAllString(c.String(), "")
}

func TestOverridesAreStripped(t *testing.T) {
	file, r := render(t, page(Block{Kind: FieldList, Fields: []Field{{gov.T("الاسم", "Name"), same1("Ali\u202Eevil\u202C\u0007\u2069 x")}}}))
	if !r.Stripped {
		t.Error("the report does not tell")
	}
	sane(t, file)
	for in, want := range map[string]string{"\u202Eabc": "\u2066abc\u2069", "أ\u2066ب": "\u2067أب\u2069", "": "", "12": "\u206612\u2069"} {
		if got := Isolate(in); got != want {
			t.Errorf("Isolate(%q) is %q", in, got)
		}
	}
	var c cleaner
	if got := string(c.line("a\u2069b\u2066c\u202E\x1b")); got != "ab\u2066c\u2069" {
		t.Errorf("cleaned to %q", got)
	}
}

func TestLongValuesWrap(t *testing.T) {
	p := pressed(t, page())
	for _, name := range []string{strings.Repeat("عبدالرحمن ", 30), strings.Repeat("ا", 300), strings.Repeat("W", 300), strings.Repeat("بَ", 150)} {
		lines := p.lines(voice{"", name}, style{size: 12}, 150)
		if len(lines) < 2 {
			t.Errorf("%.20s… does not wrap", name)
		}
		runes := 0
		for _, l := range lines {
			runes += l.end - l.start
			if l.width > 150 {
				t.Errorf("a line of %.20s… is %.0f wide", name, l.width)
			}
		}
		if runes < len([]rune(strings.ReplaceAll(name, " ", ""))) {
			t.Errorf("%.20s… lost letters", name)
		}
	}
	file, r := render(t, page(Block{Kind: FieldList, Fields: []Field{{gov.T("الوصف", "Text"), same1(strings.Repeat("كلمات كثيرة ", 3000))}}}))
	sane(t, file)
	if r.Pages < 3 {
		t.Errorf("a value of many pages has %d", r.Pages)
	}
}

func TestHeadingsStayWithTheirText(t *testing.T) {
	for n := range 45 {
		var bs []Block
		for range n {
			bs = append(bs, Block{Kind: Small, Text: gov.Text{gov.Arabic: "سطر"}})
		}
		bs = append(bs, Block{Kind: Heading, Level: 2, Text: gov.Text{gov.Arabic: "عنوان"}}, Block{Kind: Paragraph, Text: gov.Text{gov.Arabic: strings.Repeat("نص طويل ", 60)}})
		p := pressed(t, page(bs...))
		h, text := p.root.kids[n].(*element), p.root.kids[n+1].(*element)
		first, second := text.kids[0].(mark), text.kids[1].(mark)
		if at := h.kids[0].(mark).page; at != first.page || at != second.page {
			t.Fatalf("after %d lines the heading is on page %d, its text on %d and %d", n, at, first.page, second.page)
		}
		last, before := text.kids[len(text.kids)-1].(mark), text.kids[len(text.kids)-2].(mark)
		if last.page != before.page {
			t.Fatalf("after %d lines the last line stands alone", n)
		}
	}
}

func TestTableRepeatsItsHeader(t *testing.T) {
	p := pressed(t, longTable())
	if len(p.pages) < 2 {
		t.Fatal("the table is too short for the test")
	}
	for i, c := range p.pages {
		if !strings.Contains(c.buf.String(), "\n1 1 1 rg\n") && i < len(p.pages)-1 {
			t.Errorf("page %d has no header", i+1)
		}
	}
	titles := 0
	each(p.root, func(e *element) {
		if e.kind == "TH" {
			titles++
		}
	})
	if titles != 4 {
		t.Errorf("%d titles are read out, not 4: the repeated ones are decoration", titles)
	}
}

func each(e *element, f func(*element)) {
	f(e)
	for _, k := range e.kids {
		if k, ok := k.(*element); ok {
			each(k, f)
		}
	}
}

func TestWrongBlocksAreRefused(t *testing.T) {
	for name, doc := range map[string]Document{
		"kind":     page(Block{Kind: "marquee"}),
		"picture":  page(Block{Kind: Image, Picture: []byte("GIF89a")}),
		"size":     page(Block{Kind: Spacer, Height: -1}),
		"qr":       page(Block{Kind: QR, Payload: strings.Repeat("x", 5000)}),
		"rows":     page(Block{Kind: TableBlock, Columns: []Column{{Title: same1("a")}}, Rows: [][]gov.Text{{}}}),
		"columns":  page(Block{Kind: TableBlock}),
		"narrow":   page(Block{Kind: TableBlock, Columns: make([]Column, 90)}),
		"too high": page(Block{Kind: Letterhead, Text: same1(strings.Repeat("اسم طويل ", 2000))}),
		"align":    page(Block{Kind: Paragraph, Align: "center"}),
		"accent":   {Layout: Layout{Accent: "red"}},
		"digits":   {Layout: Layout{Digits: "roman"}},
		"page":     {Layout: Layout{Page: "A0"}},
	} {
		var b bytes.Buffer
		_, err := Render(&b, doc)
		var e *gov.Error
		if !errors.As(err, &e) || e.Kind != gov.Invalid || len(e.Public.Missing(gov.Arabic, gov.English)) > 0 || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written", name, err, b.Len())
		}
	}
}

func TestPicturesLeaveTheirSecretsBehind(t *testing.T) {
	jpg := portrait()
	exif := append([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, 16}, "Exif\x00\x00GPS:26.2"...)
	file, _ := render(t, page(Block{Kind: Image, Picture: append(exif, jpg[2:]...), Width: 30}))
	if bytes.Contains(file, []byte("GPS:26.2")) {
		t.Error("the place where the photo was taken is in the file")
	}
	img := image.NewNRGBA(image.Rect(0, 0, 3000, 10))
	img.Set(1, 1, color.NRGBA{255, 0, 0, 128})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	file, _ = render(t, page(Block{Kind: Image, Picture: b.Bytes(), Width: 900}))
	sane(t, file)
	if !bytes.Contains(file, []byte("/Width 1200")) {
		t.Error("a fine picture was not made smaller")
	}
}

func TestLayoutIsYAML(t *testing.T) {
	var l Layout
	err := yaml.Unmarshal([]byte(`
accent: "#1f3a6e"
frame: true
blocks:
  - kind: heading
    level: 1
    text: {ar: شهادة, en: Certificate}
  - kind: fields
    fields:
      - label: {ar: الاسم, en: Name}
        value: {ar: أحمد, en: Ahmed}
  - kind: table
    columns: [{title: {ar: م, en: No.}, width: 1, align: centre}]
    rows: [[{ar: "1", en: "1"}]]
  - kind: signatures
    payload: https://verify.gov.example/1
    signers: [{name: {ar: مريم, en: Maryam}}]
`), &l)
	if err != nil || len(l.Blocks) != 4 || l.Blocks[1].Fields[0].Value[gov.English] != "Ahmed" {
		t.Fatalf("%+v, %v", l, err)
	}
	for _, b := range l.Blocks {
		if !slices.Contains(Kinds(), b.Kind) {
			t.Errorf("%q is no kind", b.Kind)
		}
	}
	doc := Document{Layout: l, Created: issued}
	file, _ := render(t, doc)
	sane(t, file)
}

func TestEveryMarkHasAnOwner(t *testing.T) {
	p := pressed(t, certificate())
	for i, c := range p.pages {
		s := c.buf.String()
		if got := strings.Count(s, "/MCID "); got != len(c.owners) {
			t.Errorf("page %d has %d marks and %d owners", i+1, got, len(c.owners))
		}
		if strings.Count(s, "BDC\n")+strings.Count(s, "BMC\n") != strings.Count(s, "EMC\n") {
			t.Errorf("page %d: marked content is not closed", i+1)
		}
	}
}

func TestSubsetIsAFont(t *testing.T) {
	p := pressed(t, page(para("مُحَمَّدٌ رَسُولٌ", "e\u0301 x\u0323\u0301 Å fi")))
	for _, u := range p.fonts {
		if len(u.slots) == 1 {
			continue
		}
		sub := u.subset()
		if n := be.Uint16(u.face.tables["maxp"][4:]); len(sub) > 60_000 || int(n) <= len(u.slots) {
			t.Errorf("%s: the subset has %d bytes", u.face.name, len(sub))
		}
		// a subset has no cmap, so only its outlines can be tried
		for i, s := range u.slots {
			if s.parts == "" && len(u.face.outline(s.gid)) == 0 {
				continue
			}
			if e := u.face.entry(s.shape); len(e) < outlineHeader {
				t.Errorf("%s: code %d (%q) has no outline", u.face.name, i, s.text)
			}
		}
	}
}

func TestFontsForPages(t *testing.T) {
	for _, name := range faceFiles {
		data, err := fs.ReadFile(Fonts(), name+".ttf")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := font.ParseTTF(bytes.NewReader(data)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	licence, err := fs.ReadFile(Fonts(), "OFL.txt")
	if err != nil || !bytes.Contains(licence, []byte("SIL OPEN FONT LICENSE")) {
		t.Error("the fonts come without their licence")
	}
}

func anything(s string) Document {
	tx := gov.T(s, "English "+s)
	return Document{Title: tx, Number: s, Verify: s, Watermark: tx, Created: issued, Layout: Layout{Blocks: []Block{
		{Kind: Heading, Text: tx}, {Kind: Paragraph, Text: tx, Align: Justify}, {Kind: TwoColumns, Text: tx}, {Kind: Small, Text: same1(s)},
		{Kind: FieldList, Fields: []Field{{tx, tx}, {same1(s), same1(s)}}, Picture: onePixel()},
		{Kind: TableBlock, Columns: []Column{{Title: tx}, {Title: same1(s)}}, Rows: [][]gov.Text{{tx, same1(s)}}},
		{Kind: Signatures, Signers: []Signer{{Name: tx}}}, {Kind: Crest}, {Kind: Rule},
	}}}
}

var onePixel = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	return b.Bytes()
})

func TestAnyTextRenders(t *testing.T) {
	letters := rapid.SampledFrom([]rune("ابتﷺلآهّ\u064Ba1٢ (]%/-,.\u200f\u200d\u2066\u2068\u2069\u202E\n\t\u00a0\u0301é😀🏳️‍🌈한\uFFFD\x00܀߀"))
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringOfN(letters, 0, 60, -1)).Draw(t, "text")
		var b bytes.Buffer
		if _, err := Render(&b, anything(s)); err != nil {
			t.Fatalf("%v", err)
		}
		sane(t, b.Bytes())
	})
}

func FuzzRender(f *testing.F) {
	for _, s := range []string{"", "سلام", "a\u202Eb", "\xff\xfe", "[ا(b)1]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 {
			return
		}
		var b bytes.Buffer
		if _, err := Render(&b, anything(s)); err == nil {
			sane(t, b.Bytes())
		} else if gov.KindOf(err) != gov.Invalid {
			t.Fatal(err)
		}
	})
}
