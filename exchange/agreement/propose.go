package agreement

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// longest is how many years an agreement may hold.
const longest = 5

// most bounds the lists of an agreement.
const most = 100

// Span is the first and the last day of an agreement, "2026-12-01".
type Span struct{ From, Until string }

// Propose asks for an agreement for the actor's organisation. Of a registry the
// provider is found by itself. Errors: Denied; gov.Problems; Conflict when such an
// agreement is there or being decided on.
func (o *Office) Propose(tx *db.Tx, provider gov.OrgID, t Terms, days Span) (Agreement, error) {
	a := tx.Actor()
	x := Agreement{ID: gov.AgreementID("AGR-" + db.Short(8)), Consumer: a.Org, Provider: provider, Terms: t, At: tx.Now(), Saves: 1, People: People{Proposer: a.Person}}
	if !MayPropose(a) {
		return x, errConsumer
	}
	if err := o.fill(tx, &x, days); err != nil {
		return x, err
	}
	x.State = Proposed
	if err := insert(tx, x); err != nil {
		return x, err
	}
	return x, o.note(tx, x, "propose", "")
}

// Revise writes the terms of a proposal anew: before it was reviewed, or once it
// was given back. saves is the version that the writer saw. Errors: Denied,
// NotFound, Conflict, gov.Problems.
func (o *Office) Revise(tx *db.Tx, id gov.AgreementID, t Terms, days Span, saves int) (Agreement, error) {
	x, err := Find(tx, id)
	if err != nil {
		return x, err
	}
	if a := tx.Actor(); !MayPropose(a) || a.Org != x.Consumer {
		return x, errConsumer
	}
	if x.Saves != saves {
		return x, errMeantime
	}
	plan := x.Plan
	x.Terms = t
	x.Plan = plan
	if err := o.fill(tx, &x, days); err != nil {
		return x, err
	}
	x.People = People{Proposer: tx.Actor().Person}
	return o.move(tx, x, "revise", "")
}

// Check cleans the terms of a proposal that is not given yet and says what is
// wrong with them, as Propose does. Errors: Denied, gov.Problems, Conflict.
func (o *Office) Check(tx *db.Tx, provider gov.OrgID, t Terms, days Span) (Agreement, error) {
	a := tx.Actor()
	x := Agreement{Consumer: a.Org, Provider: provider, Terms: t}
	if !MayPropose(a) {
		return x, errConsumer
	}
	return x, o.fill(tx, &x, days)
}

// wrongs gathers what is wrong with a proposal.
type wrongs struct{ list gov.Problems }

func (w *wrongs) add(field, ar, en string) {
	w.list = append(w.list, gov.Problem{Field: field, Text: gov.T(ar, en)})
}

// fill cleans the terms and refuses what no agreement may say.
func (o *Office) fill(tx *db.Tx, x *Agreement, days Span) error {
	w := &wrongs{}
	o.words(x, w)
	o.limits(x, w)
	o.days(x, days, tx.Now(), w)
	if err := o.object(tx, x, w); err != nil {
		return err
	}
	if err := o.readers(tx, x, w); err != nil {
		return err
	}
	if len(w.list) > 0 {
		return w.list
	}
	return o.alone(tx, x)
}

func (o *Office) words(x *Agreement, w *wrongs) {
	for _, t := range []struct {
		to     *gov.Text
		field  string
		least  int
		ar, en string
	}{
		{&x.Purpose, "purpose", 10, "اكتب الغرض من البيانات في جملة يفهمها صاحبها", "Write what the data is for in a sentence that the person understands"},
		{&x.Legal, "legal", 5, "اكتب القانون أو المرسوم أو القرار الذي يجيز ذلك", "Write the law, decree or decision that allows it"},
	} {
		clean := gov.Text{}
		for l, s := range *t.to {
			if s, _ = gov.CleanText(strings.TrimSpace(s)); s != "" {
				clean[l] = s
			}
			if len([]rune(s)) > 600 {
				w.add(t.field, "لا يزيد النص على 600 حرف", "The text has 600 letters at most")
			}
		}
		*t.to = clean
		if len([]rune(clean[gov.Arabic])) < t.least {
			w.add(t.field, t.ar, t.en)
		}
	}
	if x.Link = strings.TrimSpace(x.Link); x.Link != "" {
		if u, err := url.Parse(x.Link); err != nil || u.Scheme != "https" || u.Host == "" || len(x.Link) > 500 {
			w.add("link", "اكتب رابطًا كاملًا يبدأ بـ \u2066https://\u2069 أو اترك الحقل فارغًا", "Write a whole address that begins with https:// or leave the field empty")
		}
	}
}

func (o *Office) limits(x *Agreement, w *wrongs) {
	if x.PerDay < 0 || x.PerDay > 100_000_000 {
		w.add("per_day", "اكتب عدد مرات القراءة في اليوم، أو صفرًا لغير المحدود", "Write how many reads a day, or 0 for no limit")
	}
	if x.PerPerson < 0 || x.PerPerson > 10_000 {
		w.add("per_person", "اكتب عدد مرات القراءة للشخص الواحد في اليوم، أو صفرًا لغير المحدود", "Write how many reads of one person a day, or 0 for no limit")
	}
	if x.RetentionDays < 0 || x.RetentionDays > 36500 {
		w.add("retention", "اكتب مدة الاحتفاظ بالأيام، أو صفرًا لمدة الطلب فقط", "Write how many days it is kept, or 0 for as long as the case is open")
	}
}

func (o *Office) days(x *Agreement, days Span, now time.Time, w *wrongs) {
	var ok bool
	x.From, ok = dayIn(days.From, o.zone())
	last, ok2 := dayIn(days.Until, o.zone())
	x.Until = last.AddDate(0, 0, 1)
	if !ok {
		w.add("from", "اكتب اليوم الأول بهذه الصيغة: \u20662026-11-23\u2069", "Write the first day like 2026-11-23")
	}
	switch {
	case !ok2:
		w.add("until", "لكل اتفاقية نهاية؛ اكتب اليوم الأخير بهذه الصيغة: \u20662027-11-23\u2069", "Every agreement ends; write the last day like 2027-11-23")
	case ok && !x.Until.After(x.From):
		w.add("until", "اليوم الأخير قبل اليوم الأول", "The last day comes before the first")
	case !x.Until.After(now):
		w.add("until", "اليوم الأخير مضى", "The last day has passed")
	case ok && x.Until.After(x.From.AddDate(longest, 0, 1)):
		w.add("until", "لا تزيد الاتفاقية على خمس سنوات", "An agreement holds for five years at most")
	}
}

func dayIn(s string, zone *time.Location) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, gov.Digits(strings.TrimSpace(s)), zone)
	return t.UTC(), err == nil
}

// object checks what may be read: attributes that the registry holds and nobody
// else, or a service of the provider.
func (o *Office) object(tx *db.Tx, x *Agreement, w *wrongs) error {
	if x.Service != (xroad.ServiceID{}) {
		x.Registry, x.Attributes = "", nil
		return o.service(tx, x, w)
	}
	x.Client, x.Methods, x.Paths = xroad.ClientID{}, nil, nil
	keeper, ok := o.Keeper(x.Registry)
	if !ok {
		w.add("registry", "اختر السجل الذي يحفظ البيانات", "Choose the registry that holds the data")
		return nil
	}
	x.Provider = keeper
	if keeper == x.Consumer {
		w.add("registry", "هذا سجل جهتك؛ قراءته لا تحتاج اتفاقية", "This is your own registry; reading it needs no agreement")
	}
	x.Attributes = slices.Compact(slices.Sorted(slices.Values(x.Attributes)))
	if len(x.Attributes) == 0 || len(x.Attributes) > most {
		w.add("attributes", "اختر البيانات التي تحتاجها الجهة", "Choose the data that is needed")
	}
	for _, name := range x.Attributes {
		if h, ok := o.Holder(name); !ok || h.Registry != x.Registry {
			w.list = append(w.list, gov.Problem{Field: "attributes", Text: gov.T("لا يحفظ هذا السجل «%s»", "This registry does not hold “%s”").Sprintf(string(name))})
		}
	}
	return nil
}

func (o *Office) service(tx *db.Tx, x *Agreement, w *wrongs) error {
	if x.Provider == "" || x.Provider == x.Consumer {
		w.add("provider", "اختر الجهة التي تقدم الخدمة، وهي غير جهتك", "Choose the organisation that provides the service; it is not your own")
	}
	for _, side := range []struct {
		field  string
		client xroad.ClientID
		org    gov.OrgID
	}{{"service", x.Service.ClientID, x.Provider}, {"client", x.Client, x.Consumer}} {
		org, err := gov.OrgID(""), error(nil)
		if o.Member != nil {
			org, err = o.Member(tx, side.client)
		}
		if err != nil && gov.KindOf(err) != gov.NotFound {
			return err
		}
		if err != nil || org == "" || org != side.org {
			w.add(side.field, "هذا المعرّف ليس لنظام فرعي مسجل لهذه الجهة", "This identifier is not of a subsystem registered for this organisation")
		}
	}
	for _, m := range x.Methods {
		if !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}, m) {
			w.add("methods", "اختر طرائق الاستدعاء من القائمة", "Choose the methods from the list")
			break
		}
	}
	if len(x.Paths) > most || slices.ContainsFunc(x.Paths, func(p string) bool {
		return !strings.HasPrefix(p, "/") || len(p) > 500 || strings.Contains(p, "..")
	}) {
		w.add("paths", "كل مسار يبدأ بشرطة مائلة ولا يصعد إلى أعلى", "Every path begins with a slash and does not lead upwards")
	}
	return nil
}

// readers checks who reads, for which services.
func (o *Office) readers(tx *db.Tx, x *Agreement, w *wrongs) error {
	x.Services = slices.Compact(slices.Sorted(slices.Values(x.Services)))
	if len(x.Services) > most {
		w.add("services", "الخدمات أكثر مما تتسع له اتفاقية واحدة", "These are more services than one agreement holds")
		return nil
	}
	for _, s := range x.Services {
		ok, err := o.Offers(tx, x.Consumer, s)
		if err != nil {
			return err
		}
		if !ok {
			w.list = append(w.list, gov.Problem{Field: "services", Text: gov.T("الخدمة «%s» ليست من خدمات جهتك", "The service “%s” is not your organisation's").Sprintf(string(s))})
		}
	}
	x.Roles = slices.Compact(slices.Sorted(slices.Values(x.Roles)))
	for _, r := range x.Roles {
		if !slices.Contains([]gov.Role{gov.Officer, gov.Supervisor, gov.Owner, gov.Head}, r) {
			w.add("roles", "اختر من أدوار موظفي جهتك", "Choose from the roles of your organisation's people")
		}
	}
	if !x.Machine && len(x.Roles) == 0 {
		w.add("roles", "حدد من يقرأ: المنصة لطلب قائم، أو موظفون بصفتهم", "Say who reads: the platform for a case, or people by their role")
	}
	return nil
}

var errTwice = gov.Fail(gov.Conflict, "توجد اتفاقية قائمة أو طلب قيد الدراسة بالبيانات والخدمات نفسها", "There is an agreement, or a proposal being decided on, with the same data and services")

// alone refuses a second agreement that says the same as one that is there. One
// that expires does not stand in the way of its successor.
func (o *Office) alone(tx *db.Tx, x *Agreement) error {
	list, err := selected(tx, Filter{Consumer: x.Consumer, Provider: x.Provider, States: bound})
	if err != nil {
		return err
	}
	for _, y := range list {
		if y.ID != x.ID && y.Registry == x.Registry && y.Service == x.Service && y.Client == x.Client && slices.Equal(y.Attributes, x.Attributes) && slices.Equal(y.Services, x.Services) {
			return errTwice
		}
	}
	return nil
}

// reason cleans what is said with a move.
func reason(words string) (string, error) {
	words, _ = gov.CleanText(strings.TrimSpace(words))
	if n := len([]rune(words)); n < 5 || n > longestWords {
		return words, gov.Fail(gov.Invalid, "اكتب السبب في جملة، بما لا يزيد على 4000 حرف", "Say why in a sentence, in 4000 letters at most").At("words")
	}
	return words, nil
}

// IsTwice reports whether a proposal was refused because there is one like it.
func IsTwice(err error) bool { return errors.Is(err, errTwice) }
