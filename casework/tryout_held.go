package casework

import (
	"context"

	"diwan.example/document/vp"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// inquire answers for the registries, as the example says.
func (r *trial) inquire(_ context.Context, in gov.Inquiry) ([]gov.Held, error) {
	known := r.p.HeldIn(&r.x, r.holds, r.now)
	out := make([]gov.Held, len(in.Attributes))
	for i, a := range in.Attributes {
		if h, ok := known[a]; ok {
			out[i] = h
		} else {
			out[i] = gov.Held{Attribute: a, Gap: gov.GapNone}
		}
	}
	return out, nil
}

// handIn applies as people do: at once, or by a draft when something fetched is
// called wrong first.
func (r *trial) handIn(answers form.Answers) error {
	ctx := gov.WithActor(r.ctx, r.applicant())
	in := Application{Service: r.p.ID, Answers: answers}
	if len(r.x.Disputes)+len(r.x.Presents) == 0 {
		in, err := r.Engine.Ahead(ctx, in)
		if err != nil {
			return err
		}
		return r.write(r.applicant(), func(tx *db.Tx) (err error) { r.c, err = r.Engine.Apply(tx, in); return err })
	}
	if err := r.write(r.applicant(), func(tx *db.Tx) (err error) { r.c, err = r.Engine.Start(tx, in); return err }); err != nil {
		return err
	}
	if err := r.Engine.Gather(ctx, r.c.ID); err != nil {
		return err
	}
	return r.write(r.applicant(), func(tx *db.Tx) (err error) {
		if err := r.present(tx); err != nil {
			return err
		}
		for name, words := range r.x.Disputes {
			if _, err := r.Engine.Dispute(tx, r.c.ID, name, words); err != nil {
				return err
			}
		}
		r.c, err = r.Engine.Submit(tx, r.c.ID)
		return err
	})
}

// present answers with what the example's applicant presents from a wallet.
func (r *trial) present(tx *db.Tx) error {
	for _, q := range r.p.CredentialQuestions() {
		claims, ok := r.x.Presents[q.Name]
		if !ok {
			continue
		}
		p := vp.Presented{Type: q.Credential.Type, Title: q.Label, Form: vp.SDJWT, Issued: r.now.UnixMilli(), Verified: r.now.UnixMilli()}
		for _, c := range q.Credential.Claims {
			p.Claims = append(p.Claims, vp.Claim{Name: c.Name, Kind: c.Kind, Label: gov.T(c.Name, c.Name), Value: claims[c.Name]})
		}
		if err := r.Engine.Present(tx, r.c.ID, q.Name, &p); err != nil {
			return err
		}
	}
	return nil
}
