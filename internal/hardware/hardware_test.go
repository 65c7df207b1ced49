//go:build cgo

package hardware_test

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/hardware"
	"diwan.example/internal/need"
	"diwan.example/internal/sign"
	"diwan.example/internal/sign/signtest"
)

// token makes a token of SoftHSM in a folder of its own.
func token(t *testing.T) (o hardware.Options, dir string) {
	t.Helper()
	tool := need.Tool(t, "softhsm2-util", "Debian package softhsm2")
	dir = filepath.Join(t.TempDir(), "tokens")
	conf := filepath.Join(t.TempDir(), "softhsm2.conf")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(conf, []byte(fmt.Sprintf("directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n", dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", conf)
	out, err := exec.Command(tool, "--init-token", "--free", "--label", "diwan", "--pin", "1234", "--so-pin", "5678").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	return hardware.Options{Module: module(t), Label: "diwan", PIN: "1234", Vault: vault}, dir
}

func module(t *testing.T) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/*/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so"} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return found[0]
		}
	}
	t.Fatal("softhsm2-util is here, its library is not")
	return ""
}

func opened(t *testing.T, o hardware.Options) *hardware.Token {
	t.Helper()
	k, err := hardware.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.Close)
	return k
}

func TestTokenKeepsKeysAsTheVaultDoes(t *testing.T) {
	o, _ := token(t)
	signtest.Suite(t, func(t *testing.T) sign.Keeper { return opened(t, o) })
}

func TestTokenThatWasAwayIsFoundAgain(t *testing.T) {
	o, dir := token(t)
	k := opened(t, o)
	kept, err := k.Make("moe/moe-1", sign.P256)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := k.Open("moe/moe-1", kept)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("document"))
	if _, err := signer.Sign(rand.Reader, sum[:], crypto.SHA256); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, dir+".away"); err != nil {
		t.Fatal(err)
	}
	k.Close() // pulled out
	for range 2 {
		_, err := signer.Sign(rand.Reader, sum[:], crypto.SHA256)
		if gov.KindOf(err) != gov.Unavailable || gov.PublicOf(err).In(gov.Arabic) == "" {
			t.Errorf("away: %v", err)
		}
	}
	if again, err := k.Open("moe/moe-1", kept); err != nil || again.Public() == nil {
		t.Errorf("the public half is not known while the token is away: %v", err)
	}
	if err := os.Rename(dir+".away", dir); err != nil {
		t.Fatal(err)
	}
	if _, err := signer.Sign(rand.Reader, sum[:], crypto.SHA256); err != nil {
		t.Errorf("back again: %v", err)
	}
}

func TestWrongPINAndModuleAreSaid(t *testing.T) {
	o, _ := token(t)
	bad := o
	bad.PIN = "9999"
	if _, err := opened(t, bad).Make("a", sign.P256); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("wrong PIN: %v", err)
	}
	bad = o
	bad.Label = "another"
	if _, err := opened(t, bad).Make("a", sign.P256); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("no such token: %v", err)
	}
	bad.Module = filepath.Join(t.TempDir(), "none.so")
	if _, err := hardware.Open(bad); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("no module: %v", err)
	}
}
