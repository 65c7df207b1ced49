package app

import (
	"context"
	"fmt"
	"os"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
	"diwan.example/internal/translog"
	"diwan.example/journal"
)

// Audited is what an audit held against the public logs.
type Audited struct {
	Documents, Records, Kept int
	Entries, Waiting         int64 // of the log of documents and decisions
	Facts, Unsealed          int64
	Looks, LooksUnsealed     int64
	Invented                 int64 // up to which fact the dates are a sample's past
	Problems                 int
}

// Audit recomputes the logs from what is stored and holds everything against them:
// documents, decisions, facts, looks, hashes, checkpoints, and checkpoints that were kept
// elsewhere. Each problem is told in words.
func (a *App) Audit(ctx context.Context, elsewhere []string, tell func(gov.Text)) (out Audited, err error) {
	problem := func(t gov.Text) { out.Problems++; tell(t) }
	documents := &translog.Audit{Log: a.Public, Problem: problem}
	facts := &translog.Audit{Log: a.Sealed, Problem: problem}
	for _, signed := range elsewhere {
		if err := a.known(ctx, signed, problem); err != nil {
			return out, err
		}
	}
	if err := documents.Run(ctx, ofLog(elsewhere, "/documents")...); err != nil {
		return out, err
	}
	if out.Documents, err = a.Issuer.Audit(ctx, documents); err != nil {
		return out, err
	}
	documents.Unclaimed()
	if err := facts.Run(ctx, ofLog(elsewhere, "/journal")...); err != nil {
		return out, err
	}
	j, err := journal.CheckSeal(ctx, a.DB, a.Sealed, facts.Size, problem)
	if err != nil {
		return out, err
	}
	looks := &translog.Audit{Log: a.Looks, Problem: problem}
	if err := looks.Run(ctx, ofLog(elsewhere, "/looks")...); err != nil {
		return out, err
	}
	seen, err := journal.CheckLooks(ctx, a.DB, a.Looks, looks.Size, problem)
	out.Records, out.Kept = documents.Records, documents.Kept+facts.Kept+looks.Kept
	out.Entries, out.Waiting, out.Facts, out.Unsealed = documents.Size, documents.Waiting, j.Facts, j.Unsealed
	out.Invented = j.Invented
	out.Looks, out.LooksUnsealed = seen.Looks, seen.Unsealed
	return out, err
}

// ofLog are the checkpoints of one of the logs.
func ofLog(all []string, end string) (out []string) {
	for _, signed := range all {
		if origin, _, _ := strings.Cut(signed, "\n"); strings.HasSuffix(origin, end) {
			out = append(out, signed)
		}
	}
	return out
}

// known refuses a checkpoint of another installation.
func (a *App) known(ctx context.Context, signed string, problem func(gov.Text)) error {
	c, err := merkle.ReadBody(merkle.Text(signed))
	if err != nil {
		return err
	}
	return a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		for _, l := range a.logs() {
			switch k, err := l.Keys(tx); {
			case gov.KindOf(err) == gov.NotFound:
				return nil // the audit of the log says that it is gone
			case err != nil:
				return err
			case k.Origin() == c.Origin:
				return nil
			}
		}
		problem(gov.T("نقطة التحقق لسجل آخر: %s", "The checkpoint is of another log: %s").Sprintf(c.Origin))
		return nil
	})
}

// CheckpointFile reads a checkpoint that was kept elsewhere. Errors: Invalid.
func CheckpointFile(name string) (string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	if _, err := merkle.ReadBody(merkle.Text(string(b))); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return string(b), nil
}
