// Package signtest holds what every keeper of private keys owes, so that a key
// in the database and one in a hardware module behave alike.
package signtest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"sync"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/sign"
)

// Suite runs against keepers that share what they keep; each call of open is as
// another node, or a restart.
func Suite(t *testing.T, open func(t *testing.T) sign.Keeper) {
	t.Run("signs after a restart", func(t *testing.T) {
		kept := make1(t, open(t), "moe/moe-1", sign.P256)
		signer := open1(t, open(t), "moe/moe-1", kept)
		msg := []byte("document")
		sig, err := sign.Raw(signer, msg)
		if err != nil || !sign.RawValid(signer.Public().(*ecdsa.PublicKey), msg, sig) {
			t.Fatalf("no ES256 signature: %v", err)
		}
	})
	t.Run("signs with RSA", func(t *testing.T) {
		k := open(t)
		signer := open1(t, k, "moe/moe-2", make1(t, k, "moe/moe-2", sign.RSA3072))
		pub, sum := signer.Public().(*rsa.PublicKey), sha256.Sum256([]byte("page"))
		sig, err := signer.Sign(rand.Reader, sum[:], crypto.SHA256)
		if err != nil || rsa.VerifyPKCS1v15(pub, crypto.SHA256, sum[:], sig) != nil || pub.N.BitLen() < 3072 {
			t.Fatalf("no RS256 signature: %v", err)
		}
		o := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
		if sig, err = signer.Sign(rand.Reader, sum[:], o); err != nil || rsa.VerifyPSS(pub, crypto.SHA256, sum[:], sig, o) != nil {
			t.Fatalf("no PS256 signature: %v", err)
		}
	})
	t.Run("opens only under its name", func(t *testing.T) {
		k := open(t)
		kept := make1(t, k, "moe/moe-3", sign.P256)
		for _, bad := range [][2]string{{"moi/moe-3", kept}, {"moe/moe-3", kept[:len(kept)-3] + "AAA"}, {"moe/moe-3", ""}} {
			if _, err := k.Open(bad[0], bad[1]); gov.KindOf(err) != gov.Unavailable {
				t.Errorf("%q: %v", bad[0], err)
			}
		}
	})
	t.Run("refuses what it has not", func(t *testing.T) {
		if _, err := open(t).Make("moe/moe-4", "DSA"); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%v", err)
		}
		k := open(t)
		signer := open1(t, k, "a", make1(t, k, "a", sign.P256))
		if _, err := signer.Sign(rand.Reader, []byte("short"), crypto.SHA256); err == nil && len(signer.Public().(*ecdsa.PublicKey).Params().Name) == 0 {
			t.Error("it signed what is no digest")
		}
	})
	t.Run("never makes the same key", func(t *testing.T) {
		k := open(t)
		a, b := open1(t, k, "a", make1(t, k, "a", sign.P256)), open1(t, k, "b", make1(t, k, "b", sign.P256))
		x, _ := a.Public().(*ecdsa.PublicKey).Bytes()
		y, _ := b.Public().(*ecdsa.PublicKey).Bytes()
		if bytes.Equal(x, y) {
			t.Error("two names, one key")
		}
	})
	t.Run("signs for many at once", func(t *testing.T) {
		k := open(t)
		signer := open1(t, k, "a", make1(t, k, "a", sign.P256))
		var wg sync.WaitGroup
		for n := range 16 {
			wg.Go(func() {
				msg := []byte{byte(n)}
				if sig, err := sign.Raw(signer, msg); err != nil || !sign.RawValid(signer.Public().(*ecdsa.PublicKey), msg, sig) {
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
	})
	t.Run("keeps what needs no new seal", func(t *testing.T) {
		k := open(t)
		kept := make1(t, k, "a", sign.P256)
		if again, changed, err := k.Reseal("a", kept); err != nil || changed || again != kept {
			t.Errorf("%v %v", changed, err)
		}
	})
}

func make1(t *testing.T, k sign.Keeper, name string, s sign.Shape) string {
	t.Helper()
	kept, err := k.Make(name, s)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func open1(t *testing.T, k sign.Keeper, name, kept string) crypto.Signer {
	t.Helper()
	s, err := k.Open(name, kept)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
