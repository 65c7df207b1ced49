package verdict_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"diwan.example/document/pades"
	"diwan.example/document/seal"
	"diwan.example/document/statuslist"
	"diwan.example/document/trust"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/pdf"
	"diwan.example/internal/sign"
	"diwan.example/internal/timestamp"
)

var noon = time.Now().UTC().Truncate(time.Second)

const (
	uri  = "https://gov.example/status/moe-1"
	kind = "education/enrolment-certificate#certificate"
	code = "7K3M9QX27K3M9Q"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// house is an authority with two ministries, its trust list and its clock.
type house struct {
	t        testing.TB
	root     *x509.Certificate
	rootKey  *ecdsa.PrivateKey
	keys     map[string]*ecdsa.PrivateKey
	chains   map[string][]*x509.Certificate
	list     *trust.List
	clock    *timestamp.Authority
	statuses map[int]statuslist.Status
	o        verdict.Options
}

func open(t testing.TB) *house {
	h := &house{t: t, keys: map[string]*ecdsa.PrivateKey{}, chains: map[string][]*x509.Certificate{}, statuses: map[int]statuslist.Status{}}
	rootKey, from := must(sign.Generate()), noon.AddDate(-1, 0, 0)
	h.root = must(trust.Root(rootKey, trust.Subject{Key: "iga-root", Name: gov.T("الهيئة", "Authority")}, from, noon.AddDate(20, 0, 0)))
	h.rootKey = rootKey
	h.list = &trust.List{Format: 1, Number: 7, Issued: trust.At(noon.Add(-time.Hour)), Next: trust.At(noon.AddDate(0, 0, 7)),
		Authority: trust.Organisation{ID: "iga", Name: gov.T("الهيئة", "Authority")}, Roots: []trust.Key{{ID: "iga-root", State: trust.Active, X5C: trust.Texts([]*x509.Certificate{h.root})}}}
	for org, types := range map[string][]string{"moe": {kind}, "works": {"works/permit#permit"}} {
		key := must(sign.Generate())
		kid := org + "-KEY1"
		cert := must(trust.Certify(rootKey, h.root, key.Public(), trust.Subject{Key: kid, Name: gov.T("وزارة "+org, "Ministry "+org), Country: "BH"}, from, noon.AddDate(2, 0, 0)))
		h.keys[org], h.chains[org] = key, []*x509.Certificate{cert, h.root}
		h.list.Entities = append(h.list.Entities, trust.Entity{Organisation: trust.Organisation{ID: org, Name: gov.T("وزارة "+org, "Ministry "+org)},
			Keys: []trust.Key{{ID: kid, State: trust.Active, From: trust.At(from), Until: trust.At(cert.NotAfter), Types: types, JWK: must(sign.PublicJWK(kid, key.Public())), X5C: trust.Texts(h.chains[org])}}})
	}
	h.list.Types = []trust.Type{{ID: kind, Version: "1", Title: gov.T("شهادة قيد", "Enrolment certificate"), Issuers: []string{"moe"},
		Claims: []trust.Claim{{Name: "pupil", Label: gov.T("الطالب", "Pupil"), Kind: "short-text"}, {Name: "born", Label: gov.T("تاريخ الميلاد", "Born"), Kind: "date"}}}}
	timeKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	h.clock = &timestamp.Authority{Key: timeKey, Certificate: must(timestamp.Certificate("Time", timeKey, from, noon.AddDate(9, 0, 0))), Clock: func() time.Time { return noon }}
	h.list.Timestamp = trust.Texts([]*x509.Certificate{h.clock.Certificate})
	h.o = verdict.Options{Now: noon.Add(time.Minute), Status: func(_ context.Context, at string, i int) (statuslist.Status, time.Time, error) {
		if at != uri {
			return 0, time.Time{}, gov.Fail(gov.Unavailable, "بعيد", "away")
		}
		return h.statuses[i], noon, nil
	}}
	return h
}

// with is the list with another life of every key.
func (h *house) with(change func(k *trust.Key)) *trust.List {
	l := *h.list
	l.Entities = nil
	for _, e := range h.list.Entities {
		e.Keys = slices.Clone(e.Keys)
		change(&e.Keys[0])
		l.Entities = append(l.Entities, e)
	}
	return &l
}

func (h *house) check(data []byte) verdict.Verdict {
	o := h.o
	if o.Trust == nil {
		o.Trust = verdict.Of(h.list)
	}
	return verdict.Check(context.Background(), data, o)
}

// says is what a document says, as the record has it.
func says() map[string]any {
	return map[string]any{"format": 1, "id": code, "number": "MOE-2026-7K3M-9QX2", "issuer": "moe", "service": "education/enrolment-certificate", "version": "1",
		"type": "certificate", "definition": "x", "holder": "p", "issued": noon.Add(-time.Hour).UnixMilli(), "title": gov.T("شهادة قيد", "Enrolment certificate"),
		"claims": map[string]any{"pupil": "سارة أحمد", "born": "2010-03-05"}, "status": statuslist.Reference{List: statuslist.Place{Index: 3, URI: uri}}}
}

func (h *house) record(org string, body map[string]any) string {
	return must(sign.Token(h.keys[org], org+"-KEY1", "diwan-document+jws", must(json.Marshal(body))))
}

func (h *house) page(org, token string, stamp timestamp.Stamp) []byte {
	h.t.Helper()
	var b bytes.Buffer
	d := pdf.Document{Title: gov.T("شهادة", "Certificate"), Created: noon}
	if token != "" {
		d.Attachments = []pdf.File{{Name: verdict.TokenFile, Mime: "application/jose", Relation: pdf.Source, Description: gov.T("أ", "a"), Data: []byte(token), Modified: noon}}
	}
	must(pdf.Render(&b, d))
	if org == "" {
		return b.Bytes()
	}
	return must(pades.Sign(context.Background(), b.Bytes(), pades.Signer{Key: h.keys[org], Chain: h.chains[org], Stamp: stamp, Time: noon, Name: org}))
}

func (h *house) sealed(org string, change func(*seal.Seal)) []byte {
	s := seal.Seal{Issuer: "moe", Key: org + "-KEY1", Code: code, Number: "MOE-2026-7K3M-9QX2", Type: kind, Version: "1", Issued: noon.Add(-time.Hour),
		Status: &seal.Status{URI: uri, Index: 3}, Claims: map[string]any{"pupil": "سارة أحمد", "born": "2010-03-05"}}
	if change != nil {
		change(&s)
	}
	return must(seal.Make(s, h.keys[org]))
}
