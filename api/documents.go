package api

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/form"
)

// documents are the operations on issued documents.
func documents(s *server) {
	const tag = "documents"
	add(s, route{id: "verify-document", method: http.MethodGet, path: "/verify/{code}", tag: tag, scope: public,
		name: gov.T("التحقق من وثيقة", "Verify a document"), about: "The code on a document or of a share. An unknown code is an answer, not an error."}, s.verify)
	add(s, route{id: "list-documents", method: http.MethodGet, path: "/documents", tag: tag, scope: documentsRead, name: gov.T("وثائقي", "My documents")}, s.myDocuments)
	add(s, route{id: "get-document", method: http.MethodGet, path: "/documents/{document}", tag: tag, scope: documentsRead, name: gov.T("وثيقة واحدة", "One document")}, s.getDocument)
	add(s, route{id: "get-document-pdf", method: http.MethodGet, path: "/documents/{document}/pdf", tag: tag, scope: documentsRead, name: gov.T("الوثيقة بصيغة PDF", "The document as PDF")}, s.documentPDF)
	add(s, route{id: "list-shares", method: http.MethodGet, path: "/documents/{document}/shares", tag: tag, scope: documentsRead, name: gov.T("مشاركات وثيقة", "Shares of a document")}, s.shares)
	add(s, route{id: "share-document", method: http.MethodPost, path: "/documents/{document}/shares", tag: tag, scope: documentsShare, status: http.StatusCreated,
		name: gov.T("مشاركة بيانات مختارة من وثيقة", "Share chosen claims of a document")}, s.share)
	add(s, route{id: "stop-share", method: http.MethodDelete, path: "/shares/{code}", tag: tag, scope: documentsShare, name: gov.T("إيقاف مشاركة", "Stop a share")}, s.stopShare)
	add(s, route{id: "revoke-document", method: http.MethodPost, path: "/documents/{document}/revocation", tag: tag, scope: documentsRevoke,
		name: gov.T("إلغاء وثيقة", "Revoke a document"), about: "For officers of the issuing organisation. The holder reads the reason."}, s.revoke)
}

// Claim is one statement of a document.
type Claim struct {
	Name   string    `json:"name"`
	Label  gov.Text  `json:"label"`
	Kind   form.Kind `json:"kind"`
	Value  any       `json:"value"`
	Shown  gov.Text  `json:"shown,omitempty" doc:"The value as people read it"`
	Public bool      `json:"public,omitempty" doc:"Shown to anybody who verifies"`
}

func showClaim(c document.Claim) Claim {
	return Claim{Name: c.Name, Label: c.Label, Kind: c.Kind, Value: c.Value, Shown: c.Shown, Public: c.Public}
}

// Document is an issued document.
type Document struct {
	ID           gov.DocumentID `json:"id" doc:"Also the code that verifies it"`
	Number       string         `json:"number" example:"MOE-2026-7K3M-9QX2"`
	Type         string         `json:"type"`
	Title        gov.Text       `json:"title"`
	Service      gov.ServiceID  `json:"service"`
	Organisation gov.OrgID      `json:"organisation"`
	Application  gov.CaseID     `json:"application"`
	State        document.State `json:"state" enum:"valid,suspended,replaced,revoked,expired,altered"`
	Issued       time.Time      `json:"issued"`
	ValidUntil   *time.Time     `json:"valid_until,omitempty"`
	Changed      *time.Time     `json:"changed,omitempty" doc:"When it was replaced or revoked"`
	Reason       gov.Text       `json:"reason,omitempty"`
	Replaces     gov.DocumentID `json:"replaces,omitempty"`
	ReplacedBy   gov.DocumentID `json:"replaced_by,omitempty"`
	Claims       []Claim        `json:"claims"`
	Signed       string         `json:"signed" doc:"What is signed: a compact JWS"`
	VerifyURL    string         `json:"verify_url"`
}

func (s *server) showDocument(d document.Document) Document {
	return Document{
		ID: d.ID, Number: d.Number, Type: d.Type, Title: d.Title, Service: d.Service, Organisation: d.Organisation, Application: d.Case, State: d.State,
		Issued: d.Issued.UTC(), ValidUntil: when(d.ValidUntil), Changed: when(d.Changed), Reason: d.Reason, Replaces: d.Replaces, ReplacedBy: d.ReplacedBy,
		Claims: each(d.Claims, showClaim), Signed: d.Token, VerifyURL: s.Cases.Issuer.VerifyURL(string(d.ID)),
	}
}

// Verification is the answer to whoever asks whether a document is valid.
type Verification struct {
	State        document.State `json:"state" enum:"valid,suspended,replaced,revoked,expired,unknown,altered"`
	Words        gov.Text       `json:"words" doc:"The state in words"`
	Organisation gov.OrgID      `json:"organisation,omitempty"`
	Issuer       gov.Text       `json:"issuer,omitempty"`
	Number       string         `json:"number,omitempty"`
	Title        gov.Text       `json:"title,omitempty"`
	Issued       *time.Time     `json:"issued,omitempty"`
	ValidUntil   *time.Time     `json:"valid_until,omitempty"`
	Changed      *time.Time     `json:"changed,omitempty"`
	Claims       []Claim        `json:"claims" doc:"What may be shown"`
	Shared       bool           `json:"shared" doc:"The holder chose what is shown"`
	OpenUntil    *time.Time     `json:"open_until,omitempty" doc:"How long the share is open"`
}

func (s *server) verify(ctx context.Context, in *struct {
	Code string `path:"code" maxLength:"200" doc:"As it stands on the document: spaces, hyphens and small letters do not matter"`
}) (*answer[Verification], error) {
	v, err := s.Cases.Issuer.Verify(ctx, in.Code)
	return say(Verification{
		State: v.State, Words: v.State.Label(), Organisation: v.Issuer, Issuer: v.IssuerName, Number: v.Number, Title: v.Title, Issued: when(v.Issued),
		ValidUntil: when(v.ValidUntil), Changed: when(v.Changed), Claims: each(v.Claims, showClaim), Shared: v.Shared, OpenUntil: when(v.Until),
	}, err)
}

func (s *server) myDocuments(ctx context.Context, _ *nothing) (*answer[[]Document], error) {
	all, err := s.Cases.Issuer.Mine(ctx)
	return say(each(all, s.showDocument), err)
}

// OfDocument names a document.
type OfDocument struct {
	Document gov.DocumentID `path:"document" maxLength:"64" doc:"Id of the document"`
}

func (s *server) getDocument(ctx context.Context, in *OfDocument) (*answer[Document], error) {
	d, err := s.Cases.Issuer.Get(ctx, in.Document)
	if err != nil {
		return nil, err
	}
	return say(s.showDocument(d), nil)
}

func (s *server) documentPDF(ctx context.Context, in *struct {
	OfDocument
	Lang gov.Lang `query:"lang" enum:"ar,en,fr" doc:"The language that comes first; absent: the first of the service's languages"`
}) (*huma.StreamResponse, error) {
	var langs []gov.Lang
	if in.Lang != "" {
		langs = append([]gov.Lang{in.Lang}, gov.Spoken...)
		langs = append(langs[:1], slices.DeleteFunc(langs[1:], func(l gov.Lang) bool { return l == in.Lang })...)
	}
	var b bytes.Buffer
	if err := s.Cases.Issuer.Render(ctx, &b, in.Document, langs...); err != nil {
		return nil, err
	}
	return stream("application/pdf", string(in.Document)+".pdf", func(w huma.Context) error {
		_, err := w.BodyWriter().Write(b.Bytes())
		return err
	}), nil
}

// Share is a holder's permission to see chosen claims.
type Share struct {
	Code      string     `json:"code"`
	URL       string     `json:"url" doc:"Whoever opens it sees the chosen claims"`
	Claims    []string   `json:"claims"`
	Created   time.Time  `json:"created"`
	Until     time.Time  `json:"until"`
	Stopped   *time.Time `json:"stopped,omitempty"`
	Visits    int64      `json:"visits"`
	LastVisit *time.Time `json:"last_visit,omitempty"`
}

func (s *server) showShare(x document.Share) Share {
	return Share{Code: x.Code, URL: s.Cases.Issuer.VerifyURL(x.Code), Claims: x.Claims, Created: x.Created.UTC(), Until: x.Until.UTC(),
		Stopped: when(x.Stopped), Visits: x.Visits, LastVisit: when(x.LastVisit)}
}

func (s *server) shares(ctx context.Context, in *OfDocument) (*answer[[]Share], error) {
	all, err := s.Cases.Issuer.Shares(ctx, in.Document)
	return say(each(all, s.showShare), err)
}

func (s *server) share(ctx context.Context, in *struct {
	OfDocument
	Body struct {
		Claims []string  `json:"claims" minItems:"1" maxItems:"100" doc:"Names of the claims to show"`
		Until  time.Time `json:"until,omitempty" doc:"Absent: thirty days"`
	}
}) (*change[Share], error) {
	return outside(s, ctx, func(ctx context.Context) (Share, error) {
		x, err := s.Cases.Issuer.Share(ctx, in.Document, in.Body.Claims, in.Body.Until)
		return s.showShare(x), err
	})
}

func (s *server) stopShare(ctx context.Context, in *struct {
	Code string `path:"code" maxLength:"64" doc:"Code of the share"`
}) (*answer[done], error) {
	return say(done{true}, s.Cases.Issuer.StopShare(ctx, in.Code))
}

func (s *server) revoke(ctx context.Context, in *struct {
	OfDocument
	Body struct {
		Reason gov.Text `json:"reason" doc:"For the holder, in Arabic and English"`
	}
}) (*change[Document], error) {
	return outside(s, ctx, func(ctx context.Context) (out Document, err error) {
		if err := s.Cases.Issuer.Revoke(ctx, in.Document, in.Body.Reason); err != nil {
			return out, err
		}
		d, err := s.Cases.Issuer.Get(ctx, in.Document)
		return s.showDocument(d), err
	})
}
