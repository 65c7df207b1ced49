package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestFoldBringsSpellingsTogether(t *testing.T) {
	for _, same := range [][]string{
		{"إدارة", "ادارة", "أداره", "اداره", "إِدَارَة", "إدارـــة"},
		{"مسؤول", "مسئول"},
		{"مستشفى", "مستشفي"},
		{"٢٠٢٦", "2026", "۲۰۲۶"},
		{"کهرباء", "كهرباء"},
		{"Passport", "PASSPORT"},
	} {
		for _, s := range same {
			if Fold(s) != Fold(same[0]) {
				t.Errorf("%q folds to %q, %q to %q", s, Fold(s), same[0], Fold(same[0]))
			}
		}
	}
}

func TestStemsOfOneWordMeet(t *testing.T) {
	for _, same := range [][]string{
		{"هوية", "الهوية", "هويه", "هويتي", "بالهوية", "هويتها"},
		{"شهادة", "الشهادات", "والشهادة", "شهادتي", "للشهادة"},
		{"وثيقة", "الوثيقة", "بالوثيقة"},
		{"تجارة", "التجارية", "تجاري"},
		{"licence", "licences"},
		{"renewing", "renewed"},
		{"companies", "company"},
		{"certificates", "certificate"},
	} {
		for _, s := range same {
			if a, b := Stem(words(Fold(s))[0]), Stem(words(Fold(same[0]))[0]); a != b {
				t.Errorf("%q → %q, %q → %q", s, a, same[0], b)
			}
		}
	}
	for _, apart := range [][2]string{{"وثيقة", "ثيقة"}, {"وزارة", "زيارة"}, {"بطاقة", "طاقة"}, {"ولادة", "لادة"}, {"class", "clas"}} {
		if Stem(Fold(apart[0])) == Stem(Fold(apart[1])) {
			t.Errorf("%q and %q must stay apart", apart[0], apart[1])
		}
	}
}

// small is a library in which every case below has one right answer.
func small() *Index {
	doc := func(id, name, text string, kind ...string) Document {
		return Document{ID: id, Fields: []Field{{name, 4}, {text, 1}}, Facets: map[string][]string{"kind": kind}}
	}
	return New([]Document{
		doc("id", "تجديد بطاقة الهوية Identity card renewal", "صورة وعنوان السكن. Photo and address of the holder", "card", "person"),
		doc("deed", "وثيقة الملكية Title deed", "نسخة معتمدة من الوثيقة. A certified copy", "paper"),
		doc("energy", "ترشيد الطاقة Saving energy", "استهلاك الكهرباء في المنازل. Electricity at home", "advice"),
		doc("visit", "زيارة المتحف Museum visit", "حجز زيارة جماعية. Groups and schools", "advice"),
		doc("licence", "تجديد رخصة القيادة Driving licence renewal", "بعد سداد المخالفات. After paying fines", "card"),
	}, [][]string{
		{"هوية", "رقم شخصي", "cpr", "identity"}, {"سيارة", "قيادة", "driving", "car"}, {"صك", "وثيقة", "deed"}, {"متاحف", "متحف"},
	})
}

func ids(r Result) (out []string) {
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return out
}

func TestSearchFinds(t *testing.T) {
	x := small()
	for query, want := range map[string]string{
		"بطاقه هويه":           "id",
		"الهوية":               "id",
		"بِطاقَة":              "id",
		"بطاقتي":               "id",
		"بطاقات":               "id",
		"وبطاقة":               "id",
		"أريد تجديد الهوية":    "id",
		"cpr":                  "id",
		"الرقم الشخصي":         "id",
		"IDENTITY":             "id",
		"identiy":              "id",
		"indentity card":       "id",
		"عنوان":                "id",
		"وثيقة":                "deed",
		"الوثائق وثيقة":        "deed",
		"صك":                   "deed",
		"طاقة":                 "energy",
		"كهربا":                "energy",
		"زياره":                "visit",
		"متاحف":                "visit",
		"رخصة القياده":         "licence",
		"رخصه":                 "licence",
		"driving license":      "licence",
		"renew driving licenc": "licence",
		"رخصت القيادة":         "licence",
		"تجديد رخصه السيارة":   "licence",
		"fines":                "licence",
	} {
		got := ids(x.Search(Query{Text: query}))
		if len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %v, want %s first", query, got, want)
		}
	}
}

func TestFrenchIsFound(t *testing.T) {
	doc := func(id, en, fr string) Document {
		return Document{ID: id, Fields: []Field{{en, 4}, {fr, 4}}}
	}
	x := New([]Document{
		doc("fishing", "Fishing licence", "Permis de pêche"),
		doc("passport", "Passport renewal", "Renouvellement d’un passeport"),
		doc("child", "Canada child benefit", "Allocation canadienne pour enfants"),
		doc("taxes", "Business taxes", "Impôts des sociétés"),
		doc("works", "Support for works of art", "Soutien aux œuvres d'art"),
		doc("papers", "Newspapers fund", "Fonds des journaux"),
	}, [][]string{{"impôt", "taxe"}, {"passeport", "passport"}})
	for query, want := range map[string]string{
		"permis de peche": "fishing", "pêches": "fishing", "PERMIS DE PÊCHE": "fishing", "permi de pêche": "fishing",
		"renouveler mon passeport": "passport", "renouvelement passeport": "passport", "l'enfant": "child",
		"allocations pour l’enfant": "child", "société": "taxes", "taxe des sociétés": "taxes", "oeuvre d’art": "works", "œuvres": "works",
		"journal": "papers", "passeprot": "passport", "je veux renouveler mon passeport": "passport",
	} {
		got := ids(x.Search(Query{Text: query}))
		if len(got) == 0 || got[0] != want {
			t.Errorf("%q finds %v, want %s first", query, got, want)
		}
	}
	if got := ids(x.Search(Query{Text: "sous-marin"})); len(got) > 0 {
		t.Errorf("nothing is about submarines: %v", got)
	}
}

// TestBestIsAsSorting compares the short way to the first results with sorting all.
func TestBestIsAsSorting(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		list := make([]match, 1+r.IntN(300))
		for i := range list {
			list[i] = match{int32(i), float64(r.IntN(8))}
		}
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		n := r.IntN(len(list) + 1)
		sorted := slices.SortedFunc(slices.Values(list), byScore)
		if got := best(slices.Clone(list), n); !slices.Equal(got[:n], sorted[:n]) {
			t.Fatalf("the best %d of %d are not the first when sorted", n, len(list))
		}
	}
}

func TestOrderStandsWithoutText(t *testing.T) {
	x := small()
	r := x.Search(Query{Order: []int32{4, 3, 2, 1, 0}, Facets: map[string][]string{"kind": {"card"}}})
	if got := ids(r); !slices.Equal(got, []string{"licence", "id"}) {
		t.Errorf("got %v", got)
	}
	if got := ids(x.Search(Query{Order: []int32{4, 3, 2, 1, 0}, Offset: 1, Limit: 2})); !slices.Equal(got, []string{"visit", "energy"}) {
		t.Errorf("got %v", got)
	}
	if r := x.Search(Query{Text: "بطاقة", Order: []int32{4, 3, 2, 1, 0}}); ids(r)[0] != "id" {
		t.Errorf("words rank by themselves: %v", ids(r))
	}
}

func TestSearchKeepsApartWhatOnlyLooksAlike(t *testing.T) {
	x := small()
	if got := ids(x.Search(Query{Text: "بطاقة"})); slices.Contains(got, "energy") {
		t.Errorf("بطاقة is a card, not «by energy»: %v", got)
	}
	if got := ids(x.Search(Query{Text: "طاقة"})); slices.Contains(got, "id") {
		t.Errorf("طاقة is energy: %v", got)
	}
	for _, nothing := range []string{"غواصة", "submarine", "zzzzzz", "غ", "؟!؟", "%%%"} {
		if got := x.Search(Query{Text: nothing}); got.Total != 0 && nothing != "؟!؟" && nothing != "%%%" {
			t.Errorf("%q finds %v", nothing, ids(got))
		}
	}
}

func TestAllWordsBeatSome(t *testing.T) {
	got := ids(small().Search(Query{Text: "تجديد القيادة"}))
	if len(got) != 2 || got[0] != "licence" {
		t.Errorf("got %v", got)
	}
}

func TestFacetsCountWhatTheyWouldFind(t *testing.T) {
	x := small()
	all := x.Search(Query{})
	if all.Total != 5 || ids(all)[0] != "id" || all.Counts["kind"]["card"] != 2 || all.Counts["kind"]["person"] != 1 {
		t.Errorf("%v %v", ids(all), all.Counts)
	}
	some := x.Search(Query{Text: "تجديد", Facets: map[string][]string{"kind": {"person"}}})
	if some.Total != 1 || some.Hits[0].ID != "id" {
		t.Errorf("filtered: %v", ids(some))
	}
	if some.Counts["kind"]["card"] != 2 {
		t.Errorf("a facet must count its other values: %v", some.Counts)
	}
	none := x.Search(Query{Facets: map[string][]string{"kind": {"card"}, "place": {"moon"}}})
	if none.Total != 0 {
		t.Errorf("an unmet facet finds %v", ids(none))
	}
	page := x.Search(Query{Offset: 3, Limit: 5})
	if page.Total != 5 || len(page.Hits) != 2 {
		t.Errorf("page: %v of %d", ids(page), page.Total)
	}
	if beyond := x.Search(Query{Offset: 99}); len(beyond.Hits) != 0 || beyond.Total != 5 {
		t.Errorf("beyond the end: %v", ids(beyond))
	}
}

func TestEmptyIndexAnswers(t *testing.T) {
	if got := New(nil, nil).Search(Query{Text: "شيء"}); got.Total != 0 {
		t.Error(got)
	}
}

func TestOneAway(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"رخصه", "رخصت", true}, {"رخصه", "رصخه", true}, {"رخصه", "رخص", true}, {"رخصه", "رخيصه", true}, {"licence", "lisense", false}, {"abcd", "badc", false}, {"", "ab", false}, {"abc", "abc", true}} {
		if oneAway(c.a, c.b) != c.want || oneAway(c.b, c.a) != c.want {
			t.Errorf("%q %q: want %v", c.a, c.b, c.want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	x := small()
	for _, s := range []string{"بطاقه", "a b c", "\xff", "ـ", "و", "ال", "١٢٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := x.Search(Query{Text: s})
		if r.Total != len(r.Hits) || r.Total > x.Len() {
			t.Errorf("%q: %d hits, total %d", s, len(r.Hits), r.Total)
		}
	})
}

// large is an invented catalogue of n services.
func large(n int) *Index {
	verbs := []string{"إصدار Issue", "تجديد Renew", "إلغاء Cancel", "تعديل Amend", "طلب Request", "نقل Transfer", "تسجيل Register", "دفع Pay"}
	nouns := []string{"شهادة ميلاد birth certificate", "رخصة قيادة driving licence", "بطاقة الهوية identity card", "سجل تجاري commercial registration", "جواز سفر passport", "تصريح بناء building permit", "إعانة اجتماعية social assistance", "عقد إيجار lease contract"}
	r := rand.New(rand.NewPCG(1, 2))
	docs := make([]Document, n)
	for i := range docs {
		v, o := verbs[r.IntN(len(verbs))], nouns[r.IntN(len(nouns))]
		body := ""
		for range 8 {
			body += " " + verbs[r.IntN(len(verbs))] + " " + nouns[r.IntN(len(nouns))]
		}
		docs[i] = Document{ID: fmt.Sprint(i), Fields: []Field{{fmt.Sprintf("%s %s رقم%d", v, o, i), 4}, {body, 1}}, Facets: map[string][]string{"organisation": {fmt.Sprint("o", i%28)}}}
	}
	return New(docs, [][]string{{"هوية", "cpr"}, {"قيادة", "سياقة"}})
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{1600, 100000} {
		x := large(n)
		for _, q := range []string{"رقم77", "تجديد بطاقه الهويه", "passpotr", ""} {
			b.Run(fmt.Sprintf("%d/%s", n, q), func(b *testing.B) {
				for b.Loop() {
					x.Search(Query{Text: q, Limit: 20})
				}
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		large(1600)
	}
}
