package document

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/url"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/pdf"
	"diwan.example/journal"
)

// mostAttested is how many statements one document may have.
const mostAttested = 50

// Attestation is a statement in English, for readers abroad, of where a document
// comes from: the ten items that the Convention of 5 October 1961 asks of an
// Apostille. It is this product's own statement, and an Apostille only where the
// competent authority has said so (Options.Apostille).
type Attestation struct {
	Number   string // "A-2026-7K3M-9QX2"
	Document gov.DocumentID
	Day      string // "2026-11-23", by which it is found
	Made     time.Time
	Apostille

	State  State    // of the document now
	Title  gov.Text // of the document
	Issued string   // the document's number
	Real   bool     // the competent authority lets it stand as an Apostille
}

// Apostille is the ten items; the seal and the signature are those of the file.
type Apostille struct {
	Country  gov.Text // 1
	SignedBy gov.Text // 2
	Capacity gov.Text // 3
	Seal     gov.Text // 4
	At       gov.Text // 5
	By       gov.Text // 7
}

var (
	errAttest     = gov.Fail(gov.Conflict, "لا تُعطى إفادة للخارج إلا عن وثيقة سارية", "A statement for readers abroad is given only of a document that is in force")
	errAttestMany = gov.Fail(gov.TooMany, "لهذه الوثيقة إفادات كثيرة للخارج، استعمل إحداها", "This document has many statements already; use one of them")
	errAttested   = gov.Fail(gov.NotFound, "لا توجد إفادة بهذا الرقم والتاريخ", "There is no statement of this number and date")
)

// Attest makes a statement of a document that is in force. Its holder and who
// acts for them only. Appends document.attested. Errors: NotFound, Conflict, TooMany.
func (i *Issuer) Attest(ctx context.Context, id gov.DocumentID) (a Attestation, err error) {
	err = i.db.Write(ctx, func(tx *db.Tx) error {
		d, err := i.held(tx, id)
		if err != nil {
			return err
		}
		if d.State != Valid {
			return errAttest
		}
		if n, err := countAttestations(tx, id); err != nil || n >= mostAttested {
			return cmp.Or[error](err, errAttestMany)
		}
		at := tx.Now().In(i.o.Zone)
		a = Attestation{Document: id, Day: at.Format(time.DateOnly), Made: tx.Now()}
		for made := false; !made; {
			a.Number = number("a", at.Year())
			if made, err = insertAttestation(tx, a); err != nil {
				return err
			}
		}
		if a, err = i.attested(tx, a, d); err != nil {
			return err
		}
		return journal.Append(tx, fact("document.attested", d, map[string]any{"type": d.Type, "holder": d.Holder}))
	})
	return a, err
}

// Attested answers anybody who has a statement's number and its day: what it says,
// and whether the document is still in force. It shows nothing that the document
// states. Errors: NotFound for another number or another day.
func (i *Issuer) Attested(ctx context.Context, number, day string) (a Attestation, err error) {
	number = strings.ToUpper(strings.TrimSpace(gov.Digits(number)))
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		found, ok, err := attestationByNumber(tx, number)
		if err != nil || !ok || found.Day != strings.TrimSpace(gov.Digits(day)) {
			return cmp.Or[error](err, errAttested)
		}
		stored, ok, err := documentByID(tx, found.Document)
		if err != nil || !ok {
			return cmp.Or[error](err, errAttested)
		}
		d, err := i.open(tx, stored)
		if gov.KindOf(err) == gov.Conflict {
			d, err = stored, nil
			d.State = Altered
		}
		if err != nil {
			return err
		}
		a, err = i.attested(tx, found, d)
		return err
	})
	return a, err
}

// attested completes a statement by its document.
func (i *Issuer) attested(tx *db.Tx, a Attestation, d Document) (Attestation, error) {
	issuer, err := i.organisation(tx, d.Organisation)
	if err != nil {
		return a, err
	}
	by, err := i.organisation(tx, i.attestor())
	if err != nil {
		return a, err
	}
	a.Apostille = Apostille{Country: i.o.CountryName, SignedBy: issuer, Capacity: gov.T("الجهة المصدرة، بتوقيعها الإلكتروني", "Issuing authority, by its electronic signature"), Seal: issuer, At: i.o.CountryName, By: by}
	a.State, a.Title, a.Issued, a.Real = d.State, d.Title, d.Number, i.o.Apostille
	return a, nil
}

// attestor is the organisation that makes statements.
func (i *Issuer) attestor() gov.OrgID { return cmp.Or(i.o.Authority, "authority") }

// AttestURL is where anybody checks a statement.
func (i *Issuer) AttestURL(a Attestation) string {
	return i.o.BaseURL + "/e-register?" + url.Values{"number": {a.Number}, "date": {a.Day}}.Encode()
}

// AttestationPage draws a statement as a signed PDF in English, for the holder of
// its document. Errors: NotFound; as Render.
func (i *Issuer) AttestationPage(ctx context.Context, w io.Writer, number string) error {
	var a Attestation
	err := i.db.Read(ctx, func(tx *db.Tx) error {
		found, ok, err := attestationByNumber(tx, number)
		if err != nil || !ok {
			return cmp.Or[error](err, errAttested)
		}
		d, err := i.held(tx, found.Document)
		if err != nil {
			return err
		}
		a, err = i.attested(tx, found, d)
		return err
	})
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if _, err := pdf.Render(&page, i.attestationSheet(a)); err != nil {
		return err
	}
	signed, err := i.sealPage(ctx, page.Bytes(), Document{Organisation: i.attestor(), Number: a.Number}, a.By)
	if err != nil {
		return err
	}
	_, err = w.Write(signed)
	return err
}

func english(s string) gov.Text { return gov.Text{gov.English: s, gov.Arabic: s} }

// Said is the sentence that says what the statement is and is not.
func (a Attestation) Said() string {
	if a.Real {
		return "This Apostille certifies only the authenticity of the electronic signature and the capacity of the authority that signed the public document, and the identity of its seal. It does not certify the content of the document."
	}
	return "This is a statement of the issuing platform in the form of an Apostille. It is NOT an Apostille under the Hague Convention of 5 October 1961: no competent authority designated under the Convention has issued it. It states only the origin of the document, not its content."
}

// Heading is what the statement is called.
func (a Attestation) Heading() string {
	if a.Real {
		return "APOSTILLE (Convention de La Haye du 5 octobre 1961)"
	}
	return "STATEMENT OF ORIGIN OF A PUBLIC DOCUMENT"
}

// Items are the ten items in their order, in English.
func (a Attestation) Items() [][2]string {
	return [][2]string{
		{"1. Country", a.Country.In(gov.English)},
		{"2. This public document has been signed by", a.SignedBy.In(gov.English)},
		{"3. acting in the capacity of", a.Capacity.In(gov.English)},
		{"4. bears the seal / stamp of", a.Seal.In(gov.English)},
		{"5. Certified at", a.At.In(gov.English)},
		{"6. the", a.Day},
		{"7. by", a.By.In(gov.English)},
		{"8. No.", a.Number},
		{"9. Seal / stamp", "electronic seal of " + a.By.In(gov.English) + ", in this file"},
		{"10. Signature", "electronic signature of " + a.By.In(gov.English) + ", in this file"},
	}
}

func (i *Issuer) attestationSheet(a Attestation) pdf.Document {
	fields := pdf.Block{Kind: pdf.FieldList}
	for _, x := range a.Items() {
		fields.Fields = append(fields.Fields, pdf.Field{Label: english(x[0]), Value: english(x[1])})
	}
	return pdf.Document{Title: english(a.Heading()), Number: a.Number, Verify: i.o.BaseURL + "/e-register", Languages: []gov.Lang{gov.English}, Created: a.Made,
		Layout: pdf.Layout{Frame: true, Digits: i.o.Digits, Accent: i.o.Accent, Blocks: []pdf.Block{
			{Kind: pdf.Letterhead, Text: a.By},
			{Kind: pdf.Heading, Level: 1, Align: pdf.Centre, Text: english(a.Heading())},
			{Kind: pdf.Paragraph, Text: english("concerning the electronic document “" + a.Title.In(gov.English) + "”, number " + a.Issued)},
			fields,
			{Kind: pdf.QR, Payload: i.AttestURL(a), Align: pdf.End, Text: english("Scan to check in the e-Register")},
			{Kind: pdf.Paragraph, Text: english(a.Said())},
			{Kind: pdf.Small, Text: english("To check this statement, open " + i.o.BaseURL + "/e-register and enter its number and its date.")},
		}}}
}
