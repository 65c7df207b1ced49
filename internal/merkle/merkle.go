// Package merkle reads, makes and checks what a public Merkle log shows to the
// world, in the formats of C2SP (tlog-checkpoint, tlog-tiles, tlog-cosignature,
// tlog-proof, tlog-witness): signed checkpoints, tiles of hashes, proofs, and the
// outsiders who watch a log: monitors and witnesses. It keeps nothing and needs no
// database; the log itself is internal/translog.
package merkle

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
)

// SaltSize is how many random bytes hide what an entry commits to.
const SaltSize = 16

// EntrySize is the length of every entry of our logs: a SHA-256.
const EntrySize = sha256.Size

// Entry is what stands in a log: a salted commitment. Nobody can guess what it
// commits to; whoever is given salt, kind and record can compute it again.
type Entry [EntrySize]byte

// Commit makes the entry for a record: SHA-256(domain ‖ 0 ‖ salt ‖ kind ‖ 0 ‖ record).
// domain says what kind of thing it is, such as "diwan document". The salt has
// SaltSize bytes.
func Commit(domain string, salt []byte, kind string, record []byte) Entry {
	h := sha256.New()
	h.Write([]byte(domain + "\x00"))
	h.Write(salt)
	h.Write([]byte(kind + "\x00"))
	h.Write(record)
	return Entry(h.Sum(nil))
}

// Leaf is the hash that stands in the tree for an entry.
func (e Entry) Leaf() tlog.Hash { return tlog.RecordHash(e[:]) }

// Checkpoint is a signed statement of a log: how many entries it has, and the
// root hash over all of them.
type Checkpoint struct {
	Origin string // the log's name, such as "diwan.example/log/documents"
	Size   int64
	Root   tlog.Hash
	Note   string    // the whole signed note
	Time   time.Time // when the log's own clock key said so; zero: it did not

	Cosigned []Cosignature // by the witnesses that were asked for
}

// Cosignature says that a witness saw a checkpoint, and when.
type Cosignature struct {
	Witness string
	At      time.Time
}

// Body is the text of a checkpoint that is signed. Source: C2SP tlog-checkpoint.
func Body(origin string, size int64, root tlog.Hash) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
}

// ReadBody reads what Body writes; extension lines are passed over.
func ReadBody(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return c, errCheckpoint
	}
	c.Origin = lines[0]
	if c.Size, err = decimal(lines[1]); err != nil {
		return c, errCheckpoint.Because(err)
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(raw) != tlog.HashSize {
		return c, errCheckpoint
	}
	c.Root = tlog.Hash(raw)
	if c.Size == 0 && c.Root != tlog.Hash(sha256.Sum256(nil)) {
		return c, errCheckpoint
	}
	return c, nil
}

// decimal reads a whole number as C2SP writes it: no sign, no leading zero.
func decimal(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != s {
		return 0, errors.New("merkle: not a number: " + strconv.Quote(s))
	}
	return n, nil
}

var (
	errCheckpoint = gov.Fail(gov.Invalid, "هذه ليست نقطة تحقق لسجل عام، أو أنها تالفة", "This is not a checkpoint of a public log, or it is damaged")
	errSigned     = gov.Fail(gov.Conflict, "نقطة التحقق غير موقّعة بمفتاح هذا السجل", "The checkpoint is not signed with the key of this log")
	errKeys       = gov.Fail(gov.Invalid, "مفتاح السجل غير مقروء", "The key of the log cannot be read")
)

// Keys are the public keys by which a log is known.
type Keys struct {
	Log       string   // the verifier key ("vkey") of the log
	Clock     string   // of its clock, which says when a checkpoint was the latest; may be empty
	Witnesses []string // of witnesses whose word counts
}

// ReadKeys reads keys as a log publishes them: a line each, first the log's.
func ReadKeys(text string) (k Keys, err error) {
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); {
		case line == "" || strings.HasPrefix(line, "#"):
		case k.Log == "":
			k.Log = line
		case k.Clock == "":
			k.Clock = line
		default:
			k.Witnesses = append(k.Witnesses, line)
		}
	}
	_, _, err = k.verifiers()
	return k, err
}

// Origin is the name of the log.
func (k Keys) Origin() string {
	name, _, _ := strings.Cut(k.Log, "+")
	return name
}

// verifiers are the log's and the cosigners', which are in the order of the keys.
func (k Keys) verifiers() (log note.Verifier, others []*cosignerKey, err error) {
	if log, err = note.NewVerifier(k.Log); err != nil {
		return nil, nil, errKeys.Because(err)
	}
	for _, key := range append([]string{k.Clock}, k.Witnesses...) {
		if key == "" {
			continue
		}
		v, err := readCosigner(key)
		if err != nil {
			return nil, nil, err
		}
		others = append(others, v)
	}
	return log, others, nil
}

// Open checks a signed checkpoint against the keys of a log. Errors: Invalid for
// what is no checkpoint; Conflict when the log did not sign it.
func Open(signed string, k Keys) (c Checkpoint, err error) {
	log, others, err := k.verifiers()
	if err != nil {
		return c, err
	}
	known := []note.Verifier{log}
	for _, v := range others {
		known = append(known, v)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(known...))
	if err != nil {
		var none *note.UnverifiedNoteError
		var bad *note.InvalidSignatureError
		if errors.As(err, &none) || errors.As(err, &bad) {
			return c, errSigned.Because(err)
		}
		return c, errCheckpoint.Because(err)
	}
	if c, err = ReadBody(n.Text); err != nil {
		return c, err
	}
	c.Note = signed
	ours := false
	for _, s := range n.Sigs {
		if s.Name == log.Name() && s.Hash == log.KeyHash() {
			ours = true
			continue
		}
		c.cosigned(s, k)
	}
	if !ours || c.Origin != log.Name() {
		return c, errSigned
	}
	return c, nil
}

// cosigned enters a cosignature that has been verified.
func (c *Checkpoint) cosigned(s note.Signature, k Keys) {
	raw, err := base64.StdEncoding.DecodeString(s.Base64)
	if err != nil || len(raw) < 12 {
		return
	}
	at := cosignedAt(raw[4:])
	if clock, err := readCosigner(k.Clock); err == nil && clock.Name() == s.Name && clock.KeyHash() == s.Hash {
		c.Time = at
		return
	}
	c.Cosigned = append(c.Cosigned, Cosignature{s.Name, at})
}

// Signers are the private keys of a log.
type Signers struct {
	Log   note.Signer
	Clock *Cosigner
}

// Sign makes the signed checkpoint of a log at a moment.
func (s Signers) Sign(size int64, root tlog.Hash, at time.Time) (string, error) {
	n := &note.Note{Text: Body(s.Log.Name(), size, root)}
	all := []note.Signer{s.Log}
	if s.Clock != nil {
		all = append(all, s.Clock.at(at))
	}
	out, err := note.Sign(n, all...)
	return string(out), err
}

// Text is the part of a signed note that is signed.
func Text(signed string) string {
	i := strings.LastIndex(signed, "\n\n")
	return signed[:max(i+1, 0)]
}

// WithLines appends signature lines to a signed note, each once.
func WithLines(signed string, lines ...string) string {
	var b strings.Builder
	b.WriteString(signed)
	for _, l := range lines {
		if l != "" && !strings.Contains(signed, strings.TrimSpace(l)) {
			b.WriteString(strings.TrimSpace(l) + "\n")
		}
	}
	return b.String()
}

// sameRoot compares two checkpoints of one size.
func (c Checkpoint) sameRoot(o Checkpoint) bool {
	return cmp.Compare(c.Size, o.Size) == 0 && bytes.Equal(c.Root[:], o.Root[:])
}
