package merkle

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// cosignatureType is the type of Ed25519 cosignatures. Source: C2SP tlog-cosignature.
const cosignatureType = 4

// Cosigner holds a private key that states, with the time, that a checkpoint is
// the latest it saw: a witness, or the clock of a log.
type Cosigner struct {
	name string
	key  ed25519.PrivateKey
	when time.Time
}

// NewCosigner makes a cosigner of a seed of 32 bytes. The name has neither space
// nor plus.
func NewCosigner(name string, seed []byte) (*Cosigner, error) {
	if len(seed) != ed25519.SeedSize || !properName(name) {
		return nil, errKeys
	}
	return &Cosigner{name: name, key: ed25519.NewKeyFromSeed(seed)}, nil
}

// NewLogKey makes the signer of a log's checkpoints and its public key.
func NewLogKey(name string, seed []byte) (s note.Signer, vkey string, err error) {
	if len(seed) != ed25519.SeedSize || !properName(name) {
		return nil, "", errKeys
	}
	key := ed25519.NewKeyFromSeed(seed)
	if vkey, err = note.NewEd25519VerifierKey(name, key.Public().(ed25519.PublicKey)); err != nil {
		return nil, "", err
	}
	hash := strings.Split(vkey, "+")[1]
	s, err = note.NewSigner("PRIVATE+KEY+" + name + "+" + hash + "+" + base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)))
	return s, vkey, err
}

func properName(name string) bool { return name != "" && !strings.ContainsAny(name, " +\n\t\u00a0") }

// at is the same cosigner at a moment.
func (c *Cosigner) at(t time.Time) *Cosigner { return &Cosigner{c.name, c.key, t} }

// Name implements note.Signer.
func (c *Cosigner) Name() string { return c.name }

// KeyHash implements note.Signer.
func (c *Cosigner) KeyHash() uint32 { return cosignerHash(c.name, c.public()) }

// Sign implements note.Signer.
func (c *Cosigner) Sign(msg []byte) ([]byte, error) {
	stamp := uint64(max(c.when.Unix(), 0))
	sig := ed25519.Sign(c.key, cosignedMessage(stamp, msg))
	return append(binary.BigEndian.AppendUint64(nil, stamp), sig...), nil
}

// VKey is the public key by which others verify this cosigner.
func (c *Cosigner) VKey() string {
	pub := append([]byte{cosignatureType}, c.public()...)
	return fmt.Sprintf("%s+%08x+%s", c.name, c.KeyHash(), base64.StdEncoding.EncodeToString(pub))
}

// Line is the signature line of this cosigner for the text of a checkpoint.
func (c *Cosigner) Line(text string, at time.Time) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, c.at(at))
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(string(signed), text+"\n"), nil
}

func (c *Cosigner) public() ed25519.PublicKey { return c.key.Public().(ed25519.PublicKey) }

func cosignedMessage(stamp uint64, body []byte) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", stamp), body...)
}

func cosignedAt(sig []byte) time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(sig)&(1<<62-1)), 0).UTC()
}

func cosignerHash(name string, pub ed25519.PublicKey) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n\x04"), pub...))
	return binary.BigEndian.Uint32(sum[:])
}

// cosignerKey is the public half: a note.Verifier.
type cosignerKey struct {
	name string
	pub  ed25519.PublicKey
}

func readCosigner(vkey string) (*cosignerKey, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 || !properName(parts[0]) {
		return nil, errKeys
	}
	raw, err1 := base64.StdEncoding.DecodeString(parts[2])
	hash, err2 := hex.DecodeString(parts[1])
	if err := errors.Join(err1, err2); err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != cosignatureType || len(hash) != 4 {
		return nil, errKeys.Because(err)
	}
	k := &cosignerKey{parts[0], ed25519.PublicKey(raw[1:])}
	if k.KeyHash() != binary.BigEndian.Uint32(hash) {
		return nil, errKeys
	}
	return k, nil
}

func (k *cosignerKey) Name() string    { return k.name }
func (k *cosignerKey) KeyHash() uint32 { return cosignerHash(k.name, k.pub) }

func (k *cosignerKey) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize || sig[0]&0x80 != 0 {
		return false
	}
	return ed25519.Verify(k.pub, cosignedMessage(binary.BigEndian.Uint64(sig), msg), sig[8:])
}

// LineOf returns the first signature line in answer that witness made for the
// text of a checkpoint; ok is false when there is none.
func LineOf(text, answer, witness string) (line string, ok bool) {
	key, err := readCosigner(witness)
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(answer) {
		n, err := note.Open([]byte(text+"\n"+strings.TrimRight(line, "\n")+"\n"), note.VerifierList(key))
		if err == nil && len(n.Sigs) == 1 {
			return strings.TrimRight(line, "\n"), true
		}
	}
	return "", false
}

// WitnessName is the name in a witness's public key. Errors: Invalid.
func WitnessName(vkey string) (string, error) {
	k, err := readCosigner(vkey)
	if err != nil {
		return "", err
	}
	return k.name, nil
}
