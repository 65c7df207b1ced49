package pack_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"diwan.example/gov"
	"diwan.example/pack"
)

func TestReadTakesAFolder(t *testing.T) {
	fsys := fstest.MapFS{"health/vaccination/.hidden.yaml": {Data: []byte("x")}, "health/vaccination/notes.txt": {Data: []byte("x")}}
	files, err := pack.New("health/vaccination", "moh", gov.T("خدمة", "Service"))
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range files {
		fsys["health/vaccination/"+name] = &fstest.MapFile{Data: []byte(s)}
	}
	p, err := pack.Read(fsys, "health/vaccination", here)
	if err != nil || p.ID != "health/vaccination" || len(p.Files) != 5 {
		t.Fatalf("%v %v", p, err)
	}
	if _, err := pack.Read(fsys, "health/none", here); gov.KindOf(err) != gov.NotFound {
		t.Errorf("no such folder: %v", err)
	}
	fsys["health/vaccination/service.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(files["service.yaml"], "health/vaccination", "health/other", 1))}
	if _, err := pack.ReadAll(fsys, here); err == nil || !strings.Contains(err.Error(), `health/vaccination/service.yaml:1:1: the service's id "health/other" differs from its folder; did you mean "health/vaccination"?`) {
		t.Errorf("a moved pack: %v", err)
	}
}

func TestReadRefusesHugeAndForeignFiles(t *testing.T) {
	cases := map[string]struct{ src, want string }{
		"more than a megabyte": {strings.Repeat("# x\n", 300_000), "service.yaml:1:1: the file is larger than 1 MB"},
		"Windows-1256":         {"title: \xc7\xe1\n", "service.yaml:1:1: the file is not UTF-8; save it in that encoding"},
		"UTF-16":               {"\xff\xfet\x00", "service.yaml:1:1: the file is not UTF-8; save it in that encoding"},
		"a zero byte":          {"id: a\nversion: \x00\n", "service.yaml:2:1: the line has hidden control or direction characters"},
		"very deep":            {"id: " + strings.Repeat("[", 5000), "service.yaml:"},
		"two documents":        {"id: a\n---\nid: b\n", "service.yaml:1:1: this is not valid YAML"},
	}
	for name, c := range cases {
		files := base(t)
		files["service.yaml"] = c.src
		_, err := pack.Parse(files, here)
		var found pack.Problems
		if !errors.As(err, &found) || !strings.HasPrefix(found[0].In(gov.English), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestDigestTellsContentsApart(t *testing.T) {
	a, b := base(t), base(t)
	b["examples.yaml"] += "\n# more\n"
	p, err := pack.Parse(a, here)
	if err != nil {
		t.Fatal(err)
	}
	q, err := pack.Parse(b, here)
	if err != nil {
		t.Fatal(err)
	}
	if p.Digest == q.Digest || len(p.Digest) != 64 {
		t.Errorf("%s %s", p.Digest, q.Digest)
	}
}

// FuzzParse: whatever stands in the files, the reader answers with a pack or
// with problems that have a place and both languages.
func FuzzParse(f *testing.F) {
	files := base(f)
	for _, name := range pack.SchemaFiles() {
		f.Add(name, files[name])
	}
	for _, p := range all(f) {
		for name, s := range p.Files {
			f.Add(name, s)
		}
	}
	f.Add("procedure.yaml", "steps: [{id: a, kind: fork, title: {ar: ا, en: a}, branches: [a, a], join: a}]")
	f.Add("documents.yaml", "documents: &a [*a]")
	f.Fuzz(func(t *testing.T, name, src string) {
		files := base(t)
		files[name] = src
		p, err := pack.Parse(files, here)
		if err == nil {
			pack.Draw(p, gov.Arabic)
			pack.BPMN(p)
			return
		}
		var found pack.Problems
		if !errors.As(err, &found) || len(found) == 0 {
			t.Fatalf("no problems: %v", err)
		}
		for _, x := range found {
			if x.Line < 1 || x.Col < 1 || x.File == "" && name != "" || len(x.Text.Missing(gov.Arabic, gov.English)) > 0 || strings.Contains(x.In(gov.English), "%!") {
				t.Fatalf("%#v", x)
			}
		}
	})
}

// Files made to tire the reader are answered like any other: all problems that
// matter, not all there are.
func TestReadIsNotTiredOut(t *testing.T) {
	const size = 1<<20 - 100
	for name, src := range map[string]string{
		"one key":         strings.Repeat("k", size) + ": 1\n",
		"many keys":       strings.Repeat("k: 1\n", size/5),
		"open brackets":   strings.Repeat("[", size),
		"nested dashes":   strings.Repeat("- ", size/2),
		"anchors":         "a: " + strings.Repeat("&a ", size/3),
		"a long rule":     "pages: [{name: p, title: {ar: ا, en: a}, when: \"" + strings.Repeat("(", size/2) + "\", questions: []}]\n",
		"question marks":  strings.Repeat("? ", size/2),
		"quotes":          "\"" + strings.Repeat("\\n", size/2),
		"comments":        strings.Repeat("#\n", size/2),
		"document starts": strings.Repeat("---\n", size/4),
	} {
		files := base(t)
		files["questions.yaml"] = src
		_, err := pack.Parse(files, here)
		var found pack.Problems
		if !errors.As(err, &found) || len(found) > 200 {
			t.Errorf("%s: %d problems", name, len(found))
		}
	}
}
