package catalogue

import (
	"slices"
	"strings"
	"testing"

	"diwan.example/internal/db/dbtest"
)

func lower(list []string) (out []string) {
	for _, s := range list {
		out = append(out, strings.ToLower(s))
	}
	return out
}

// relevant are queries as people type them, with the service that must come
// first.
var relevant = []struct{ query, want string }{
	{"بطاقة الهوية", "identity-card/renewal identity-card/first-card identity-card/replacement"},
	{"بطاقه هويه", "identity-card/renewal identity-card/first-card identity-card/replacement"},
	{"الهوية", "identity-card/renewal identity-card/first-card identity-card/replacement"},
	{"تجديد البطاقة", "identity-card/renewal"},
	{"تجديد بطاقه الهويه", "identity-card/renewal"},
	{"تجديد الهوية انتهت بطاقتي", "identity-card/renewal"},
	{"بدل فاقد", "identity-card/replacement"},
	{"ضاعت بطاقتي", "identity-card/replacement identity-card/renewal identity-card/first-card"},
	{"بطاقة ضائعة", "identity-card/replacement"},
	{"renew id card", "identity-card/renewal"},
	{"renew cpr", "identity-card/renewal"},
	{"lost cpr", "identity-card/replacement"},
	{"identity card renewl", "identity-card/renewal"},
	{"تغيير العنوان", "identity/address-change"},
	{"تحديث عنواني", "identity/address-change"},
	{"change adress", "identity/address-change"},
	{"شهادة ميلاد", "identity/birth-certificate"},
	{"شهاده ولاده", "identity/birth-certificate"},
	{"اصدار شهادة الميلاد لمولود جديد", "identity/birth-certificate"},
	{"birth certificate", "identity/birth-certificate"},
	{"شهادة وفاة", "identity/death-certificate"},
	{"تجديد رخصة القيادة", "traffic/driving-licence-renewal"},
	{"تجديد رخصه سياقه", "traffic/driving-licence-renewal"},
	{"تجديد رخصت القيادة", "traffic/driving-licence-renewal"},
	{"renew driver's license", "traffic/driving-licence-renewal"},
	{"driving licence renewal", "traffic/driving-licence-renewal"},
	{"تعليم سواقة", "traffic/learner-permit"},
	{"مخالفات مرورية", "traffic/contravention-payment"},
	{"دفع مخالفه", "traffic/contravention-payment"},
	{"speeding fine", "traffic/contravention-payment"},
	{"تسجيل السيارة", "traffic/vehicle-registration-renewal"},
	{"بيع سيارة", "traffic/vehicle-transfer"},
	{"شهادة قيد", "education/enrolment-certificate"},
	{"إفادة قيد طالب", "education/enrolment-certificate"},
	{"اثبات دراسه", "education/enrolment-certificate"},
	{"enrollment certificate", "education/enrolment-certificate"},
	{"proof of study for my son", "education/enrolment-certificate"},
	{"نقل طالب الى مدرسه اخرى", "education/school-transfer"},
	{"معادلة شهادة جامعية", "education/qualification-recognition"},
	{"دعوى", "justice/small-claim"},
	{"رفع دعوي صغيرة", "justice/small-claim"},
	{"small claims court", "justice/small-claim"},
	{"توكيل", "justice/power-of-attorney"},
	{"حصر ورثة", "justice/inheritance-deed"},
	{"زواج", "justice/marriage-contract health/premarital-exam"},
	{"فحص ما قبل الزواج", "health/premarital-exam"},
	{"تطعيم الأطفال", "health/vaccination-record"},
	{"موعد دكتور", "health/appointment"},
	{"جواز سفر", "travel/passport-renewal"},
	{"passprot renewal", "travel/passport-renewal"},
	{"فيزا", "travel/visit-visa labour/work-permit"},
	{"سجل تجاري", "commerce/commercial-registration commerce/registration-renewal"},
	{"فتح شركة", "commerce/commercial-registration"},
	{"start a business", "commerce/commercial-registration"},
	{"ضريبة", "revenue/vat-registration"},
	{"vat", "revenue/vat-registration"},
	{"فاتورة الكهرباء", "electricity-water/bill-payment"},
	{"كهربا", "electricity-water/new-connection electricity-water/move-in electricity-water/bill-payment"},
	{"electricity bill", "electricity-water/bill-payment"},
	{"تصريح عمل", "labour/work-permit"},
	{"خادمة", "labour/domestic-worker-permit"},
	{"راتب متأخر", "labour/labour-complaint"},
	{"وثيقة ملكية", "land/title-deed-copy"},
	{"الوثيقة العقارية", "land/title-deed-copy"},
	{"رخصة بناء", "municipality/building-permit"},
	{"وقف", "awqaf/endowment-registration"},
	{"متاحف", "culture/museum-visit"},
	{"قارب", "transport/boat-registration"},
}

func TestPeopleFindWhatTheyMean(t *testing.T) {
	b := seeded(t, dbtest.SQLite(t))
	for _, c := range relevant {
		f, err := b.Search(t.Context(), Query{Text: c.query, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range f.Services {
			got = append(got, string(s.ID))
		}
		if len(got) == 0 || !slices.Contains(strings.Fields(c.want), got[0]) {
			t.Errorf("%q finds %v, want %s first", c.query, got, c.want)
		}
	}
}

func TestNonsenseFindsNothing(t *testing.T) {
	b := seeded(t, dbtest.SQLite(t))
	for _, q := range []string{"غواصة نووية", "quantum submarine"} {
		f, err := b.Search(t.Context(), Query{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range f.Services {
			t.Errorf("%q finds %s", q, s.ID)
		}
	}
}

func TestFacetsOfASearch(t *testing.T) {
	b := seeded(t, dbtest.SQLite(t))
	f, err := b.Search(t.Context(), Query{Text: "شهادة", Facets: map[string][]string{ByOrganisation: {"moe"}}})
	if err != nil || f.Total == 0 {
		t.Fatalf("%d %v", f.Total, err)
	}
	for _, s := range f.Services {
		if s.Organisation != "moe" {
			t.Errorf("%s is not of the ministry asked for", s.ID)
		}
	}
	if f.Counts[ByOrganisation]["moe"] != f.Total || f.Counts[ByOrganisation]["iga"] == 0 {
		t.Errorf("counts: %v of %d", f.Counts[ByOrganisation], f.Total)
	}
	free, err := b.Search(t.Context(), Query{Facets: map[string][]string{ByCost: {"free"}}})
	if err != nil || free.Total == 0 || free.Total == len(sample(t).Services) {
		t.Errorf("%d free services, %v", free.Total, err)
	}
}
