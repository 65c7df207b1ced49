package admin

import (
	"bytes"
	"mime"
	"net/http"
	"time"

	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/pdf"
	"diwan.example/web/ui"
)

type proposePage struct {
	form
	Rite        document.Rite
	Subject     string
	Title, Lead gov.Text
	MayAct      bool // one operator alone may do it in an emergency
}

var errNoRite = gov.Fail(gov.NotFound, "لا توجد مراسم من هذا النوع", "There is no such ceremony")

// proposeFields are what is asked for a rite.
func (a *Admin) proposeFields(rite document.Rite) (out []ui.Field) {
	note := ui.Field{Kind: "long-text", Name: "note", Label: pages.T("admin.ceremony.note"), Hint: pages.T("admin.ceremony.note.hint"), MaxLength: 500}
	if rite == document.Revocation || rite == document.NewRoot {
		why := ui.Field{Kind: "one-of", Name: "reason", Label: pages.T("admin.ceremony.reason"), Optional: rite == document.NewRoot}
		for _, x := range []trust.Reason{trust.Compromise, trust.Superseded, trust.Cessation} {
			why.Options = append(why.Options, ui.Option{Value: string(x), Text: reasons[x], Hint: pages.T("admin.reason." + string(x))})
		}
		since := ui.Field{Kind: "date", Name: "since", Label: pages.T("admin.ceremony.since"), Hint: pages.T("admin.ceremony.since.hint"), Optional: true}
		out = append(out, why, since)
	}
	places := a.Cases.Issuer.Keys().Places()
	if len(places) > 1 && rite != document.Revocation && rite != document.Restoration {
		at := ui.Field{Kind: "one-of", Name: "place", Label: pages.T("admin.key.place")}
		for _, p := range places {
			at.Options = append(at.Options, ui.Option{Value: "at:" + p, Text: key{Key: document.Key{Place: p}}.Where()})
		}
		out = append(out, at)
	}
	if rite == document.Rotation || rite == document.Relocation {
		out = append(out, ui.Field{Kind: "one-of", Name: "role", Label: pages.T("admin.key.role"), Value: string(document.KeyIssues), Options: []ui.Option{
			{Value: string(document.KeyIssues), Text: keyRoles[document.KeyIssues]}, {Value: string(document.KeyPage), Text: keyRoles[document.KeyPage], Hint: pages.T("admin.key.page.hint")}}})
	}
	return append(out, note)
}

func (a *Admin) proposal(r *http.Request, typed map[string]any, wrong gov.Problems) (p proposePage, err error) {
	rite, subject := document.Rite(r.PathValue("rite")), r.PathValue("subject")
	if _, ok := rites[rite]; !ok {
		return p, errNoRite
	}
	name := gov.T(subject, subject)
	if rite != document.Revocation {
		name = a.org(gov.OrgID(subject))
	}
	p = proposePage{form: a.filled(a.proposeFields(rite), typed, wrong), Rite: rite, Subject: subject, Title: pages.T("admin.rite."+string(rite)+".title", name), Lead: pages.T("admin.rite." + string(rite) + ".text"), MayAct: rite == document.Revocation}
	return p, a.subject(r, rite, subject)
}

// subject checks that what the address names is there.
func (a *Admin) subject(r *http.Request, rite document.Rite, subject string) error {
	list, err := a.Cases.Issuer.Keys().All(r.Context())
	if err != nil || rite == document.NewRoot || rite == document.Restoration {
		return err
	}
	for _, k := range list {
		x := key{Key: k}
		if rite == document.Revocation && k.ID == subject && x.Revocable() || rite != document.Revocation && string(k.Organisation) == subject && x.Issues() {
			return nil
		}
	}
	return gov.Fail(gov.NotFound, "لا مفتاح لهذه الجهة أو بهذا المعرّف يمكن تغييره؛ يُنشأ مفتاح الجهة مع أول وثيقة تصدرها", "There is no such key to change; an organisation’s is made with its first document")
}

func (a *Admin) proposeForm(w http.ResponseWriter, r *http.Request) error {
	p, err := a.proposal(r, nil, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "ceremony-new", p)
}

func (a *Admin) propose(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	rite := document.Rite(r.PathValue("rite"))
	typed := ui.Read(r.PostForm, a.proposeFields(rite))
	word := func(name string) string { s, _ := typed[name].(string); return s }
	c := document.Ceremony{Rite: rite, Note: word("note"), Reason: trust.Reason(word("reason")), Role: document.KeyRole(word("role"))}
	if at := word("place"); len(at) > 3 {
		c.Place = at[3:]
	}
	if rite == document.Revocation {
		c.Key = r.PathValue("subject")
	} else {
		c.Organisation = gov.OrgID(r.PathValue("subject"))
	}
	var err error
	if c.Since, err = a.date(word("since")); err == nil {
		begin := a.Cases.Issuer.Keys().Propose
		if r.PostForm.Get("do") == "act" {
			begin = a.Cases.Issuer.Keys().Emergency
		}
		c, err = begin(r.Context(), c)
	}
	if bad, ok := gov.ProblemsOf(err, "note"); ok {
		p, err := a.proposal(r, typed, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "ceremony-new", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/keys/ceremonies/"+c.ID)
}

type ceremonyPage struct {
	form
	ceremony
	MayWrite bool
}

func answerFields() []ui.Field {
	return []ui.Field{{Kind: "long-text", Name: "answer", Label: pages.T("admin.ceremony.answer"), MaxLength: 500, Optional: true}}
}

func (a *Admin) oneCeremony(r *http.Request, typed map[string]any, wrong gov.Problems) (p ceremonyPage, err error) {
	c, err := a.Cases.Issuer.Keys().Ceremony(r.Context(), r.PathValue("id"))
	if err != nil {
		return p, err
	}
	list, err := a.told(r, []document.Ceremony{c})
	if err != nil {
		return p, err
	}
	return ceremonyPage{form: a.filled(answerFields(), typed, wrong), ceremony: list[0], MayWrite: isOperator(r)}, nil
}

func (a *Admin) ceremony(w http.ResponseWriter, r *http.Request) error {
	p, err := a.oneCeremony(r, nil, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "ceremony", p)
}

// decideCeremony is what the second person says, or the first who withdraws.
func (a *Admin) decideCeremony(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	typed := ui.Read(r.PostForm, answerFields())
	answer, _ := typed["answer"].(string)
	keys, id := a.Cases.Issuer.Keys(), r.PathValue("id")
	var err error
	switch r.PostForm.Get("do") {
	case "confirm":
		_, err = keys.Confirm(r.Context(), id)
	case "refuse":
		_, err = keys.Refuse(r.Context(), id, answer)
	default:
		_, err = keys.Review(r.Context(), id, answer)
	}
	if bad, ok := gov.ProblemsOf(err, "answer"); ok {
		for i := range bad {
			bad[i].Field = "answer"
		}
		p, err := a.oneCeremony(r, typed, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "ceremony", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/keys/ceremonies/"+id)
}

// ceremonyRecord is the record as a page to be printed, signed by hand and kept.
func (a *Admin) ceremonyRecord(w http.ResponseWriter, r *http.Request) error {
	p, err := a.oneCeremony(r, nil, nil)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if _, err := pdf.Render(&page, a.record(p.ceremony)); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": "ceremony-" + p.ID + ".pdf"}))
	_, err = w.Write(page.Bytes())
	return err
}

func (a *Admin) record(c ceremony) pdf.Document {
	when := func(t time.Time) gov.Text {
		if t.IsZero() {
			return gov.T("—", "—")
		}
		s := t.In(a.Cases.Calendar.Zone).Format("2006-01-02 15:04:05 -07:00")
		return gov.T(s, s)
	}
	plain := func(s string) gov.Text { return gov.T(s, s) }
	fields := []pdf.Field{{Label: pages.T("admin.ceremony.rite"), Value: c.RiteWords()}, {Label: pages.T("admin.org"), Value: c.Org}}
	if c.Key != "" {
		fields = append(fields, pdf.Field{Label: pages.T("admin.key"), Value: plain(c.Key)})
	}
	if c.Reason != "" {
		fields = append(fields, pdf.Field{Label: pages.T("admin.ceremony.reason"), Value: c.ReasonWords()})
	}
	fields = append(fields, pdf.Field{Label: pages.T("admin.ceremony.note"), Value: plain(c.Note)}, pdf.Field{Label: pages.T("admin.state"), Value: c.StateWords()},
		pdf.Field{Label: pages.T("admin.ceremony.proposed"), Value: when(c.Proposed)})
	if c.Via == document.OnCommand {
		fields = append(fields, pdf.Field{Label: pages.T("admin.ceremony.where"), Value: pages.T("admin.ceremony.command")})
	}
	fields = append(fields, pdf.Field{Label: pages.T("admin.ceremony.decided"), Value: when(c.Decided)})
	if c.Answer != "" {
		fields = append(fields, pdf.Field{Label: pages.T("admin.ceremony.answered"), Value: plain(c.Answer)})
	}
	blocks := []pdf.Block{{Kind: pdf.Letterhead, Text: a.org(a.Country.Authority)}, {Kind: pdf.Heading, Text: pages.T("admin.ceremony.record"), Level: 1, Align: pdf.Centre}, {Kind: pdf.FieldList, Fields: fields}}
	for _, k := range c.Record {
		x := key{Key: document.Key{Role: k.Role, State: k.State, Place: k.Place}}
		until := time.UnixMilli(k.Until)
		blocks = append(blocks, pdf.Block{Kind: pdf.Heading, Level: 3, Text: plain(k.Key)}, pdf.Block{Kind: pdf.FieldList, Fields: []pdf.Field{
			{Label: pages.T("admin.key.role"), Value: x.RoleWords()}, {Label: pages.T("admin.state"), Value: x.StateWords()}, {Label: pages.T("admin.key.place"), Value: x.Where()},
			{Label: pages.T("admin.key.until"), Value: when(until)}, {Label: pages.T("admin.key.fingerprint"), Value: plain(spaced(k.Fingerprint))}}})
	}
	first := pdf.Signer{Name: c.Who, Office: pages.T("admin.ceremony.first"), Date: when(c.Proposed)}
	signers := []pdf.Signer{first}
	if c.Second != "" {
		signers = append(signers, pdf.Signer{Name: c.Other, Office: pages.T("admin.ceremony.second"), Date: when(c.Decided)})
	}
	blocks = append(blocks, pdf.Block{Kind: pdf.Signatures, Signers: signers}, pdf.Block{Kind: pdf.Small, Text: pages.T("admin.ceremony.printed")})
	return pdf.Document{Title: pages.T("admin.ceremony.record"), Number: c.ID, Created: c.Proposed, Layout: pdf.Layout{Accent: a.Country.Accent.Light, Digits: a.Country.Digits, Blocks: blocks}}
}
