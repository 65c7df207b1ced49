package form

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"diwan.example/internal/rule"
)

// kinds says which keys each kind takes besides name, kind, label, help, when and valid.
var kinds = map[Kind]string{
	ShortText:   "optional prefill locked error min_length max_length pattern",
	LongText:    "optional prefill locked error min_length max_length pattern",
	Number:      "optional prefill locked error min max decimals",
	Money:       "optional prefill locked error min max",
	Date:        "optional prefill locked error min max",
	Time:        "optional prefill locked error min max",
	YesNo:       "optional prefill locked error",
	OneOf:       "optional prefill locked error options",
	ManyOf:      "optional prefill locked error options",
	CivilNumber: "optional prefill locked error",
	Passport:    "optional prefill locked error",
	IBAN:        "optional prefill locked error",
	Phone:       "optional prefill locked error",
	Email:       "optional prefill locked error",
	Address:     "optional prefill locked error",
	MapPoint:    "optional error",
	File:        "optional error files credential",
	Group:       "optional error questions min_rows max_rows",
	Computed:    "value gives decimals",
	Declaration: "error",
}

// Kinds lists the kinds of question.
func Kinds() []Kind {
	return []Kind{ShortText, LongText, Number, Money, Date, Time, YesNo, OneOf, ManyOf, CivilNumber, Passport, IBAN, Phone, Email,
		Address, MapPoint, File, Group, Computed, Declaration}
}

// used lists the keys that q sets, of those that not every kind takes.
func (q *Question) used() (out []string) {
	for _, k := range []struct {
		name string
		set  bool
	}{
		{"optional", q.Optional}, {"prefill", q.Prefill != ""}, {"locked", q.Locked}, {"error", len(q.Error) > 0},
		{"min_length", q.MinLength != 0}, {"max_length", q.MaxLength != 0}, {"pattern", q.Pattern != ""}, {"min", q.Min != ""},
		{"max", q.Max != ""}, {"decimals", q.Decimals != 0}, {"options", len(q.Options) > 0}, {"files", q.Files != nil}, {"credential", q.Credential != nil},
		{"questions", len(q.Questions) > 0}, {"min_rows", q.MinRows != 0}, {"max_rows", q.MaxRows != 0}, {"value", q.Value != ""},
		{"gives", q.Gives != ""}, {"attribute", q.Attribute != ""}, {"away", q.Away != ""}, {"asked", q.Asked != nil},
	} {
		if k.set {
			out = append(out, k.name)
		}
	}
	return out
}

// question compiles q over the names of s. Texts, keys, limits, then rules.
func (c *compiler) question(s *scope, q *question, inRow bool) {
	allowed, known := kinds[q.Kind]
	if !known {
		c.unknownKind(q)
		return
	}
	takes := strings.Fields(allowed)
	if holdable(q.Kind) {
		takes = append(takes, "attribute", "away", "asked")
	}
	for _, key := range q.used() {
		if !slices.Contains(takes, key) {
			c.issue(q.path+"/"+key, "السؤال من نوع %s لا يقبل %s", "a question of kind %s takes no %s", q.Kind, key)
		}
	}
	c.text(q.path+"/label", q.Label, true)
	c.text(q.path+"/help", q.Help, false)
	c.text(q.path+"/error", q.Error, false)
	c.holding(q, inRow)
	c.presentation(q, inRow)
	if inRow && (q.Kind == Group || q.Prefill != "" || q.Locked) {
		c.issue(q.path, "لا تحتوي المجموعة على مجموعة أخرى ولا على تعبئة مسبقة", "inside a group there is no further group and no prefill")
		return
	}
	c.limits(q)
	c.rules(s, q)
	switch q.Kind {
	case OneOf, ManyOf:
		c.options(s, q)
	case Group:
		c.group(s, q)
	case Computed:
		c.computed(s, q)
	}
}

func (c *compiler) unknownKind(q *question) {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	if near := rule.Nearest(string(q.Kind), names); near != "" {
		c.issue(q.path+"/kind", "لا يوجد نوع %q — أتقصد %q؟", "there is no kind %q — did you mean %q?", q.Kind, near)
		return
	}
	c.issue(q.path+"/kind", "لا يوجد نوع %q، والأنواع هي: %s", "there is no kind %q; the kinds are: %s", q.Kind, strings.Join(names, ", "))
}

func (c *compiler) rules(s *scope, q *question) {
	q.when = c.rule(s.env, q.When, rule.Bool, q.path+"/when")
	q.prefill = c.rule(c.person, q.Prefill, TypeOf(*q.Question), q.path+"/prefill")
	if q.Locked && q.Prefill == "" {
		c.issue(q.path+"/locked", "السؤال المقفل يحتاج إلى تعبئة مسبقة", "a locked question needs a prefill")
	}
	for i, v := range q.Valid {
		path := fmt.Sprintf("%s/valid/%d", q.path, i)
		c.text(path+"/error", v.Error, true)
		if v.Rule == "" {
			c.issue(path+"/rule", "القاعدة ناقصة", "the rule is missing")
		}
		if p := c.rule(s.env, v.Rule, rule.Bool, path+"/rule"); p != nil {
			q.valid = append(q.valid, validRule{p, v.Error})
		}
	}
}

func (c *compiler) options(s *scope, q *question) {
	if len(q.Options) == 0 {
		c.issue(q.path+"/options", "السؤال من نوع %s يحتاج إلى خيارات", "a question of kind %s needs options", q.Kind)
	}
	seen := map[string]bool{}
	for i := range q.Options {
		o := &q.Options[i]
		path := q.path + "/options/" + strconv.Itoa(i)
		switch {
		case o.Value == "" || o.Value != strings.TrimSpace(o.Value) || len(o.Value) > 200:
			c.issue(path+"/value", "الخيار يحتاج إلى قيمة لا تزيد على 200 حرف ولا تحيط بها فراغات", "an option needs a value of at most 200 letters without spaces around it")
		case seen[o.Value]:
			c.issue(path+"/value", "يوجد خيار آخر قيمته %q", "another option already has the value %q", o.Value)
		}
		seen[o.Value] = true
		c.text(path+"/label", o.Label, true)
		q.options = append(q.options, option{o, c.rule(s.env, o.When, rule.Bool, path+"/when")})
	}
}

func (c *compiler) group(s *scope, q *question) {
	if len(q.Questions) == 0 {
		c.issue(q.path+"/questions", "المجموعة تحتاج إلى أسئلة", "a group needs questions")
	}
	if q.MinRows < 0 || q.MaxRows < 0 || q.MaxRows > mostRows || q.MaxRows > 0 && q.MinRows > q.MaxRows || q.MinRows > mostRows {
		c.issue(q.path+"/max_rows", "السجلات من min_rows إلى max_rows، ولا تزيد على %d", "rows: at least min_rows, at most max_rows, never more than %d", mostRows)
	}
	inner := c.questions(q.Questions, nil, q.path+"/questions")
	q.inner = c.scope(inner, s.env.Vars())
	for _, x := range inner {
		c.question(q.inner, x, true)
	}
	c.arrange(q.inner)
}

func (c *compiler) computed(s *scope, q *question) {
	if q.Value == "" {
		c.issue(q.path+"/value", "السؤال المحسوب يحتاج إلى قاعدة تعطي قيمته", "a computed question needs a value")
	}
	switch q.Gives {
	case ShortText, Number, Money, Date, YesNo:
		q.value = c.rule(s.env, q.Value, TypeOf(*q.Question), q.path+"/value")
	default:
		c.issue(q.path+"/gives", "بيّن نوع القيمة في gives: short-text أو number أو money أو date أو yes-no", "say what the value gives: short-text, number, money, date or yes-no")
	}
}

func (c *compiler) pattern(q *question) {
	if q.Pattern == "" {
		return
	}
	re, err := regexp.Compile(`^(?:` + q.Pattern + `)$`)
	if err != nil {
		c.issue(q.path+"/pattern", "تعذرت قراءة النمط: %v", "the pattern cannot be read: %v", err)
		return
	}
	q.limits.pattern = re
}
