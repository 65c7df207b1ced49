package asice

import (
	"bytes"
	"context"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/timestamp"
)

const sha512Method = "http://www.w3.org/2001/04/xmlenc#sha512"

// step is a hash step as X-Road's documentation of hash chains has it: the digest of
// a DER sequence of (value, method, no transforms).
func step(t testing.TB, values ...[]byte) []byte {
	t.Helper()
	type one struct {
		Value  []byte
		Method string `asn1:"utf8"`
		None   []int
	}
	var list []one
	for _, v := range values {
		list = append(list, one{v, sha512Method, []int{}})
	}
	der, err := asn1.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(der)
	return sum[:]
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func sumOf(b []byte) []byte { s := sha512.Sum512(b); return s[:] }

// batch is a container whose two files are in a batch of X-Road, under a stamp.
func batch(t testing.TB, a *timestamp.Authority) map[string][]byte {
	t.Helper()
	message, attachment, other := []byte("<message/>"), []byte("attached"), sumOf([]byte("somebody else's"))
	inner := step(t, sumOf(message), sumOf(attachment))
	chain := fmt.Sprintf(`<h:HashChain xmlns="%s" xmlns:h="%s"><h:DefaultDigestMethod Algorithm="%s"/>`+
		`<h:HashStep id="STEP0"><h:StepRef URI="#STEP1"/><h:HashValue><DigestValue>%s</DigestValue></h:HashValue></h:HashStep>`+
		`<h:HashStep id="STEP1"><h:DataRef URI="/message.xml"><DigestValue>%s</DigestValue></h:DataRef><h:DataRef URI="/attachment1"><DigestValue>%s</DigestValue></h:DataRef></h:HashStep></h:HashChain>`,
		dsSpace, chainSpace, sha512Method, b64(other), b64(sumOf(message)), b64(sumOf(attachment)))
	result := fmt.Appendf(nil, `<h:HashChainResult xmlns="%s" xmlns:h="%s" URI="/ts-hashchain.xml#STEP0"><DigestMethod Algorithm="%s"/><DigestValue>%s</DigestValue></h:HashChainResult>`,
		dsSpace, chainSpace, sha512Method, b64(step(t, inner, other)))
	token, err := a.Stamp(context.Background(), result)
	if err != nil {
		t.Fatal(err)
	}
	manifest := fmt.Sprintf(`<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/2918/v1.2.1#" xmlns:ds="%s"><asic:SigReference URI="META-INF/timestamp.tst"/><asic:DataObjectReference URI="ts-hashchainresult.xml">`+
		`<ds:DigestMethod Algorithm="%s"/><ds:DigestValue>%s</ds:DigestValue></asic:DataObjectReference></asic:ASiCManifest>`, dsSpace, sha512Method, b64(sumOf(result)))
	return map[string][]byte{"message.xml": message, "attachment1": attachment, "ts-hashchain.xml": []byte(chain), "ts-hashchainresult.xml": result,
		"META-INF/ASiCManifest.xml": []byte(manifest), "META-INF/timestamp.tst": []byte(b64(token))}
}

func stampOf(t testing.TB, files map[string][]byte) *Report {
	t.Helper()
	items := []item{{"mimetype", []byte(mimeType)}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		items = append(items, item{name, files[name]})
	}
	return verified(t, zipOf(t, items...), nil)
}

func TestHashChainsOfXRoadAreFollowed(t *testing.T) {
	a, err := timestamp.OpenAuthority(t.TempDir(), "Time", func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	files := batch(t, a)
	r := stampOf(t, files)
	if bad := words(r, Bad); len(r.Stamps) != 1 || bad != "There is no valid signature in the container" {
		t.Fatalf("%d stamps; %s", len(r.Stamps), bad)
	}
	for name, whole := range files {
		b := bytes.Clone(whole)
		b[len(b)/2] ^= 1
		files[name] = b
		if r := stampOf(t, files); len(r.Stamps) > 0 && !strings.Contains(words(r, Bad), "changed") {
			t.Errorf("%s was changed unseen", name)
		}
		files[name] = whole
	}
	delete(files, "attachment1")
	if r := stampOf(t, files); len(r.Stamps) != 1 || !strings.Contains(words(r, Note), "attachment1") {
		t.Errorf("a file that is not there is not named: %s", words(r, Note))
	}
	for name, chain := range map[string]string{
		"a circle":        strings.Replace(string(files["ts-hashchain.xml"]), `URI="/message.xml"`, `URI="#STEP0"`, 1),
		"no such step":    strings.Replace(string(files["ts-hashchain.xml"]), `id="STEP1"`, `id="STEP2"`, 1),
		"another element": strings.ReplaceAll(string(files["ts-hashchain.xml"]), "HashValue", "Anything"),
		"a way out":       strings.Replace(string(files["ts-hashchain.xml"]), `"/message.xml"`, `"../message.xml"`, 1),
		"an old hash":     strings.ReplaceAll(string(files["ts-hashchain.xml"]), "sha512", "sha1"),
	} {
		files["ts-hashchain.xml"] = []byte(chain)
		if r := stampOf(t, files); len(r.Stamps) > 0 {
			t.Errorf("%s: it was followed", name)
		}
	}
}

// A chain that refers to itself ends.
func TestHashChainThatTurnsInCirclesEnds(t *testing.T) {
	chain := fmt.Sprintf(`<h:HashChain xmlns="%s" xmlns:h="%s"><h:DefaultDigestMethod Algorithm="%s"/><h:HashStep id="A"><h:StepRef URI="#A"/><h:StepRef URI="#A"/></h:HashStep></h:HashChain>`, dsSpace, chainSpace, sha512Method)
	result := fmt.Sprintf(`<h:HashChainResult xmlns="%s" xmlns:h="%s" URI="/c.xml#A"><DigestMethod Algorithm="%s"/><DigestValue>AAAA</DigestValue></h:HashChainResult>`, dsSpace, chainSpace, sha512Method)
	b := zipOf(t, item{"c.xml", []byte(chain)}, item{"r.xml", []byte(result)})
	x, err := open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&verifier{box: x, Report: &Report{}}).chain("r.xml"); err == nil || gov.KindOf(err) == gov.Invalid {
		t.Errorf("%v", err)
	}
}
