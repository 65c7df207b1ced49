package asice

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"diwan.example/gov"
)

// What could mean two things, lead elsewhere or never end is refused as a whole.
func TestHostileContainersAreRefused(t *testing.T) {
	entry := func(names ...string) []byte {
		items := []item{{"mimetype", []byte(mimeType)}}
		for _, n := range names {
			items = append(items, item{n, []byte("x")})
		}
		return zipOf(t, items...)
	}
	link := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		h := &zip.FileHeader{Name: "link"}
		h.SetMode(fs.ModeSymlink | 0o777)
		w, _ := z.CreateHeader(h)
		w.Write([]byte("/etc/passwd"))
		z.Close()
		return b.Bytes()
	}
	many := make([]string, mostFiles+1)
	for i := range many {
		many[i] = strings.Repeat("a", 1+i%200) + "/" + strings.Repeat("b", 1+i/200)
	}
	for name, b := range map[string][]byte{
		"no ZIP":          []byte("hello"),
		"nothing":         nil,
		"two of one name": entry("a.txt", "a.txt"),
		"in other case":   entry("a.txt", "A.TXT"),
		"upwards":         entry("../a.txt"),
		"upwards within":  entry("a/../../b"),
		"absolute":        entry("/etc/passwd"),
		"backslash":       entry(`..\a.txt`),
		"a link":          link(),
		"too many":        entry(many...),
		"a bomb":          zipOf(t, item{"META-INF/ASiCManifest.xml", make([]byte, mostMeta+1)}),
		"its end is cut":  entry("a")[:100],
	} {
		if _, err := Verify(bytes.NewReader(b), int64(len(b)), Options{Now: noon}); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The whole container has a bound as well, whatever its directory says.
func TestUnpackingHasABound(t *testing.T) {
	b := zipOf(t, item{"a", make([]byte, 1<<20)}, item{"b", make([]byte, 1<<20)})
	x, err := open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	x.left = 3 << 19
	sha := "http://www.w3.org/2001/04/xmlenc#sha256"
	if _, err := x.sum("a", sha); err != nil {
		t.Fatal(err)
	}
	if _, err := x.sum("b", sha); err != errBomb {
		t.Errorf("%v", err)
	}
}

func TestEmptyOrUnsignedIsNotValid(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing in it":     zipOf(t),
		"only the type":     zipOf(t, item{"mimetype", []byte(mimeType)}),
		"another type":      zipOf(t, item{"mimetype", []byte("application/zip")}),
		"data alone":        zipOf(t, item{"mimetype", []byte(mimeType)}, item{"a.txt", []byte("x")}),
		"a broken manifest": zipOf(t, item{"META-INF/ASiCManifest.xml", []byte("<x")}),
		"no signature file": zipOf(t, item{"META-INF/signatures.xml", []byte("<x/>")}),
		"a broken stamp":    zipOf(t, item{"META-INF/timestamp.tst", []byte("x")}),
	} {
		if r := verified(t, b, nil); r.Valid() || words(r, Bad) == "" {
			t.Errorf("%s: valid", name)
		}
	}
}

func TestStrangersWordsKeepTheirPlace(t *testing.T) {
	if got := quoted("a\u202eb\nc\u2069"); got != "\u2068a\ufffdb\ufffdc\ufffd\u2069" {
		t.Errorf("%q", got)
	}
	if got := quoted(strings.Repeat("م", 1000)); len([]rune(got)) > 210 {
		t.Errorf("%d", len(got))
	}
}
