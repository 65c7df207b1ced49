package cpsvap

import (
	"cmp"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/rdf"
)

// What the files of others say in other ways than ours is made out here.

// incomplete notes a part of which too little is said.
func (r *reading) incomplete(n *node) {
	line := 0
	if all := r.g.Of(n.iri); len(all) > 0 {
		line = r.g.Triples[all[0]].Line
	}
	r.noteAt(line, n.iri, "", true, gov.T("بلا اسم، فتُرك", "it has no name and was left out"))
}

var iso8601 = regexp.MustCompile(`^P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,7})M)?(?:(\d{1,9})(?:\.\d+)?S)?)?$`)

// workingDays reads a processing time: ours in working days, that of others from
// a duration in calendar time, five days a week.
func (r *reading) workingDays(n *node) int {
	if own := r.values(n, ownWorkingDays); len(own) > 0 {
		r.values(n, processingTime)
		return int(r.integer(n, ownWorkingDays))
	}
	days := country.NotSaid
	for _, i := range r.values(n, processingTime) {
		s := strings.TrimSpace(r.object(i).Value)
		m := iso8601.FindStringSubmatch(s)
		if m == nil || s == "P" || strings.HasSuffix(s, "T") {
			r.note(n, i, true, "«%s» ليست مدة مثل \u2066P30D\u2069", "“%s” is no duration like P30D", clipped(s, 60))
			continue
		}
		if days != country.NotSaid {
			r.note(n, i, true, "قيمة ثانية، وأُخذت الأولى", "a second value; the first was taken")
			continue
		}
		part := func(k int) int { v, _ := strconv.Atoi(m[k]); return v }
		calendar := part(1)*365 + part(2)*30 + part(3)*7 + part(4)
		minutes := part(5)*60 + part(6) + part(7)/60
		calendar += minutes / (24 * 60)
		if days = calendar * 5 / 7; days == 0 && calendar+minutes > 0 {
			days = 1
		}
		days = min(days, 3660)
	}
	return days
}

// amount reads a cost's value and currency.
func (r *reading) amount(n *node, c *country.Cost) {
	code := ""
	for _, i := range r.values(n, hasCurrency) {
		s := value(r.object(i).Value)
		code = strings.ToUpper(s[strings.LastIndexAny(s, "/#")+1:])
		if len(code) != 3 {
			r.note(n, i, true, "«%s» ليس رمز عملة مثل BHD", "“%s” is no currency like BHD", clipped(s, 60))
			code = ""
		}
	}
	if !r.filled(n, hasCurrency) {
		c.Currency = code
	}
	own := r.Profile.Currency
	for _, i := range r.values(n, hasValue) {
		s := strings.TrimSpace(r.object(i).Value)
		m, exact, ok := minor(s, digits(own, cmp.Or(code, own.Code)))
		switch {
		case !ok:
			r.note(n, i, true, "«%s» ليس مبلغًا", "“%s” is no amount", clipped(s, 60))
		case !exact:
			r.note(n, i, false, "المبلغ «%s» كسوره أكثر من كسور العملة، فقُرّب", "the amount “%s” has more decimals than its currency; it was rounded", clipped(s, 60))
		}
		c.Amount = m
	}
}

// minor makes minor units of a decimal.
func minor(s string, digits int) (m gov.Money, exact, ok bool) {
	if f, err := strconv.ParseFloat(s, 64); err != nil || len(s) > 40 || f > 1e15 || f < -1e15 || f != f {
		return 0, false, false
	}
	v, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, false, false
	}
	v.Mul(v, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)))
	if v.IsInt() && v.Num().IsInt64() {
		return gov.Money(v.Num().Int64()), true, true
	}
	f, _ := v.Float64()
	return gov.Money(f + 0.5), false, f < 1e18 && f > -1e18
}

// channelKind makes out what a channel without a known type is.
func (r *reading) channelKind(n *node, c *country.Channel) string {
	for _, l := range sorted(c.Description) {
		if w := r.guess(channelKinds, rdf.Typed(c.Description[l], rdf.String)); w != "" {
			return w
		}
	}
	kind := "other"
	switch {
	case c.URL != "":
		kind = "portal"
	case len(c.Address) > 0:
		kind = "counter"
	case c.Phone != "":
		kind = "phone"
	case c.Email != "":
		kind = "email"
	}
	if all := r.g.Of(n.iri); len(all) > 0 {
		r.noteAt(r.g.Triples[all[0]].Line, n.iri, nsDCT+"type", false, gov.T("قناة بلا نوع معروف، عُدّت «%s»", "a channel without a known type; taken as “%s”").Sprintf(kind))
	}
	return kind
}

// ownAddress is a resource's own name, when that is a web address.
func (r *reading) ownAddress(n *node) string {
	if strings.HasPrefix(n.iri, "http://") || strings.HasPrefix(n.iri, "https://") {
		return n.iri
	}
	return ""
}

// postal puts the lines of an address together.
func (r *reading) postal(n *node) gov.Text {
	var out gov.Text
	for _, i := range r.g.Of(n.iri) {
		t := r.g.Triples[i]
		if !t.Object.Literal() || t.Predicate == identifier {
			continue
		}
		r.used[i] = true
		l := r.Lang
		if t.Object.Lang != "" {
			l = r.tag(n, i)
		}
		if out == nil {
			out = gov.Text{}
		}
		if s := r.words(n, t.Object); s != "" {
			out[l] = strings.TrimPrefix(out[l]+", "+s, ", ")
		}
	}
	return out
}

var (
	shortDays  = []string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}
	shortHours = regexp.MustCompile(`^((?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))*) (\d{2}:\d{2})-(\d{2}:\d{2})$`)
)

// hours makes opening hours of what a Temporal Entity says; what cannot be hours
// stays as words.
func (r *reading) hours(n *node, o *opening) {
	r.values(n, label)
	o.Opens, o.Closes = clock(o.Opens), clock(o.Closes)
	for l, s := range o.note {
		m := shortHours.FindStringSubmatch(s)
		if m == nil || len(o.Days) > 0 {
			continue
		}
		o.Hours = country.Hours{Days: days(m[1]), Opens: m[2], Closes: m[3]}
		delete(o.note, l)
	}
	if strings.HasPrefix(n.iri, r.Profile.base()) || len(o.Days) == 0 && o.Opens == "" && o.Closes == "" {
		return
	}
	from, err1 := time.Parse("15:04", o.Opens)
	to, err2 := time.Parse("15:04", o.Closes)
	if err1 == nil && err2 == nil && to.After(from) && len(o.Days) > 0 {
		return
	}
	if o.note == nil {
		o.note = gov.Text{}
	}
	o.note[r.Lang] = strings.TrimSpace(o.note[r.Lang] + " " + inShort(o.Hours))
	o.Hours = country.Hours{}
	if all := r.g.Of(n.iri); len(all) > 0 {
		r.noteAt(r.g.Triples[all[0]].Line, n.iri, "", false, gov.T("ليست ساعات عمل كاملة، وأُخذت نصًا", "these are no whole opening hours; taken as words"))
	}
}

// clock drops the seconds of a time.
func clock(s string) string {
	if t, err := time.Parse("15:04:05", s); err == nil && t.Second() == 0 {
		return t.Format("15:04")
	}
	return s
}

// days reads "Su-Th" and "Mo,We".
func days(s string) (out []string) {
	for _, span := range strings.Split(s, ",") {
		from, to, ok := strings.Cut(span, "-")
		if !ok {
			to = from
		}
		end := slices.Index(shortDays, to[:2])
		for d := slices.Index(shortDays, from); ; d = (d + 1) % 7 {
			if name := country.Weekdays[d]; !slices.Contains(out, name) {
				out = append(out, name)
			}
			if d == end {
				break
			}
		}
	}
	return out
}
