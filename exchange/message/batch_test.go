package message_test

import (
	"bytes"
	"crypto"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/gov"
)

// counting is a key that counts what it signs.
type counting struct {
	crypto.Signer
	n int
}

func (c *counting) Sign(r io.Reader, digest []byte, o crypto.SignerOpts) ([]byte, error) {
	c.n++
	return c.Signer.Sign(r, digest, o)
}

func heads(t testing.TB, n int) (out []*message.Fixed) {
	t.Helper()
	for i := range n {
		h := request()
		h.ID, h.RequestID = fmt.Sprintf("id-%d", i), fmt.Sprintf("sending-%d", i)
		f, err := h.Fix()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func TestOneSignatureHoldsForAllThatCameTogether(t *testing.T) {
	k, cert := keyAndCert(t)
	for _, n := range []int{1, 2, 3, 7, 64, message.MostTogether} {
		key := &counting{Signer: k}
		list := heads(t, n)
		signed, err := message.SignTogether(list, key, cert, noon.Add(time.Second))
		if err != nil || key.n != 1 {
			t.Fatalf("%d heads: %d signatures, %v", n, key.n, err)
		}
		var c message.Checker
		for i, f := range list {
			if err := f.Verify(signed[i], cert, noon); err != nil {
				t.Fatalf("%d of %d: %v", i, n, err)
			}
			if err := c.Verify(f, signed[i], cert, noon); err != nil {
				t.Fatalf("%d of %d: %v", i, n, err)
			}
			other := list[(i+1)%n]
			if n > 1 && (gov.KindOf(other.Verify(signed[i], cert, noon)) != gov.Denied || gov.KindOf(c.Verify(other, signed[i], cert, noon)) != gov.Denied) {
				t.Fatalf("the signature of %d of %d was taken for another message", i, n)
			}
		}
	}
	if _, err := message.SignTogether(heads(t, message.MostTogether+1), k, cert, noon); gov.KindOf(err) != gov.Invalid {
		t.Errorf("too many: %v", err)
	}
	strange, _ := keyAndCert(t)
	if _, err := message.SignTogether(heads(t, 2), strange, cert, noon); gov.KindOf(err) != gov.Invalid {
		t.Errorf("another key: %v", err)
	}
}

func TestVerifyFindsEveryChangeOfAShare(t *testing.T) {
	k, cert := keyAndCert(t)
	list := heads(t, 5)
	signed, err := message.SignTogether(list, k, cert, noon)
	if err != nil {
		t.Fatal(err)
	}
	var known message.Checker
	for i := range list {
		if err := known.Verify(list[i], signed[i], cert, noon); err != nil {
			t.Fatal(err)
		}
	}
	s := signed[2]
	for i := range s.Signature {
		for _, flip := range []byte{1, 0x80} {
			b := message.Signed{Cert: s.Cert, Signature: bytes.Clone(s.Signature)}
			b.Signature[i] ^= flip
			if list[2].Verify(b, cert, noon) == nil || known.Verify(list[2], b, cert, noon) == nil {
				t.Fatalf("byte %d of the share was changed unseen", i)
			}
		}
	}
	for n := range s.Signature {
		if list[2].Verify(message.Signed{Cert: s.Cert, Signature: s.Signature[:n]}, cert, noon) == nil {
			t.Fatalf("the share was cut at %d unseen", n)
		}
	}
	if list[2].Verify(message.Signed{Cert: s.Cert, Signature: append(bytes.Clone(s.Signature), make([]byte, 32)...)}, cert, noon) == nil {
		t.Error("a longer path was taken")
	}
	text, _ := list[2].Head.Bytes()
	for i := range text {
		b := bytes.Clone(text)
		b[i] ^= 1
		if changed, err := message.ParseFixed(b); err == nil && known.Verify(changed, s, cert, noon) == nil {
			t.Fatalf("byte %d of the head was changed unseen", i)
		}
	}
	_, other := keyAndCert(t)
	for name, err := range map[string]error{
		"another certificate": known.Verify(list[2], s, other, noon),
		"expired since":       known.Verify(list[2], s, cert, noon.Add(2*time.Hour)),
	} {
		if gov.KindOf(err) != gov.Denied {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A batch that was signed at another time than the message says was not signed by
// the gateway that made the message.
func TestABatchIsSignedWhenItsMessagesAreMade(t *testing.T) {
	k, cert := keyAndCert(t)
	list := heads(t, 2)
	signed, err := message.SignTogether(list, k, cert, noon.Add(message.Skew+time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if err := list[0].Verify(signed[0], cert, noon); gov.KindOf(err) != gov.Denied {
		t.Errorf("%v", err)
	}
}

func TestManyCheckAtOnce(t *testing.T) {
	k, cert := keyAndCert(t)
	list := heads(t, 64)
	signed, err := message.SignTogether(list, k, cert, noon)
	if err != nil {
		t.Fatal(err)
	}
	wrong := bytes.Clone(signed[0].Signature)
	wrong[20] ^= 1 // in the signature: the paths still lead to one root
	var c message.Checker
	var wg sync.WaitGroup
	for i := range list {
		wg.Go(func() {
			if err := c.Verify(list[i], signed[i], cert, noon); err != nil {
				t.Errorf("%d: %v", i, err)
			}
			bad := message.Signed{Cert: signed[i].Cert, Signature: bytes.Clone(signed[i].Signature)}
			bad.Signature[20] = wrong[20]
			if err := c.Verify(list[i], bad, cert, noon); gov.KindOf(err) != gov.Denied {
				t.Errorf("%d: %v", i, err)
			}
		})
	}
	wg.Wait()
	for range 1100 { // more than a generation holds
		one := heads(t, 2)
		s, err := message.SignTogether(one, k, cert, noon)
		if err != nil || c.Verify(one[1], s[1], cert, noon) != nil {
			t.Fatal(err)
		}
	}
}
