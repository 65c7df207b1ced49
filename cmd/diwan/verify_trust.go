package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"diwan.example/document/seal"
	"diwan.example/document/statuslist"
	trustlist "diwan.example/document/trust"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/sign"
)

var errUntrusted = gov.Fail(gov.Invalid, "لا يُعرف بمن يُوثق: استعمل ‎--trust‎ مع ملف، أو ‎--online‎ مع ‎--from", "It is not known whom to trust: give --trust a file, or --online with --from")

// trusted finds whom to trust: the files that were given, else the list that is
// fetched or remembered.
func (v *weighing) trusted(ctx context.Context, data []byte, now time.Time) (*verdict.Trusted, error) {
	if len(v.trust) > 0 {
		return v.given()
	}
	if v.online {
		if err := v.fetch(ctx, data, now); err != nil {
			return nil, err
		}
	}
	jws, err := os.ReadFile(filepath.Join(v.dir, "trust-list.jws"))
	if errors.Is(err, fs.ErrNotExist) {
		v.notes = append(v.notes, gov.PublicOf(errUntrusted))
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	roots, err := readCertificates(filepath.Join(v.dir, "root.pem"))
	if err != nil {
		return nil, err
	}
	list, err := trustlist.Past(jws, roots)
	if err != nil {
		return nil, err
	}
	return verdict.Of(list), nil
}

// given reads the files of --trust: a trust list, and certificates.
func (v *weighing) given() (*verdict.Trusted, error) {
	var certs []*x509.Certificate
	var jws []byte
	for _, file := range v.trust {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if bytes.Contains(b, []byte("-----BEGIN")) {
			more, err := readCertificates(file)
			if err != nil {
				return nil, err
			}
			certs = append(certs, more...)
			continue
		}
		jws = bytes.TrimSpace(b)
	}
	if jws == nil {
		v.anchors = slices.DeleteFunc(slices.Clone(certs), forClocks)
		return byRoots(certs), nil
	}
	if len(certs) == 0 {
		root, err := trustlist.RootIn(jws)
		if err != nil {
			return nil, err
		}
		certs = []*x509.Certificate{root}
		v.notes = append(v.notes, gov.T("قُبلت قائمة الثقة كما أُعطيت. بصمة جذرها %s", "The trust list was taken as it was given. The fingerprint of its root is %s").Sprintf(trustlist.Fingerprint(root)))
	}
	list, err := trustlist.Past(jws, certs)
	if err != nil {
		return nil, err
	}
	return verdict.Of(list), nil
}

// byRoots trusts certificates alone: those for time-stamping as clocks, the rest as roots.
func byRoots(certs []*x509.Certificate) *verdict.Trusted {
	roots, clocks := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range certs {
		if forClocks(c) {
			clocks.AddCert(c)
		} else {
			roots.AddCert(c)
		}
	}
	return verdict.Roots(roots, clocks)
}

// forClocks reports whether a certificate is a time-stamping authority's.
func forClocks(c *x509.Certificate) bool {
	return slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageTimeStamping)
}

func readCertificates(file string) (out []*x509.Certificate, err error) {
	list, err := certificatesIn(file)
	for _, der := range list {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, err
}

// fetch gets the newest trust list and remembers it. A list that contradicts the
// one that is remembered is refused.
func (v *weighing) fetch(ctx context.Context, data []byte, now time.Time) error {
	base, err := v.house(data)
	if err != nil {
		return err
	}
	jws, err := get(ctx, base+"/.well-known/diwan-trust-list", "application/jose")
	if err != nil {
		return err
	}
	rootFile, listFile := filepath.Join(v.dir, "root.pem"), filepath.Join(v.dir, "trust-list.jws")
	roots, err := readCertificates(rootFile)
	if errors.Is(err, fs.ErrNotExist) {
		root, err := trustlist.RootIn(jws)
		if err != nil {
			return err
		}
		roots = []*x509.Certificate{root}
		v.notes = append(v.notes, gov.T("جذر لم يُعرف من قبل، وسيُوثق به من الآن: قارن بصمته بما تنشره الجهة المعتمدة: %s", "A root that was not known before is trusted from now on; compare its fingerprint with the one that the authority publishes: %s").Sprintf(trustlist.Fingerprint(root)))
	} else if err != nil {
		return err
	}
	if _, err := trustlist.Open(jws, roots, now); err != nil {
		return err
	}
	if held, err := os.ReadFile(listFile); err == nil {
		if err := trustlist.Follows(held, bytes.TrimSpace(jws)); err != nil {
			return err
		}
	}
	return errors.Join(os.MkdirAll(v.dir, 0o700), remember(rootFile, sign.CertificatesPEM(roots[0].Raw)),
		remember(listFile, bytes.TrimSpace(jws)), remember(filepath.Join(v.dir, "address"), []byte(base)))
}

// remember replaces a file in one step.
func remember(file string, b []byte) error {
	if err := os.WriteFile(file+".new", b, 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// house is the address to ask: what was given, what is remembered, or the host in a code.
func (v *weighing) house(data []byte) (string, error) {
	base := v.from
	if b, err := os.ReadFile(filepath.Join(v.dir, "address")); base == "" && err == nil {
		base = strings.TrimSpace(string(b))
	}
	if len(data) < 8<<10 && base == "" {
		if s := seal.ReadQR(string(data)); s.Host != "" {
			base = "https://" + s.Host
		}
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", errUntrusted
	}
	v.from = strings.TrimRight(base, "/")
	return v.from, nil
}

var patientHTTP = &http.Client{Timeout: 20 * time.Second}

var errHouseAway = gov.Fail(gov.Unavailable, "تعذّر الوصول إلى الجهة التي تنشر قائمة الثقة", "The house that publishes the trust list cannot be reached")

func get(ctx context.Context, address, accept string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", accept)
	w, err := patientHTTP.Do(r)
	if err != nil {
		return nil, errHouseAway.Because(err)
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		return nil, errHouseAway.Because(fmt.Errorf("%s answers %s", address, w.Status))
	}
	return io.ReadAll(io.LimitReader(w.Body, 16<<20))
}

// status asks a status list, whose token must be signed by a key of the trust list.
func (v *weighing) status(t *verdict.Trusted) func(ctx context.Context, uri string, index int) (statuslist.Status, time.Time, error) {
	return func(ctx context.Context, uri string, index int) (statuslist.Status, time.Time, error) {
		raw, err := get(ctx, uri, "application/statuslist+jwt")
		if err != nil {
			return 0, time.Time{}, err
		}
		keys := func(kid string, _ []*x509.Certificate) crypto.PublicKey { return t.Key(kid) }
		token, err := statuslist.ReadJWT(strings.TrimSpace(string(raw)), uri, keys, time.Now())
		if err != nil {
			return 0, time.Time{}, err
		}
		s, ok := token.List.Get(index)
		if !ok {
			err = statuslist.ErrList
		}
		return s, token.Issued, err
	}
}

// ask asks the house what a code alone stands for.
func (v *weighing) ask(ctx context.Context, code string) (a verdict.Answer, err error) {
	base, err := v.house(nil)
	if err != nil {
		return a, err
	}
	raw, err := get(ctx, base+"/api/v1/verify/"+url.PathEscape(code), "application/json")
	if err != nil {
		return a, err
	}
	var said struct {
		State        verdict.State `json:"state"`
		Organisation string        `json:"organisation"`
		Issuer       gov.Text      `json:"issuer"`
		Number       string        `json:"number"`
		Title        gov.Text      `json:"title"`
		Issued       *time.Time    `json:"issued"`
		ValidUntil   *time.Time    `json:"valid_until"`
		Claims       []struct {
			Name  string   `json:"name"`
			Label gov.Text `json:"label"`
			Shown gov.Text `json:"shown"`
		} `json:"claims"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return a, errHouseAway.Because(err)
	}
	a = verdict.Answer{State: said.State, Issuer: said.Organisation, IssuerName: said.Issuer, Number: said.Number, Title: said.Title,
		Issued: *cmp.Or(said.Issued, &time.Time{}), ValidUntil: *cmp.Or(said.ValidUntil, &time.Time{})}
	for _, c := range said.Claims {
		a.Claims = append(a.Claims, verdict.Claim{Name: c.Name, Label: c.Label, Value: c.Shown})
	}
	return a, nil
}
