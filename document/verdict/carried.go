package verdict

import (
	"crypto/x509"

	"diwan.example/document/pades"
	"diwan.example/document/trust"
	"diwan.example/gov"
)

// carried takes up the trust list that the page brings with it, where there is no
// other: one that leads to a root that is known here counts like any list of its
// day. When no root is known either, the list can only be held against itself, and
// its own root is returned.
func (c *check) carried(s pades.Signature) (own *x509.Certificate) {
	if s.Err != nil || c.o.Trust != nil && c.o.Trust.list != nil {
		return nil
	}
	jws := attached(s.Revision, ListFile)
	if jws == nil {
		return nil
	}
	anchors := c.o.Anchors
	if len(anchors) == 0 {
		root, err := trust.RootIn(jws)
		if err != nil {
			return nil
		}
		own, anchors = root, []*x509.Certificate{root}
	}
	l, err := trust.Past(jws, anchors)
	if err != nil {
		c.note(gov.T("يحمل الملف قائمة ثقة لا تقود إلى الجذر الموثوق به هنا، فلم تُحتسب", "The file carries a trust list that does not lead to the root that is trusted here; it does not count"))
		return nil
	}
	c.o.Trust = Of(l)
	if !c.zoned {
		c.o.Zone = c.o.Trust.Zone()
	}
	if own == nil {
		c.note(gov.T("قائمة الثقة رقم %d (%s) جاءت مع الملف نفسه، وتقود إلى الجذر الموثوق به هنا: مفتاح سُحب بعدها لا يظهر فيها", "Trust list number %d (%s) came with the file itself and leads to the root that is trusted here: a key revoked since does not show in it").Sprintf(l.Number, c.moment(l.Issued.Time())))
	}
	return own
}

// ownWord says what a page is worth that only vouches for itself: anybody can make a
// root, a list and a page that agree. Nothing of what it says is taken over.
func (c *check) ownWord(root *x509.Certificate) {
	for i, f := range c.Findings {
		if f.Grade == Good {
			c.Findings[i].Grade = Note
		}
	}
	print := "\u2066" + trust.Fingerprint(root) + "\u2069"
	if c.State == Altered {
		return
	}
	c.Verdict = Verdict{Form: c.Form, Findings: c.Findings}
	c.bad(Unknown, gov.T("الملف متّسق مع قائمة الثقة التي يحملها، وهذا لا يثبت من أصدره: لا يُعرف هنا جذر الجهة المعتمدة. قارن بصمة جذره بما تنشره الجهة، ثم أعطِ شهادته ليُحكم بها: %s",
		"The file agrees with the trust list that it carries, which does not prove who issued it: the authority's root is not known here. Compare the fingerprint of its root with the one that the authority publishes, then give that root to be judged by: %s").Sprintf(print))
}
