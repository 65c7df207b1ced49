package message

import (
	"crypto/sha256"
	"math/bits"
)

// Leaf is the leaf of a tree for a link of the chain (RFC 6962 §2.1).
func Leaf(link Sum) Sum {
	return sha256.Sum256(append([]byte{0}, link[:]...))
}

func node(left, right Sum) Sum {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// Root is the Merkle tree hash of leaves (RFC 6962 §2.1).
func Root(leaves []Sum) Sum {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := half(n)
		return node(Root(leaves[:k]), Root(leaves[k:]))
	}
}

// half is the largest power of two below n.
func half(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

// Path is the audit path from leaf i up to the root (RFC 6962 §2.1.1).
func Path(leaves []Sum, i int) []Sum {
	n := len(leaves)
	if n <= 1 {
		return nil
	}
	if k := half(n); i < k {
		return append(Path(leaves[:k], i), Root(leaves[k:]))
	} else {
		return append(Path(leaves[k:], i-k), Root(leaves[:k]))
	}
}

// RootOf is the root that leaf i of n leads to along a path (RFC 9162 §2.1.3.2);
// ok is false when the path cannot be one.
func RootOf(leaf Sum, i, n int, path []Sum) (root Sum, ok bool) {
	if i < 0 || i >= n {
		return root, false
	}
	if n == 1 {
		return leaf, len(path) == 0
	}
	if len(path) == 0 {
		return root, false
	}
	top, rest := path[len(path)-1], path[:len(path)-1]
	if k := half(n); i < k {
		left, ok := RootOf(leaf, i, k, rest)
		return node(left, top), ok
	} else {
		right, ok := RootOf(leaf, i-k, n-k, rest)
		return node(top, right), ok
	}
}
