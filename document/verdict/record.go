package verdict

import (
	"cmp"
	"crypto/ecdsa"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"diwan.example/document/seal"
	"diwan.example/document/statuslist"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/sign"
)

// RecordType is the typ of a document's signed data; ADR 0008.
const RecordType = "diwan-document+jws"

// payload is what is read of it.
type payload struct {
	Format     int                   `json:"format"`
	ID         string                `json:"id"`
	Number     string                `json:"number"`
	Issuer     string                `json:"issuer"`
	Service    string                `json:"service"`
	Type       string                `json:"type"`
	Issued     int64                 `json:"issued"`
	ValidUntil int64                 `json:"valid_until"`
	Title      gov.Text              `json:"title"`
	Claims     map[string]any        `json:"claims"`
	Status     *statuslist.Reference `json:"status"`
}

func (p payload) typ() string { return p.Service + "#" + p.Type }

// proven is a moment that something else proves: the timestamp of the page that
// carries the record.
type proven struct {
	at time.Time
	by trust.Proof
}

// record checks signed data.
func (c *check) record(token string, when *proven) {
	if c.Form == Nothing {
		c.Form = Record
	}
	if p, ok := c.opened(token, when); ok {
		c.holds(p.Status)
	}
}

// opened proves the signature of a record and takes over what it says.
func (c *check) opened(token string, when *proven) (p payload, ok bool) {
	kid := sign.KeyID(token)
	if kid == "" {
		c.nothing()
		return p, false
	}
	k := c.signer(kid)
	if k == nil {
		return p, false
	}
	pub, _ := k.public.(*ecdsa.PublicKey)
	body, err := sign.Open(token, RecordType, kid, pub)
	if err != nil || json.Unmarshal(body, &p) != nil || p.Format != 1 {
		c.bad(Altered, gov.T("لا يطابق التوقيعُ البيانات: غُيّرت بعد توقيعها أو وقّعها غير صاحب المفتاح", "The signature does not match the data: it was changed since, or signed by somebody else"))
		return p, false
	}
	at, by := time.UnixMilli(p.Issued), trust.Claimed
	if when != nil && when.by > by {
		by = when.by
		if !when.at.IsZero() { // a log vouches for the moment that the record says
			at = when.at
		}
	}
	if !c.issued(k, p.Issuer, p.typ(), at, by) {
		return p, false
	}
	c.Title = p.Title
	var until time.Time
	if p.ValidUntil != 0 {
		until = time.UnixMilli(p.ValidUntil)
	}
	c.about(p.Number, p.ID, p.typ(), time.UnixMilli(p.Issued), until)
	c.Claims = c.shown(p.typ(), p.Claims)
	return p, true
}

// shown writes claims for people, in the order of the trust list's type.
func (c *check) shown(typ string, claims map[string]any) (out []Claim) {
	rest := make([]string, 0, len(claims))
	for name := range claims {
		rest = append(rest, name)
	}
	slices.Sort(rest)
	var listed []trust.Claim
	if c.o.Trust != nil {
		listed = c.o.Trust.types[typ].Claims
	}
	for _, x := range listed {
		if i := slices.Index(rest, x.Name); i >= 0 {
			rest = slices.Delete(rest, i, i+1)
			out = append(out, Claim{x.Name, x.Label, words(x, claims[x.Name], c.o.Currency)})
		}
	}
	for _, name := range rest {
		out = append(out, Claim{name, gov.T(name, name), words(trust.Claim{}, claims[name], c.o.Currency)})
	}
	return slices.DeleteFunc(out, func(x Claim) bool { return x.Value.In(gov.English) == "" })
}

// nation is a country's code in signed data; a seal has its name already.
var nation = regexp.MustCompile(`^[A-Z]{2}$`)

// words writes one value. What the list does not describe is written as it is.
func words(x trust.Claim, v any, money gov.Currency) gov.Text {
	if t, ok := phrase(v); ok {
		return t
	}
	kind := form.Kind(x.Kind)
	code, isText := v.(string)
	if isText && kind == form.Country && nation.MatchString(code) {
		return gov.T(form.Nation(code, gov.Arabic), form.Nation(code, gov.English))
	}
	if rows, ok := v.([]any); ok && kind == form.Group && len(x.Claims) > 0 {
		return table(x.Claims, rows, money)
	}
	if isText && !slices.ContainsFunc(x.Options, func(o trust.Option) bool { return o.Value == code }) && kind == form.OneOf || kind == form.Country || kind == "" {
		kind = form.ShortText
	}
	switch n := v.(type) {
	case bool:
		kind = form.YesNo
	case int64:
		v = float64(n)
	case float64:
		if kind == form.Money {
			v = int64(n)
		}
	}
	if _, number := v.(float64); number && kind != form.Money {
		kind = form.Number
	}
	q := form.Question{Kind: kind}
	for _, o := range x.Options {
		q.Options = append(q.Options, form.Option{Value: o.Value, Label: o.Label})
	}
	return gov.T(form.Display(q, v, gov.Arabic, money), form.Display(q, v, gov.English, money))
}

// table writes the entries of a group, a line each below what their values are.
func table(columns []trust.Claim, rows []any, money gov.Currency) gov.Text {
	out := map[gov.Lang][]string{}
	line := func(cell func(x trust.Claim) gov.Text) {
		said := map[gov.Lang][]string{}
		for _, x := range columns {
			t := cell(x)
			for _, l := range []gov.Lang{gov.Arabic, gov.English} {
				said[l] = append(said[l], cmp.Or(strings.ReplaceAll(t.In(l), "\n", " "), "—"))
			}
		}
		for l, cells := range said {
			out[l] = append(out[l], strings.Join(cells, " · "))
		}
	}
	line(func(x trust.Claim) gov.Text { return x.Label })
	for _, r := range rows {
		row, _ := r.(map[string]any)
		line(func(x trust.Claim) gov.Text {
			if row[x.Name] == nil {
				return nil
			}
			return words(x, row[x.Name], money)
		})
	}
	return gov.T(strings.Join(out[gov.Arabic], "\n"), strings.Join(out[gov.English], "\n"))
}

// phrase recognises a value that is itself a phrase by language.
func phrase(v any) (gov.Text, bool) {
	out := gov.Text{}
	switch m := v.(type) {
	case map[string]any:
		for l, s := range m {
			word, isWord := s.(string)
			if len(l) != 2 || !isWord {
				return nil, false
			}
			out[gov.Lang(l)], _ = gov.CleanText(word)
		}
	case map[string]string:
		for l, s := range m {
			out[gov.Lang(l)], _ = gov.CleanText(s)
		}
	}
	return out, len(out) > 0
}

// seal checks the code on paper, or its long form.
func (c *check) seal(raw []byte) {
	c.Form = Seal
	s, err := seal.Read(raw)
	if err != nil {
		c.bad(Unknown, gov.PublicOf(err))
		return
	}
	k := c.signer(s.Key)
	if k == nil {
		return
	}
	if err := s.Verified(k.public); err != nil {
		c.bad(Altered, gov.PublicOf(err))
		return
	}
	when, ok := c.evidence(s)
	if !ok {
		return
	}
	if !c.issued(k, s.Issuer, s.Type, when.at, when.by) {
		return
	}
	c.about(s.Number, s.Code, s.Type, s.Issued, s.Expires)
	c.Claims = c.shown(s.Type, s.Claims)
	if s.Left > 0 {
		c.note(gov.T("بيانات عامة لم يتسع لها الختم: %d؛ افتح عنوان الوثيقة لرؤيتها", "Public statements that found no room in the seal: %d; open the document's address to see them").Sprintf(s.Left))
	}
	var ref *statuslist.Reference
	if s.Status != nil {
		ref = &statuslist.Reference{List: statuslist.Place{Index: int(s.Status.Index), URI: s.Status.URI}}
	}
	c.holds(ref)
}
