package form

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"diwan.example/gov"
)

// limits are a question's bounds, read once.
type limits struct {
	pattern *regexp.Regexp
	length  int // characters at most
	low     bound
	high    bound
	types   []string // file
	bytes   int64    // each file
	count   int      // files
	rows    int      // group, at most
}

// bound is one end of a range, in the shape of the question's answers.
type bound struct {
	set    bool
	today  bool    // the day of the check
	number float64 // number
	money  gov.Money
	text   string // date or time
}

const (
	shortest  = 200   // characters of a short text, unless max_length says otherwise
	longest   = 4_000 // characters of a long text, unless max_length says otherwise
	mostText  = 50_000
	mostRows  = 200
	usualRows = 20
	usualKB   = 5_120
	mostKB    = 50 << 10
	mostFiles = 20
)

func (c *compiler) limits(q *question) {
	switch q.Kind {
	case ShortText:
		c.lengths(q, shortest)
	case LongText:
		c.lengths(q, longest)
	case Number, Money, Date, Time:
		q.limits.low, q.limits.high = c.bound(q, q.Min, "min"), c.bound(q, q.Max, "max")
		c.ordered(q)
	case File:
		c.files(q)
	case Group:
		if q.limits.rows = q.MaxRows; q.limits.rows == 0 {
			q.limits.rows = max(usualRows, q.MinRows)
		}
	}
	if q.Decimals < 0 || q.Decimals > 6 {
		c.issue(q.path+"/decimals", "للعدد من 0 إلى 6 منازل عشرية", "a number has 0 to 6 decimals")
	}
	c.pattern(q)
}

func (c *compiler) lengths(q *question, usual int) {
	if q.limits.length = q.MaxLength; q.limits.length == 0 {
		q.limits.length = max(usual, q.MinLength)
	}
	if q.MinLength < 0 || q.MaxLength < 0 || q.MaxLength > mostText || q.MinLength > q.limits.length {
		c.issue(q.path+"/max_length", "الطول من min_length إلى max_length، ولا يزيد على %d", "the length is from min_length to max_length, never more than %d", mostText)
	}
}

func (c *compiler) bound(q *question, s, key string) (b bound) {
	if s == "" {
		if q.Kind == Money && key == "min" {
			return bound{set: true} // an amount is not negative unless the pack says so
		}
		return b
	}
	b.set = true
	var err error
	switch q.Kind {
	case Number:
		b.number, err = strconv.ParseFloat(s, 64)
	case Money:
		b.money, err = c.opts.Currency.Parse(s)
	case Date:
		if b.today = s == "today"; !b.today {
			_, err = time.Parse(time.DateOnly, s)
		}
		b.text = s
	case Time:
		_, err = time.Parse("15:04", s)
		b.text = s
	}
	if err != nil || q.Kind == Time && len(s) != 5 {
		c.issue(q.path+"/"+key, "الحد %q ليس %s", "%q is no %s", s, limitForm[q.Kind])
	}
	return b
}

var limitForm = map[Kind]gov.Text{
	Number: gov.T(`عددًا مثل "12.5"`, `number like "12.5"`),
	Money:  gov.T(`مبلغًا مثل "12.500"`, `amount like "12.500"`),
	Date:   gov.T(`يومًا مثل "2026-01-31" ولا كلمة "today"`, `day like "2026-01-31", and not "today" either`),
	Time:   gov.T(`وقتًا مثل "08:30"`, `time like "08:30"`),
}

func (c *compiler) ordered(q *question) {
	l, h := q.limits.low, q.limits.high
	if l.set && h.set && !l.today && !h.today && (l.number > h.number || l.money > h.money || l.text > h.text) {
		c.issue(q.path+"/max", "أكبر قيمة دون أصغر قيمة", "the largest value is below the smallest")
	}
}

// known media types: what Sniff can tell.
var known = []string{PDF, JPEG, PNG, DOCX, XLSX, ZIP}

func (c *compiler) files(q *question) {
	f := FileLimits{}
	if q.Files != nil {
		f = *q.Files
	}
	if q.limits.types = f.Types; len(f.Types) == 0 {
		q.limits.types = []string{PDF, JPEG, PNG}
	}
	for i, t := range f.Types {
		if !slices.Contains(known, t) {
			c.issue(q.path+"/files/types/"+strconv.Itoa(i), "لا يُعرف النوع %q من محتوى الملف، والممكن: %v", "files of type %q cannot be told by their content; possible: %v", t, known)
		}
	}
	if f.MaxKB < 0 || f.MaxKB > mostKB || f.Max < 0 || f.Max > mostFiles {
		c.issue(q.path+"/files", "حجم الملف لا يزيد على %d كيلوبايت، وعدد الملفات لا يزيد على %d", "a file has at most %d KB, and there are at most %d of them", mostKB, mostFiles)
	}
	if f.MaxKB == 0 {
		f.MaxKB = usualKB
	}
	q.limits.bytes = int64(f.MaxKB) << 10
	q.limits.count = max(1, f.Max)
}
