package messagelog

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"diwan.example/exchange/message"
)

// entry is an Entry made ready outside the writer.
type entry struct {
	*Entry
	text []byte // the head
	ids  []key
	once []trace
	kept message.Kept
	body []byte
	path string // of a spooled file
}

// job is what one caller wants logged: all of it or nothing.
type job struct {
	entries []*entry
	seal    *seal
	at      Position
	err     error
	done    chan struct{}
}

// mostTogether bounds what shares one sync, in bytes of frames.
const mostTogether = 8 << 20

// work is the writer: it gathers what waits, makes it durable together, answers.
func (l *Log) work() {
	defer close(l.done)
	for j := range l.jobs {
		jobs, size := []*job{j}, 0
		for more := true; more && size < mostTogether; {
			select {
			case next, ok := <-l.jobs:
				if more = ok; ok {
					jobs = append(jobs, next)
					for _, e := range next.entries {
						size += len(e.body) + len(e.text)
					}
				}
			default:
				more = false
			}
		}
		l.commit(jobs)
		for _, j := range jobs {
			close(j.done)
		}
	}
}

// batch is what will be written by one write and one sync; the log itself changes
// only once that has succeeded.
type batch struct {
	bytes  []byte
	end    place
	at     time.Time
	leaves []message.Sum
	ids    map[key][]int64
	once   map[trace]bool
	certs  []message.Fingerprint
	files  []string // bodies given their names
	sealed uint64
	letter uint64 // the last message
}

func (l *Log) commit(jobs []*job) {
	now := l.o.Clock()
	err := l.failed
	if err == nil && l.due(now) {
		err = l.rotate(now)
	}
	b := &batch{bytes: l.spare[:0], end: l.end, at: now.Truncate(time.Millisecond), ids: map[key][]int64{}, once: map[trace]bool{}}
	defer l.keep(b)
	if err == nil {
		for _, j := range jobs {
			if j.err = l.admit(j, b); j.err != nil {
				continue
			}
			if err = l.lay(j, b); err != nil {
				break // the disk: nothing of this batch is written
			}
		}
	}
	if err == nil && len(b.bytes) > 0 {
		err = l.make(b)
	}
	if err != nil {
		for _, name := range b.files {
			os.Remove(name)
		}
		for _, j := range jobs {
			if j.err == nil {
				j.err = err
			}
		}
		return
	}
	l.adopt(b)
}

// mostSpare bounds the memory that is kept from one batch to the next.
const mostSpare = 1 << 20

// keep keeps the memory of a batch for the next.
func (l *Log) keep(b *batch) {
	if cap(b.bytes) <= mostSpare {
		l.spare = b.bytes[:0]
	}
}

// admit refuses what is a replay, also of a message in the same batch.
func (l *Log) admit(j *job, b *batch) error {
	var mine []trace
	for _, e := range j.entries {
		for _, m := range e.once {
			if e.Once && (l.known(m) || b.once[m] || slices.Contains(mine, m)) {
				return errTwice
			}
		}
		mine = append(mine, e.once...)
	}
	for _, m := range mine {
		b.once[m] = true
	}
	return nil
}

func (l *Log) known(m trace) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.seen.has(m)
}

// lay puts a job's records into the batch.
func (l *Log) lay(j *job, b *batch) error {
	for _, e := range j.entries {
		for _, c := range append(e.Issuers[:len(e.Issuers):len(e.Issuers)], e.Cert) {
			if f := message.FingerprintOf(c); !l.certs[f] && !slices.Contains(b.certs, f) {
				b.add(kindCert, append(stamp(nil, b.end.number, b.at), c.Raw...), nil)
				b.certs = append(b.certs, f)
			}
		}
		if e.path != "" {
			if err := l.name(e, b); err != nil {
				return err
			}
		}
		at := b.end.offset
		b.letter = b.end.number
		logged := message.Logged{Number: b.end.number, At: b.at, Head: e.text, Signed: e.Signed, Kept: e.kept}
		j.at = Position{logged.Number, b.at}
		b.add(kindLetter, logged.Encode(), together(e.Block, e.body))
		for _, id := range e.ids {
			b.ids[id] = append(b.ids[id], at)
		}
	}
	if j.seal != nil {
		j.at = Position{b.end.number, b.at}
		b.add(kindSeal, j.seal.encode(b.end.number, b.at), nil)
		b.sealed = j.seal.Last()
	}
	return nil
}

// ids are the keys under which a message is found.
func ids(h *message.Head) []key {
	if h.ID == h.RequestID {
		return []key{keyOf(h.ID)}
	}
	return []key{keyOf(h.ID), keyOf(h.RequestID)}
}

func (b *batch) add(kind byte, said, body []byte) {
	f := frame{kind: kind, opens: len(b.bytes) == 0, said: said, body: body, link: message.Link(b.end.before, kind, said)}
	b.bytes = f.append(b.bytes)
	b.end.offset += f.size()
	b.end.number++
	b.end.before = f.link
	b.leaves = append(b.leaves, message.Leaf(f.link))
}

// name moves a spooled body to its place beside the segment.
func (l *Log) name(e *entry, b *batch) error {
	if err := os.MkdirAll(l.bodies(b.end.segment), 0o700); err != nil {
		return failure(err)
	}
	to := l.body(b.end.segment, b.end.number)
	if err := os.Rename(e.path, to); err != nil {
		return failure(err)
	}
	b.files = append(b.files, to)
	return nil
}

// make writes the batch and waits for the disk. A write that fails is taken back;
// a sync that fails leaves nobody knowing what the disk has, and ends the logging.
func (l *Log) make(b *batch) error {
	if len(b.files) > 0 {
		if err := errors.Join(syncDir(l.bodies(b.end.segment)), syncDir(l.dir)); err != nil {
			return failure(err)
		}
	}
	if _, err := l.o.write(l.file, b.bytes, l.end.offset); err != nil {
		if back := l.file.Truncate(l.end.offset); back != nil {
			l.fail(errDisk.Because(errors.Join(err, back)))
		}
		l.room = l.end.offset
		return failure(err)
	}
	l.makeRoom(b.end.offset)
	if err := l.o.sync(l.file); err != nil {
		l.fail(errSync.Because(err))
		return l.failed
	}
	return nil
}

func (l *Log) fail(err error) {
	l.mu.Lock()
	l.failed = err
	l.mu.Unlock()
}

// adopt makes a durable batch part of the log.
func (l *Log) adopt(b *batch) {
	if len(b.bytes) == 0 {
		return
	}
	l.markFile.WriteAt(b.end.encode(), 0) // at worst an older mark stays
	l.mu.Lock()
	defer l.mu.Unlock()
	l.end = b.end
	for k, offsets := range b.ids {
		l.index[k] = append(l.index[k], offsets...)
	}
	for m := range b.once {
		l.seen.add(m, b.at)
	}
	for _, f := range b.certs {
		l.certs[f] = true
	}
	l.grow(b.leaves, b.at)
	l.letter = max(l.letter, b.letter)
	if b.sealed > 0 {
		l.settle(b.sealed)
	}
}

func syncDir(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
