package sign

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"testing"
)

func TestCertificatesGoOutAndComeBack(t *testing.T) {
	key, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	var ders [][]byte
	for n := range 2 {
		c := &x509.Certificate{SerialNumber: big.NewInt(int64(n + 1)), Subject: pkix.Name{CommonName: "x"}}
		der, err := x509.CreateCertificate(nil, c, c, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		ders = append(ders, der)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(KeyPEM(pkcs8), CertificatesPEM(ders...)...)
	back, err := ReadCertificates(text)
	if err != nil || len(back) != 2 || string(back[1].Raw) != string(ders[1]) {
		t.Errorf("%d certificates, %v", len(back), err)
	}
	for name, s := range map[string]string{"nothing": "", "a key only": string(KeyPEM(pkcs8)), "a text": "hello"} {
		if _, err := ReadCertificates([]byte(s)); !errors.Is(err, ErrNoCertificate) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ReadCertificates(CertificatesPEM([]byte("no certificate"))); err == nil || errors.Is(err, ErrNoCertificate) {
		t.Errorf("a block with something else: %v", err)
	}
}
