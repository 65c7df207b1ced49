package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"diwan.example/document/verdict"
	"diwan.example/gov"
)

// worth is the operation that checks a document in any form.
func worth(s *server) {
	add(s, route{id: "verify-file", method: http.MethodPost, path: "/verify", tag: "documents", scope: public, raw: true,
		name: gov.T("التحقق من ملف أو نص رمز", "Verify a file or the text of a code"),
		about: "The body is the document itself, of any Content-Type: a PDF, a seal, a wallet credential, signed data, or the text that a scanner reads from a code; at most 10 MB. " +
			"What cannot be read is an answer, not an error. Nothing is kept."}, s.worth)
}

// given streams the body of the request, of which nothing is kept.
type given struct {
	body  []byte
	large bool
}

// Resolve reads the body within its bound.
func (g *given) Resolve(c huma.Context) []error {
	req, w := humago.Unwrap(c)
	b, err := io.ReadAll(http.MaxBytesReader(w, req.Body, verdict.Largest))
	var big *http.MaxBytesError
	g.body, g.large = b, errors.As(err, &big)
	return nil
}

// Worth is what a document is worth, and how that is known.
type Worth struct {
	Form         verdict.Form  `json:"form" doc:"What was given: pdf, seal, long, record, sd-jwt, mdoc, code, proof, foreign or nothing"`
	State        verdict.State `json:"state" enum:"valid,expired,suspended,replaced,revoked,unknown,altered"`
	Words        gov.Text      `json:"words" doc:"The state in words"`
	Unchecked    bool          `json:"unchecked" doc:"Whether it was revoked since could not be asked"`
	Organisation string        `json:"organisation,omitempty"`
	Issuer       gov.Text      `json:"issuer,omitempty"`
	Number       string        `json:"number,omitempty"`
	Code         string        `json:"code,omitempty"`
	Type         string        `json:"type,omitempty"`
	Title        gov.Text      `json:"title,omitempty"`
	Issued       *time.Time    `json:"issued,omitempty"`
	ValidUntil   *time.Time    `json:"valid_until,omitempty"`
	Claims       []WorthClaim  `json:"claims" doc:"What the document says, once its signature is proven"`
	Findings     []Finding     `json:"findings" doc:"One for each check, and one for each that could not be made"`
}

// WorthClaim is one statement of the document.
type WorthClaim struct {
	Name  string   `json:"name"`
	Label gov.Text `json:"label"`
	Shown gov.Text `json:"shown"`
}

// Finding is one thing that was checked, or could not be.
type Finding struct {
	Grade verdict.Grade `json:"grade" enum:"good,note,bad"`
	Text  gov.Text      `json:"text"`
}

func (s *server) worth(ctx context.Context, in *given) (*answer[Worth], error) {
	if in.large {
		return nil, errTooLarge
	}
	v := s.Cases.Issuer.Worth(ctx, in.body)
	return say(Worth{
		Form: v.Form, State: v.State, Words: v.State.Label(), Unchecked: v.Unchecked, Organisation: v.Issuer, Issuer: v.IssuerName, Number: v.Number,
		Code: v.Code, Type: v.Type, Title: v.Title, Issued: when(v.Issued), ValidUntil: when(v.ValidUntil),
		Claims:   each(v.Claims, func(c verdict.Claim) WorthClaim { return WorthClaim{c.Name, c.Label, c.Value} }),
		Findings: each(v.Findings, func(f verdict.Finding) Finding { return Finding{f.Grade, f.Text} }),
	}, nil)
}
