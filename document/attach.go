package document

import (
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/pdf"
)

// TokenFile is the name under which a page carries what was signed.
const TokenFile = "document.jws"

// attachments are the files inside a page: what was signed, so that the page can
// be checked and read by programs long after this system is gone.
func attachments(d Document, proof string) []pdf.File {
	out := []pdf.File{{
		Name: TokenFile, Mime: "application/jose", Relation: pdf.Source, Data: []byte(d.Token), Modified: d.Issued,
		Description: gov.T("البيانات الموقَّعة التي رُسمت منها هذه الصفحات", "The signed data from which these pages are drawn").French("Les données signées dont ces pages sont tirées"),
	}}
	if proof != "" {
		out = append(out, pdf.File{
			Name: verdict.ProofFile, Mime: "text/plain", Relation: pdf.Supplement, Data: []byte(proof), Modified: d.Issued,
			Description: gov.T("دليل وجود الوثيقة في السجل العام", "The proof that the document stands in the public log").French("La preuve que le document figure dans le registre public"),
		})
	}
	return out
}

// proofText is the proof that d stands in the public log; empty while it waits, or
// where there is none.
func (i *Issuer) proofText(tx *db.Tx, d Document) (string, error) {
	at, err := i.Proof(tx, d)
	if gov.KindOf(err) == gov.NotFound || err == nil && at.Since.IsZero() {
		return "", nil
	}
	return at.Proof.Text(), err
}
