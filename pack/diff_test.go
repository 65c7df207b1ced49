package pack_test

import (
	"maps"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/pack"
)

func renewal(t testing.TB) *pack.Pack {
	t.Helper()
	for _, p := range all(t) {
		if p.ID == "identity-card/renewal" {
			return p
		}
	}
	t.Fatal("no renewal")
	return nil
}

func TestDiffSpeaksOfWhatPeopleNotice(t *testing.T) {
	old := renewal(t)
	files := maps.Clone(old.Files)
	change := func(file, from, to string) {
		t.Helper()
		if strings.Count(files[file], from) != 1 {
			t.Fatalf("%q occurs %d times", from, strings.Count(files[file], from))
		}
		files[file] = strings.Replace(files[file], from, to, 1)
	}
	change("procedure.yaml", `amount: "1.500"`, `amount: "1.750"`)
	change("procedure.yaml", "within: {working_days: 3}", "within: {working_days: 2}")
	change("procedure.yaml", "step_up: true\n        reasons:", "reasons:")
	change("questions.yaml", "      - name: phone\n", "      - name: email\n        kind: email\n        optional: true\n        label: {ar: البريد الإلكتروني, en: E-mail}\n      - name: phone\n")
	change("questions.yaml", "max_kb: 2048", "max_kb: 4096")
	change("service.yaml", "channels: [portal, counter, kiosk, api]", "channels: [portal, counter]")
	change("examples.yaml", `fee: "13.500"`, `fee: "13.750"`)
	change("examples.yaml", `fee: "6.750"`, `fee: "6.875"`)
	now, err := pack.Parse(files, pack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"the service: the channels changed from portal, counter, kiosk, api to portal, counter",
		"the question “A recent photo”: the files taken changed",
		"added: the question “E-mail”",
		"the fee line “Delivery by post”: the amount changed from 1.500 to 1.750",
		"the decision “Refuse”: proving oneself again changed from yes to no",
		"the step “Review of photo and application”: the deadline changed from 3 working days to 2 working days",
		"the example “a lost card sent by post, with a better photo on request”: the fee changed",
		"the example “half the fee for a person with a disability, the payment never comes”: the fee changed",
	}
	var got []string
	for _, c := range pack.Diff(old, now) {
		got = append(got, c.Text[gov.English])
		if missing := c.Text.Missing(gov.Arabic); missing != nil || strings.Contains(c.Text[gov.Arabic], "%!") || c.Path == "" {
			t.Errorf("%+v", c)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	deadline := pack.Diff(old, now)[5]
	if deadline.Text[gov.Arabic] != "الخطوة «مراجعة الصورة والطلب»: تغيير المهلة من 3 أيام عمل إلى يومي عمل" {
		t.Error(deadline.Text[gov.Arabic])
	}
}

func TestDiffOfTheSameIsNothing(t *testing.T) {
	for _, p := range all(t) {
		again, err := pack.Parse(p.Files, pack.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if c := pack.Diff(p, again); len(c) > 0 || p.Digest != again.Digest {
			t.Errorf("%s: %v", p.ID, c)
		}
	}
}

func TestDiffBackwardsMirrorsForwards(t *testing.T) {
	list := all(t)
	count := func(c []pack.Change, k pack.ChangeKind) (n int) {
		for _, x := range c {
			if x.Kind == k {
				n++
			}
		}
		return n
	}
	there, back := pack.Diff(list[0], list[1]), pack.Diff(list[1], list[0])
	if len(there) == 0 || count(there, pack.Added) != count(back, pack.Removed) || count(there, pack.Removed) != count(back, pack.Added) {
		t.Errorf("%d there, %d back", len(there), len(back))
	}
}
