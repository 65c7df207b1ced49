package journal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// SealDomain is what the entries of facts in their log begin with, see merkle.Commit.
const SealDomain = "diwan fact"

// sealed is a fact as it is committed to: every column, the body with its keys in
// order.
type sealed struct {
	ID           string `json:"id"`
	Seq          int64  `json:"seq"`
	At           int64  `json:"at"`
	Name         string `json:"name"`
	Subject      string `json:"subject"`
	Actor        string `json:"actor"`
	Acting       string `json:"acting"`
	Service      string `json:"service"`
	Organisation string `json:"organisation"`
	Channel      string `json:"channel"`
	Place        string `json:"place"`
	Version      string `json:"version"`
	Body         any    `json:"body"`
}

// Opening says what the entry of a fact commits to. The salt is made of the log's
// secret, so that nothing personal can be guessed and nothing need be stored.
func Opening(secret []byte, f Fact) (merkle.Opening, error) {
	s := sealed{f.ID, f.Seq, f.At.UnixMilli(), f.Name, f.Subject, string(f.Actor), string(f.Acting), string(f.Service),
		string(f.Organisation), string(f.Channel), f.Place, f.Version, nil}
	d := json.NewDecoder(bytes.NewReader(f.Body))
	d.UseNumber() // as it is written: both engines keep the digits
	if err := d.Decode(&s.Body); err != nil {
		return merkle.Opening{}, fmt.Errorf("journal: body of fact %d: %w", f.Seq, err)
	}
	record, err := json.Marshal(s)
	if err != nil {
		return merkle.Opening{}, err
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(f.ID))
	return merkle.Opening{Domain: SealDomain, Kind: f.Name, Salt: mac.Sum(nil)[:merkle.SaltSize], Record: string(record)}, nil
}

// Entries are the entries of up to n facts that come after the first so many, for
// the log over the journal. Errors: Conflict when a fact is missing.
func Entries(tx *db.Tx, secret []byte, after int64, n int) ([]merkle.Entry, error) {
	facts, err := page(tx, after, n)
	if err != nil {
		return nil, err
	}
	missing := gov.Fail(gov.Conflict, "في اليوميات وقائع ناقصة، فلا تُختم حتى يُعرف سبب ذلك", "Facts are missing from the journal; it is not sealed until that is explained")
	return entriesAfter(after, facts, missing, func(f Fact) (int64, merkle.Entry, error) {
		o, err := Opening(secret, f)
		return f.Seq, o.Entry(""), err
	})
}

// entriesAfter are the entries of rows that are numbered on from the first so many,
// each given by its number and entry; missing says that a row is not there.
func entriesAfter[T any](after int64, rows []T, missing *gov.Error, entry func(T) (int64, merkle.Entry, error)) ([]merkle.Entry, error) {
	out := make([]merkle.Entry, 0, len(rows))
	for i, r := range rows {
		seq, e, err := entry(r)
		if want := after + int64(i) + 1; seq != want {
			return nil, missing.Because(fmt.Errorf("number %d follows where %d should be", seq, want))
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}
