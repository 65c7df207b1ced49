package document

import (
	"context"

	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/pdf"
)

// TokenFile is the name under which a page carries what was signed.
const TokenFile = "document.jws"

// attachments are the files inside a page: what was signed, so that the page can
// be checked and read by programs long after this system is gone.
func attachments(d Document, proof string, list []byte) []pdf.File {
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
	if len(list) > 0 && len(list) <= largestList {
		out = append(out, pdf.File{
			Name: verdict.ListFile, Mime: "application/jose", Relation: pdf.Supplement, Data: list, Modified: d.Issued,
			Description: gov.T("قائمة الثقة يوم أُعدّ الملف: مفاتيح الجهات، موقّعة من الجهة المعتمدة", "The trust list of the day on which the file was made: the keys of issuers, signed by the authority").French("La liste de confiance du jour où le fichier a été fait : les clés des émetteurs, signées par l’autorité"),
		})
	}
	return out
}

// largestList is how many bytes of a trust list a page carries; a longer one would
// outweigh the page, and is left to the archive of a holder's documents.
const largestList = 96 << 10

// trustText is the newest trust list, which the page carries so that it can be
// checked when nothing else is at hand; nil when there is none to be had just now.
func (i *Issuer) trustText(ctx context.Context) []byte {
	_, jws, err := i.keys.Newest(ctx)
	if err != nil {
		return nil
	}
	return jws
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
