package verdict

import (
	"cmp"

	"diwan.example/document/statuslist"
	"diwan.example/gov"
)

// holds asks whether a proven document still holds: its issuer's register where
// that is at hand, else the status list.
func (c *check) holds(ref *statuslist.Reference) {
	if c.o.Register != nil && c.Code != "" {
		if s, err := c.o.Register(c.ctx, c.Code); err == nil && s != Unknown {
			c.registered(s)
			return
		}
	}
	if ref == nil || ref.List.URI == "" {
		c.unasked(gov.T("لا تذكر الوثيقة قائمة حالات، فلا يُعرف هنا هل أُلغيت بعد إصدارها", "It names no status list: it is not known here whether it was revoked since"))
		return
	}
	if c.o.Status == nil {
		c.unasked(gov.T("لم يُتحقق مما إذا أُلغيت أو أُوقفت بعد إصدارها: لا اتصال بقائمة الحالات", "Whether it was revoked or suspended since was not checked: there is no way to the status list"))
		return
	}
	s, as, err := c.o.Status(c.ctx, ref.List.URI, ref.List.Index)
	if err != nil {
		c.unasked(gov.T("تعذّر الوصول إلى قائمة الحالات، فلا يُعرف هل أُلغيت بعد إصدارها", "The status list cannot be reached: it is not known whether it was revoked since"))
		return
	}
	switch s {
	case statuslist.Valid:
		c.good(gov.T("لم تُلغَ ولم تُوقف، بحسب قائمة الحالات في %s", "Neither revoked nor suspended, as the status list of %s says").Sprintf(c.moment(as)))
	case statuslist.Suspended:
		c.bad(Suspended, gov.T("أوقفتها الجهة مؤقتًا، بحسب قائمة الحالات في %s", "Its issuer has suspended it, as the status list of %s says").Sprintf(c.moment(as)))
	default:
		c.bad(Revoked, gov.T("ألغتها الجهة أو استبدلتها بأحدث، بحسب قائمة الحالات في %s", "Its issuer revoked it or replaced it by a newer one, as the status list of %s says").Sprintf(c.moment(as)))
	}
}

func (c *check) unasked(why gov.Text) {
	c.Unchecked = true
	c.note(why)
}

// registered says what the issuer's register answers.
func (c *check) registered(s State) {
	switch s {
	case Valid:
		c.good(gov.T("سارية في سجل الجهة التي أصدرتها الآن", "Valid in its issuer's register right now"))
	case Expired:
		c.bad(Expired, gov.T("انتهت صلاحيتها، بحسب سجل الجهة التي أصدرتها", "Expired, as its issuer's register says"))
	case Suspended:
		c.bad(Suspended, gov.T("موقوفة مؤقتًا في سجل الجهة التي أصدرتها", "Suspended in its issuer's register"))
	case Replaced:
		c.bad(Replaced, gov.T("استُبدلت بوثيقة أحدث، بحسب سجل الجهة التي أصدرتها", "Replaced by a newer document, as its issuer's register says"))
	case Revoked:
		c.bad(Revoked, gov.T("ملغاة في سجل الجهة التي أصدرتها", "Revoked in its issuer's register"))
	case Altered:
		c.bad(Altered, gov.T("ما في سجل الجهة لا يطابق ما وقّعته", "What stands in the issuer's register is not what it signed"))
	default:
		c.bad(Unknown, gov.T("لا توجد وثيقة بهذا الرمز في السجل", "There is no document with this code in the register"))
	}
}

// code is an address or a code alone: it proves nothing without asking.
func (c *check) code(code, host string) {
	c.Form, c.Code = Code, code
	if c.o.Ask == nil {
		c.bad(Unknown, gov.T("هذا رمز تحقق وحده، ولا يثبت شيئًا من دون سؤال الجهة: افتح عنوانه %s", "This is a verification code alone; it proves nothing without asking its issuer: open its address %s").Sprintf(cmp.Or(host, "…")))
		return
	}
	a, err := c.o.Ask(c.ctx, code)
	if err != nil {
		c.bad(Unknown, gov.PublicOf(err))
		return
	}
	c.registered(a.State)
	if a.State == "" || a.State == Unknown {
		return
	}
	c.Issuer, c.IssuerName, c.Number, c.Title, c.Issued, c.ValidUntil, c.Claims = a.Issuer, a.IssuerName, a.Number, a.Title, a.Issued, a.ValidUntil, a.Claims
	c.sink(Valid)
}
