package message

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// The leaves and roots that Certificate Transparency's implementations are tested with.
func TestTreeIsThatOfRFC6962(t *testing.T) {
	inputs := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var leaves []Sum
	for i, in := range inputs {
		raw, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, sha256.Sum256(append([]byte{0}, raw...)))
		if got := Root(leaves); hex.EncodeToString(got[:]) != roots[i] {
			t.Errorf("root of %d leaves is %x", i+1, got)
		}
	}
}

func TestPathsLeadToTheRootAndNowhereElse(t *testing.T) {
	var leaves []Sum
	for n := 1; n <= 70; n++ {
		leaves = append(leaves, Leaf(Sum{byte(n)}))
		root := Root(leaves)
		for i, leaf := range leaves {
			path := Path(leaves, i)
			if got, ok := RootOf(leaf, i, n, path); !ok || got != root {
				t.Fatalf("leaf %d of %d leads to %x", i, n, got)
			}
			if got, ok := RootOf(leaf, i, n, append(path, Sum{})); ok && got == root {
				t.Fatalf("a longer path of leaf %d of %d was taken", i, n)
			}
			if got, ok := RootOf(Leaf(Sum{99}), i, n, path); ok && got == root {
				t.Fatalf("another leaf was taken for %d of %d", i, n)
			}
			if i > 0 {
				if got, ok := RootOf(leaf, i-1, n, path); ok && got == root {
					t.Fatalf("leaf %d of %d was taken in another place", i, n)
				}
			}
		}
	}
}

func TestRecordOfAMessageComesBack(t *testing.T) {
	in := &Logged{Number: 7, Head: []byte("head"), Signed: Signed{Cert: Fingerprint{1}, Signature: []byte("sig")}, Kept: KeptNot}
	in.At = in.At.AddDate(2025, 0, 0)
	out, err := DecodeLogged(in.Encode())
	if err != nil || out.Number != 7 || string(out.Head) != "head" || string(out.Signed.Signature) != "sig" || out.Kept != KeptNot || !out.At.Equal(in.At) {
		t.Fatalf("%+v %v", out, err)
	}
	if in.Link(Sum{}) != out.Link(Sum{}) || in.Link(Sum{}) == in.Link(Sum{1}) {
		t.Error("the link does not depend on what it should")
	}
	for n := range in.Encode()[:54] {
		if _, err := DecodeLogged(in.Encode()[:n]); err == nil {
			t.Errorf("%d bytes were taken", n)
		}
	}
}
