package vci

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

// requested is a wallet's request that waits for a person, and its verifier.
func (w *town) requested(more ...string) (id, verifier string) {
	w.t.Helper()
	verifier = strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{"client_id": {"wallet.example"}, "redirect_uri": {"https://wallet.example/back"}, "response_type": {"code"}, "scope": {kind},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	r := w.get("/vci/authorize?" + q.Encode())
	id, ok := strings.CutPrefix(r.Header().Get("Location"), "/wallet/consent/")
	if !ok {
		w.t.Fatal(r.Code, r.Header(), r.Body)
	}
	return id, verifier
}

// allowed is the code that a wallet gets when a person agrees.
func (w *town) allowed(who gov.PersonID, id string, chosen ...gov.DocumentID) string {
	w.t.Helper()
	to, err := w.Allow(w.as(who), id, chosen)
	if err != nil {
		w.t.Fatal(err)
	}
	u, _ := url.Parse(to)
	return u.Query().Get("code")
}

const detailsOfKind = `[{"type":"openid_credential","credential_configuration_id":"` + kind + `"}]`

// A wallet that asked by details gets every document of a kind that was chosen,
// each by an identifier of its own.
func TestSeveralOfAKindAreGranted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		docs := []document.Document{w.issue("pupil"), w.issue("pupil"), w.issue("pupil")}
		id, v := w.requested("scope", "", "authorization_details", detailsOfKind)
		a, err := w.Asked(w.as("pupil"), id)
		if err != nil || !a.Several || len(a.Items) != 1 || len(a.Items[0].Choices) != 3 {
			t.Fatalf("%+v %v", a, err)
		}
		r := w.exchanged(w.allowed("pupil", id, docs[0].ID, docs[2].ID), v)
		details, _ := r.body["authorization_details"].([]any)
		if len(details) != 1 {
			t.Fatal(r.Body)
		}
		named := details[0].(map[string]any)["credential_identifiers"].([]any)
		if len(named) != 2 {
			t.Fatal(r.Body)
		}
		for _, n := range named {
			q := asked("", w.made(key(t), w.c()))
			delete(q, "credential_configuration_id")
			q["credential_identifier"] = n
			w.is("by identifier", w.json("/vci/credential", r.body["access_token"].(string), q), 200, "")
		}
		for i, copies := range []int{1, 0, 1} {
			if all, err := w.Copies(w.as("pupil"), docs[i].ID); err != nil || len(all) != copies {
				t.Errorf("document %d: %d copies, %v", i, len(all), err)
			}
		}
	})
}

// A wallet that asked by scope can take one of a kind: whichever was chosen.
func TestOneOfAKindIsGrantedByScope(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		docs := []document.Document{w.issue("pupil"), w.issue("pupil")}
		id, v := w.requested()
		if a, err := w.Asked(w.as("pupil"), id); err != nil || a.Several || len(a.Items[0].Choices) != 2 {
			t.Errorf("%+v %v", a, err)
		}
		if _, err := w.Allow(w.as("pupil"), id, []gov.DocumentID{docs[0].ID, docs[1].ID}); gov.KindOf(err) != gov.Invalid {
			t.Errorf("two are taken and one is granted: %v", err)
		}
		for i, chosen := range docs { // each can be the one
			if i > 0 {
				id, v = w.requested()
			}
			r := w.exchanged(w.allowed("pupil", id, chosen.ID), v)
			w.is("credential", w.json("/vci/credential", r.body["access_token"].(string), asked(kind, w.made(key(t), w.c()))), 200, "")
			if all, err := w.Copies(w.as("pupil"), chosen.ID); err != nil || len(all) != 1 {
				t.Errorf("document %d: %d copies, %v", i, len(all), err)
			}
		}
	})
}

// A mother hands her child's certificate to her wallet; nobody else does.
func TestGuardiansHandOverByCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		own, child, other := w.issue("mother"), w.issue("pupil"), w.issue("neighbour")
		looks := func() (out []string) {
			err := w.DB.Read(w.as("pupil"), func(tx *db.Tx) error {
				all, err := journal.Looks(tx, "pupil", 10)
				for _, l := range all {
					out = append(out, l.What+" "+l.Purpose+" "+string(l.Actor))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		id, v := w.requested()
		a, err := w.Asked(w.as("mother"), id)
		if err != nil || len(a.Items[0].Choices) != 2 || a.Items[0].Choices[0].Document != own.ID || a.Items[0].Choices[1].For.In(gov.English) != "Sara Ahmed" {
			t.Fatalf("%+v %v", a, err)
		}
		if got := strings.Join(looks(), "; "); got != "documents wallet mother" {
			t.Errorf("the child's log: %q", got)
		}
		if a, err := w.Asked(w.as("neighbour"), id); err != nil || len(a.Items[0].Choices) != 1 || a.Items[0].Choices[0].Document != other.ID {
			t.Errorf("%+v %v", a, err)
		}
		for who, chosen := range map[gov.PersonID]gov.DocumentID{"mother": other.ID, "neighbour": child.ID} {
			if _, err := w.Allow(w.as(who), id, []gov.DocumentID{chosen}); gov.KindOf(err) != gov.Invalid {
				t.Errorf("%s hands over what is another's: %v", who, err)
			}
		}
		r := w.exchanged(w.allowed("mother", id, child.ID), v)
		w.is("credential", w.json("/vci/credential", r.body["access_token"].(string), asked(kind, w.made(key(t), w.c()))), 200, "")
		if all, err := w.Copies(w.as("pupil"), child.ID); err != nil || len(all) != 1 || !all[0].Alive() {
			t.Errorf("%+v %v", all, err)
		}
		if got := strings.Join(looks(), "; "); !strings.Contains(got, "document wallet mother") {
			t.Errorf("the child's log: %q", got)
		}
	})
}
