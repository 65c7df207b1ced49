package pack_test

import (
	"encoding/xml"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/pack"
)

var (
	rects = regexp.MustCompile(`<rect class="card[^"]*" x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)" height="([0-9.]+)"`)
	sheet = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
)

// box is x, y, width and height of a card.
type box [4]float64

func boxes(t *testing.T, svg string) (out []box, width, height float64) {
	t.Helper()
	number := func(s string) float64 {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, m := range rects.FindAllStringSubmatch(svg, -1) {
		out = append(out, box{number(m[1]), number(m[2]), number(m[3]), number(m[4])})
	}
	m := sheet.FindStringSubmatch(svg)
	return out, number(m[1]), number(m[2])
}

func TestDrawingsShowEveryStepOnce(t *testing.T) {
	for _, p := range append(all(t), scaffold(t)) {
		for _, l := range []gov.Lang{gov.Arabic, gov.English} {
			svg := string(pack.Draw(p, l))
			if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
				t.Fatalf("%s in %s: %v", p.ID, l, err)
			}
			cards, w, h := boxes(t, svg)
			if len(cards) != len(p.Steps) {
				t.Errorf("%s in %s: %d cards for %d steps", p.ID, l, len(cards), len(p.Steps))
			}
			for i, a := range cards {
				if a[0] < 0 || a[1] < 0 || a[0]+a[2] > w || a[1]+a[3] > h {
					t.Errorf("%s in %s: card %d stands outside", p.ID, l, i)
				}
				for _, b := range cards[:i] {
					if a[0] < b[0]+b[2] && b[0] < a[0]+a[2] && a[1] < b[1]+b[3] && b[1] < a[1]+a[3] {
						t.Errorf("%s in %s: card %d covers another", p.ID, l, i)
					}
				}
			}
			for _, s := range p.Steps {
				if !strings.Contains(pack.InWords(p, l), s.Title.In(l)) || !strings.Contains(html.UnescapeString(svg), strings.Fields(s.Title.In(l))[0]) {
					t.Errorf("%s in %s: %s is not told", p.ID, l, s.ID)
				}
			}
			if !strings.Contains(svg, `direction="`+l.Dir()+`"`) || !strings.Contains(svg, "<title") || !strings.Contains(svg, "<desc") {
				t.Errorf("%s in %s: head", p.ID, l)
			}
		}
	}
}

func TestArabicDrawingBeginsAtTheRight(t *testing.T) {
	p := renewal(t)
	ar, w, _ := boxes(t, string(pack.Draw(p, gov.Arabic)))
	en, _, _ := boxes(t, string(pack.Draw(p, gov.English)))
	if ar[0][0] < w/2 || en[0][0] > w/2 {
		t.Errorf("the application stands at %v in Arabic and %v in English of %v", ar[0], en[0], w)
	}
}

func TestTermsAreCountedInBothLanguages(t *testing.T) {
	for want, x := range map[string]pack.Term{
		"يوم عمل واحد / 1 working day":    {WorkingDays: 1},
		"يومي عمل / 2 working days":       {WorkingDays: 2},
		"3 أيام عمل / 3 working days":     {WorkingDays: 3},
		"15 يوم عمل / 15 working days":    {WorkingDays: 15},
		"105 أيام عمل / 105 working days": {WorkingDays: 105},
		"ساعتي عمل / 2 working hours":     {WorkingHours: 2},
		"14 يومًا / 14 days":              {Days: 14},
		"يومين / 2 days":                  {Days: 2},
	} {
		if got := x.In(gov.Arabic) + " / " + x.In(gov.English); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStoredVersionsAreReadWithoutTheirExamples(t *testing.T) {
	files := base(t)
	files["examples.yaml"] = "examples: []\n"
	o := pack.Options{Organisation: func(gov.OrgID) bool { return false }}
	if _, err := pack.Parse(files, o); err == nil {
		t.Error("a pack without examples passes the check")
	}
	o.Stored = true
	if _, err := pack.Parse(files, o); err != nil {
		t.Errorf("a stored version: %v", err)
	}
}
