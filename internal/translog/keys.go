package translog

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// keys are the opened secrets of a log.
type keys struct {
	sealed  string
	signers merkle.Signers
	vkey    string
	clock   string
	secret  []byte // from which the salts of a log over a source are made
}

// bound is the name under which the secrets of a log are sealed.
func (l *Log) bound(origin string) string { return "translog " + string(l.o.Name) + " " + origin }

// makeKeys makes the secrets of a new log: the seed of the log's key, of its
// clock's, and the secret for salts.
func (l *Log) makeKeys() (*keys, error) {
	seeds := make([]byte, 3*ed25519.SeedSize)
	rand.Read(seeds)
	k, err := readKeys(l.o.Origin, seeds)
	if err != nil {
		return nil, err
	}
	k.sealed = l.o.Vault.SealBytes(l.bound(l.o.Origin), seeds)
	return k, nil
}

func readKeys(origin string, seeds []byte) (k *keys, err error) {
	k = &keys{}
	if len(seeds) != 3*ed25519.SeedSize {
		return nil, gov.Fail(gov.Unavailable, "مفتاح السجل العام تالف", "The key of the public log is damaged")
	}
	if k.signers.Log, k.vkey, err = merkle.NewLogKey(origin, seeds[:32]); err != nil {
		return nil, err
	}
	if k.signers.Clock, err = merkle.NewCosigner(origin+"/clock", seeds[32:64]); err != nil {
		return nil, err
	}
	k.clock, k.secret = k.signers.Clock.VKey(), seeds[64:]
	return k, nil
}

// opened returns the secrets of the log whose head is h.
func (l *Log) opened(h head) (*keys, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys != nil && l.keys.sealed == h.sealed {
		return l.keys, nil
	}
	seeds, err := l.o.Vault.OpenBytes(l.bound(h.origin), h.sealed)
	if err != nil {
		return nil, err
	}
	k, err := readKeys(h.origin, seeds)
	if err != nil {
		return nil, err
	}
	k.sealed, l.keys = h.sealed, k
	return k, nil
}

// Open makes the log when it is not there yet: its keys and its first, empty
// checkpoint. Two nodes may call it at once.
func (l *Log) Open(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	there := false
	err := l.o.DB.Read(ctx, func(tx *db.Tx) (err error) { _, there, err = headOf(tx, l.id); return err })
	if err != nil || there {
		return err
	}
	k, err := l.makeKeys()
	if err != nil {
		return err
	}
	h := head{name: string(l.o.Name), origin: l.o.Origin, vkey: k.vkey, clock: k.clock, sealed: k.sealed, root: tlog.Hash(sha256.Sum256(nil)), signed: l.o.DB.Now()}
	if h.note, err = k.signers.Sign(0, h.root, h.signed); err != nil {
		return err
	}
	return l.o.DB.Write(ctx, func(tx *db.Tx) error { return insertHead(tx, l.id, h) })
}

// Keys are the public keys of the log. Errors: NotFound before Open.
func (l *Log) Keys(tx *db.Tx) (merkle.Keys, error) {
	h, ok, err := headOf(tx, l.id)
	if err == nil && !ok {
		err = errNoLog
	}
	k := merkle.Keys{Log: h.vkey, Clock: h.clock}
	for _, w := range l.o.Witnesses {
		k.Witnesses = append(k.Witnesses, w.Key)
	}
	return k, err
}

// Secret is what the salts of a log over a source are made of; for audits.
func (l *Log) Secret(tx *db.Tx) ([]byte, error) {
	h, ok, err := headOf(tx, l.id)
	if err == nil && !ok {
		err = errNoLog
	}
	if err != nil {
		return nil, err
	}
	k, err := l.opened(h)
	if err != nil {
		return nil, err
	}
	return k.secret, nil
}

// Reseal encrypts the log's secrets with the vault's first secret.
func (l *Log) Reseal(tx *db.Tx) error {
	h, ok, err := headOf(tx, l.id)
	if err != nil || !ok {
		return err
	}
	fresh, changed, err := l.o.Vault.ResealBytes(l.bound(h.origin), h.sealed)
	if err != nil || !changed {
		return err
	}
	return resealHead(tx, l.id, fresh)
}

var errNoLog = gov.Fail(gov.NotFound, "لم يُفتح السجل العام بعد", "The public log has not been opened yet")

// ReadWitness reads "URL KEY", as it is configured. Errors: Invalid.
func ReadWitness(s string) (w Witness, err error) {
	f := strings.Fields(s)
	if len(f) != 2 || !strings.HasPrefix(f[0], "http") {
		return w, gov.Fail(gov.Invalid, "اكتب عنوان الشاهد ثم مفتاحه بينهما مسافة", "Write the address of the witness, a space, and its key")
	}
	w = Witness{URL: strings.TrimRight(f[0], "/"), Key: f[1]}
	_, err = merkle.WitnessName(w.Key)
	return w, err
}

// encoded is a hash for people.
func encoded(h tlog.Hash) string { return base64.StdEncoding.EncodeToString(h[:]) }
