package merkle

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
)

const proofLine = "c2sp.org/tlog-proof@v1"

// Proof shows, without asking anybody, that an entry stands in a log. Its text is
// C2SP's tlog-proof.
type Proof struct {
	Extra      []byte // what helps to compute the entry again; not authenticated: see Opening
	Index      int64
	Hashes     []tlog.Hash
	Checkpoint string // the signed note
}

// Opening says what an entry commits to. It travels as the extra data of a proof,
// with the record itself or without it, when that is at hand anyway.
type Opening struct {
	Domain string `json:"domain"`
	Kind   string `json:"kind"`
	Salt   []byte `json:"salt"`
	Record string `json:"record,omitempty"`
}

// Entry computes the entry; record stands for an Opening without one.
func (o Opening) Entry(record string) Entry {
	if o.Record != "" {
		record = o.Record
	}
	return Commit(o.Domain, o.Salt, o.Kind, []byte(record))
}

// Extra is the opening as a proof carries it.
func (o Opening) Extra() []byte {
	b, err := json.Marshal(o)
	if err != nil {
		panic("merkle: " + err.Error()) // strings and bytes only
	}
	return b
}

var errProof = gov.Fail(gov.Invalid, "هذا ليس إثبات وجود في سجل عام، أو أنه تالف", "This is not a proof from a public log, or it is damaged")

// Opening reads what the extra data says. Errors: Invalid.
func (p Proof) Opening() (o Opening, err error) {
	if err := json.Unmarshal(p.Extra, &o); err != nil || o.Domain == "" || len(o.Salt) != SaltSize {
		return o, errProof
	}
	return o, nil
}

// Text writes the proof. Source: C2SP tlog-proof.
func (p Proof) Text() string {
	var b strings.Builder
	b.WriteString(proofLine + "\n")
	if len(p.Extra) > 0 {
		b.WriteString("extra " + base64.StdEncoding.EncodeToString(p.Extra) + "\n")
	}
	fmt.Fprintf(&b, "index %d\n", p.Index)
	for _, h := range p.Hashes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n" + p.Checkpoint)
	return b.String()
}

// ReadProof reads what Text writes; nothing is verified by that. Errors: Invalid.
func ReadProof(text string) (p Proof, err error) {
	head, signed, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || lines[0] != proofLine || len(text) > 1<<20 {
		return p, errProof
	}
	lines, p.Checkpoint = lines[1:], signed
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		if p.Extra, err = base64.StdEncoding.DecodeString(lines[0][len("extra "):]); err != nil {
			return p, errProof.Because(err)
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") || len(lines) > 65 {
		return p, errProof
	}
	if p.Index, err = decimal(lines[0][len("index "):]); err != nil {
		return p, errProof.Because(err)
	}
	for _, l := range lines[1:] {
		h, err := tlog.ParseHash(l)
		if err != nil {
			return p, errProof.Because(err)
		}
		p.Hashes = append(p.Hashes, h)
	}
	return p, nil
}

var errAbsent = gov.Fail(gov.Conflict, "لا يثبت هذا الإثبات أن القيد في السجل", "This proof does not show that the entry stands in the log")

// Verify checks that entry stands in the log with these keys and returns the
// checkpoint that covers it. Errors: Invalid for what is no proof; Conflict when
// it proves nothing.
func (p Proof) Verify(entry Entry, k Keys) (Checkpoint, error) {
	c, err := Open(p.Checkpoint, k)
	if err != nil {
		return c, err
	}
	if p.Index >= c.Size || tlog.CheckRecord(slices.Clone(p.Hashes), c.Size, c.Root, p.Index, entry.Leaf()) != nil {
		return c, errAbsent
	}
	return c, nil
}
