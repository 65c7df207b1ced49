package verdict

import (
	"cmp"
	"crypto/x509"
	"slices"

	"diwan.example/document/pades"
	"diwan.example/document/trust"
	"diwan.example/gov"
)

// TokenFile, ProofFile and ListFile are the names under which a page carries the
// signed data, the log's proof and the trust list.
const (
	TokenFile = "document.jws"
	ProofFile = "document.tlog-proof"
	ListFile  = "trust-list.jws"
)

// pdf checks a page: its signature, and the signed data that it carries.
func (c *check) pdf(data []byte) {
	c.Form = PDF
	all, err := pades.Verify(data)
	if err != nil {
		c.bad(Unknown, gov.PublicOf(err))
		return
	}
	if len(all) == 0 {
		c.unsigned(data)
		return
	}
	own := c.carried(all[0])
	c.signatures(all)
	if own != nil {
		c.ownWord(own)
	}
}

// signatures checks the signatures of a page, and what they cover.
func (c *check) signatures(all []pades.Signature) {
	s, k := c.chosen(all)
	if s.Err != nil {
		c.bad(Altered, gov.PublicOf(s.Err))
		return
	}
	when, ok := c.stamped(s)
	if !ok || !c.signedBy(s, k, when) {
		return
	}
	c.unchanged(s, len(all))
	c.inside(s, k, when)
}

// chosen is the signature that counts: the first whose signer the list knows, else
// the first.
func (c *check) chosen(all []pades.Signature) (pades.Signature, *known) {
	for _, s := range all {
		if s.By != nil && c.o.Trust != nil {
			if k := c.o.Trust.byCertificate(s.By); k != nil {
				return s, k
			}
		}
	}
	return all[0], nil
}

// unsigned is a page that proves nothing by itself. What it carries may be genuine
// while what is drawn on it is not.
func (c *check) unsigned(data []byte) {
	if token := attached(data, TokenFile); token != nil {
		c.record(string(token), nil)
		c.bad(Unknown, gov.T("الصفحات نفسها غير موقّعة: ما هو مرسوم عليها قد يخالف البيانات الموقّعة التي يحملها الملف، وهي المبيّنة هنا", "The pages themselves are not signed: what is drawn on them may differ from the signed data that the file carries, which is shown here"))
		return
	}
	c.bad(Unknown, gov.T("ليس في الملف توقيع رقمي. إن كان صورة عن وثيقة ورقية فامسح الرمز المطبوع عليها", "The file carries no digital signature. If it is a scan of a paper, scan the code printed on it"))
}

func attached(pdf []byte, name string) []byte {
	files, err := pades.Attachments(pdf)
	i := slices.IndexFunc(files, func(a pades.Attachment) bool { return a.Name == name })
	if err != nil || i < 0 {
		return nil
	}
	return files[i].Data
}

// stamped says when the page was signed, and how that is known.
func (c *check) stamped(s pades.Signature) (proven, bool) {
	when := proven{at: s.Claimed, by: trust.Claimed}
	switch {
	case s.StampErr != nil:
		c.bad(Altered, gov.T("الختم الزمني في التوقيع غير صحيح أو غُيّر", "The timestamp in the signature is wrong, or was changed"))
		return when, false
	case s.Stamp == nil:
		c.note(gov.T("لا ختم زمني في التوقيع: وقته كما يقوله الموقّع", "There is no timestamp in the signature: its time is the signer's own word"))
	case c.o.Trust == nil || s.Stamp.TrustedBy(c.o.Trust.clocks) != nil:
		c.note(gov.T("في التوقيع ختم زمني من جهة غير معتمدة هنا، فلا يُحتسب", "The signature carries a timestamp of an authority that is not trusted here; it does not count"))
	default:
		when = proven{at: s.Stamp.Time, by: trust.Stamped}
		c.good(gov.T("شهدت جهة ختم زمني معتمدة أن التوقيع كان موجودًا في %s", "A trusted time-stamping authority witnessed that the signature existed on %s").Sprintf(c.moment(s.Stamp.Time)))
	}
	return when, true
}

// signedBy says who signed the page, and whether the key counted then.
func (c *check) signedBy(s pades.Signature, k *known, when proven) bool {
	if c.o.Trust == nil {
		c.bad(Unknown, gov.T("وقّع الملف %s، ولا قائمة ثقة هنا تعرف صاحب الشهادة", "The file was signed by %s; there is no trust list here that knows whose certificate that is").Sprintf(subject(s.By)))
		return false
	}
	if k == nil && c.o.Trust.list != nil {
		c.bad(Unknown, gov.T("وقّع الملف %s، وليست شهادته في قائمة الثقة", "The file was signed by %s, whose certificate is not in the trust list").Sprintf(subject(s.By)))
		return false
	}
	if err := s.TrustedBy(c.o.Trust.roots, when.at); err != nil {
		c.bad(Altered, gov.PublicOf(err))
		return false
	}
	if k == nil {
		c.Issuer, c.IssuerName = s.By.Subject.SerialNumber, gov.T(s.By.Subject.CommonName, cmp.Or(slices.Concat(s.By.Subject.Organization, []string{s.By.Subject.CommonName})...))
		c.good(gov.T("وقّع الملف %s، وتقود شهادته إلى جذر موثوق به هنا", "The file was signed by %s, whose certificate leads to a root that is trusted here").Sprintf(subject(s.By)))
		c.sink(Valid)
		return true
	}
	c.Issuer, c.IssuerName = k.entity.ID, k.entity.Name
	c.good(gov.T("وقّعت %s هذا الملف، وتقود شهادتها إلى جذر الجهة المعتمدة", "%s signed this file, with a certificate that leads to the authority's root").Sprintf(k.entity.Name))
	c.sink(Valid)
	return c.stood(k, when.at, when.by)
}

// unchanged says whether anything was added after signing.
func (c *check) unchanged(s pades.Signature, signatures int) {
	if l := s.Later; l.Bytes > 0 {
		c.bad(Altered, gov.T("أُضيف إلى الملف بعد توقيعه %d بايت في %d تحديث، واستُبدل فيه %d عنصر: قد تعرض صفحاته غير ما وُقّع", "After it was signed, %d bytes were added to the file in %d updates and %d of its objects replaced: its pages may show something else than was signed").Sprintf(l.Bytes, l.Updates, l.Replaced))
		return
	}
	c.good(gov.T("يشمل التوقيع كل بايت في الملف", "The signature covers every byte of the file"))
	if !s.Final {
		c.note(gov.T("لم يمنع الموقّع إضافة تعليقات أو توقيعات بعده", "The signer did not forbid comments or signatures to be added"))
	}
	if signatures > 1 {
		c.note(gov.T("عدد التوقيعات في الملف: %d؛ يُحتسب هنا توقيع الجهة", "Signatures in the file: %d; the issuer's is what counts here").Sprintf(signatures))
	}
}

// inside checks the signed data that the page carried when it was signed.
func (c *check) inside(s pades.Signature, k *known, when proven) {
	token := attached(s.Revision, TokenFile)
	if token == nil {
		c.Unchecked = true
		c.note(gov.T("لا يحمل الملف بيانات موقّعة، فلا يُعرف رقم الوثيقة ولا حالتها", "The file carries no signed data: neither the document's number nor its state is known"))
		return
	}
	if c.o.Trust.list == nil {
		c.Unchecked = true
		c.note(gov.T("لا قائمة ثقة هنا، فلم تُقرأ بيانات الوثيقة وحالتها", "There is no trust list here: the document's data and state were not read"))
		return
	}
	when = c.logged(string(attached(s.Revision, ProofFile)), string(token), when)
	p, ok := c.opened(string(token), &when)
	if !ok {
		return
	}
	if k != nil && k.entity.ID != p.Issuer {
		c.bad(Altered, gov.T("وقّعت الملف جهةٌ، والبيانات التي يحملها لجهة أخرى", "One organisation signed the file, and the data that it carries is another's"))
		return
	}
	c.holds(p.Status)
}

// subject names a certificate's holder in a sentence.
func subject(c *x509.Certificate) string {
	s, _ := gov.CleanText(cmp.Or(c.Subject.CommonName, c.Subject.String()))
	if r := []rune(s); len(r) > 100 {
		s = string(r[:100]) + "…"
	}
	return "\u2068" + s + "\u2069"
}
