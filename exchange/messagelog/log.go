// Package messagelog keeps the signed messages of a gateway in a folder of its
// own: appended in order, each linked to the one before by its hash, durable
// before the gateway answers, sealed in batches by a time-stamping authority.
//
// One process writes a folder; any may read it. A segment file is never changed
// once the next is begun. docs/adr/0015 says why these are files.
package messagelog

import (
	"context"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/gov"
)

// Options of a log. Only Clock is needed.
type Options struct {
	Name        string           // of the gateway, for whoever reads the log later
	Clock       func() time.Time // when records are logged
	SegmentSize int64            // bytes after which the next file begins; 0: 64 MiB
	SegmentAge  time.Duration    // time after which it does; 0: a day
	Window      time.Duration    // how long Seen remembers at least; 0: twice message.Skew and a minute
	Seals       Seals            // zero: the log is not sealed

	sync  func(*os.File) error // tests make it fail
	write func(f *os.File, b []byte, at int64) (int, error)
}

// Entry is a message to be logged. Its body is Body, or Spool, or neither: there
// was none, or an agreement leaves bodies out.
type Entry struct {
	Head    *message.Head
	Fixed   *message.Fixed // instead of Head, when it is written already
	Signed  message.Signed
	Cert    *x509.Certificate   // that Signed is made with
	Issuers []*x509.Certificate // of Cert, kept for export; may be empty
	Block   []byte              // the headers whose digest is Head.Headers; nil: not kept
	Body    []byte              // at most 1 MiB; longer ones come in a Spool
	Spool   *Spool              // taken over: the caller may still read what it opened before
	Once    bool                // refuse a replay with Conflict: see Seen
}

// Log is an open log. Its methods may be called by many at once.
type Log struct {
	Folder
	o         Options
	lock      *os.File
	markFile  *os.File
	jobs      chan *job
	done      chan struct{} // closed when the writer has ended
	cut       int64
	sealing   sync.Mutex    // one seal at a time
	enough    chan struct{} // so many records wait that they are sealed early
	stop      context.CancelFunc
	unsealing chan struct{} // closed when sealing has ended
	gate      sync.RWMutex  // over closed; appenders hold it while they hand over
	closed    bool
	spare     []byte // memory that the writer uses again
	room      int64  // how far the segment's file reaches, filled with zeros after end

	mu     sync.RWMutex // over all below; the writer alone changes them
	file   *os.File
	end    place // where the next record goes
	began  time.Time
	index  map[key][]int64 // of the segment that is written
	certs  map[message.Fingerprint]bool
	seen   window
	sealed uint64        // the last record under a seal
	leaves []message.Sum // of the records after it
	oldest time.Time     // when the first of them was logged
	letter uint64        // the last message
	warned error         // why the last sealing failed
	failed error         // once set, nothing more is logged
}

var (
	errClosed = gov.Fail(gov.Unavailable, "سجل الرسائل مغلق", "The message log is closed")
	errFull   = gov.Fail(gov.Unavailable, "لا مساحة تكفي لسجل الرسائل؛ لم تُسجَّل الرسالة", "There is no room left for the message log; the message was not logged")
	errDisk   = gov.Fail(gov.Unavailable, "تعذّرت كتابة سجل الرسائل أو قراءته", "The message log cannot be written or read")
	errSync   = gov.Fail(gov.Unavailable, "لم يؤكد القرص حفظ سجل الرسائل، فتوقّف التسجيل إلى أن تُعاد البوابة", "The disk did not confirm that the message log was kept; logging stops until the gateway is started again")
	errWait   = gov.Fail(gov.Unavailable, "انتهت مهلة تسجيل الرسالة قبل أن تُكتب", "The time to log the message ran out before it was written")
	errBusy   = gov.Fail(gov.Conflict, "سجل الرسائل مفتوح في برنامج آخر", "Another process has this message log open")
	errTwice  = gov.Fail(gov.Conflict, "الرسالة مسجّلة من قبل: أُعيد إرسالها", "This message has been logged before: it is a replay")
	errEntry  = gov.Fail(gov.Invalid, "جسم الرسالة ليس الجسم الموقّع", "The body of the message is not the one that was signed")
	errBlock  = gov.Fail(gov.Invalid, "ترويسات الرسالة ليست الموقّعة", "The headers of the message are not those that were signed")
	errLong   = gov.Fail(gov.Invalid, "جسم الرسالة أطول من أن يُكتب في القيد", "The body of the message is too long to be written in the record")
)

// failure gives an error of the machine its words.
func failure(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return errFull.Because(err)
	case errors.Is(err, fs.ErrNotExist):
		return gov.Fail(gov.NotFound, "لا يوجد سجل رسائل هنا، أو ينقصه ملف", "There is no message log here, or a file of it is missing").Because(err)
	}
	var known *gov.Error
	if errors.As(err, &known) {
		return err
	}
	return errDisk.Because(err)
}

func (o *Options) fill() {
	if o.SegmentSize == 0 {
		o.SegmentSize = 64 << 20
	}
	if o.SegmentAge == 0 {
		o.SegmentAge = 24 * time.Hour
	}
	if o.Window == 0 {
		o.Window = 2*message.Skew + time.Minute
	}
	if o.sync == nil {
		o.sync = syncFile
	}
	if o.write == nil {
		o.write = (*os.File).WriteAt
	}
	o.Seals.fill()
}

// Open opens the log in dir, which is made when it does not exist. A tail that a
// crash tore off, and that was never answered for, is cut; Cut says how much.
// Errors: Conflict when another process has it or it is damaged, Unavailable.
func Open(dir string, o Options) (*Log, error) {
	o.fill()
	for _, d := range []string{dir, filepath.Join(dir, spooling)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, failure(err)
		}
	}
	l := &Log{Folder: Folder{dir}, o: o, jobs: make(chan *job, 4096), done: make(chan struct{}), seen: window{span: o.Window}, enough: make(chan struct{}, 1), unsealing: make(chan struct{})}
	var err error
	if l.lock, err = os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, failure(err)
	}
	if err := lockFile(l.lock); err != nil {
		l.lock.Close()
		return nil, errBusy.Because(err)
	}
	if err := l.recover(); err != nil {
		l.release()
		return nil, err
	}
	go l.work()
	var ctx context.Context
	ctx, l.stop = context.WithCancel(context.Background())
	if o.Seals.Stamp == nil {
		close(l.unsealing)
	} else {
		go l.keepSealing(ctx)
	}
	return l, nil
}

func (l *Log) release() error {
	var err error
	for _, f := range []*os.File{l.file, l.markFile, l.lock} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// Close ends the log after what is being appended. Appending then fails.
func (l *Log) Close() error {
	l.stop()
	<-l.unsealing
	l.gate.Lock()
	if l.closed {
		l.gate.Unlock()
		return nil
	}
	l.closed = true
	close(l.jobs)
	l.gate.Unlock()
	<-l.done
	return failure(errors.Join(l.trim(), l.o.sync(l.markFile), l.release()))
}

// Cut is how many bytes of a torn tail Open removed.
func (l *Log) Cut() int64 { return l.cut }

// Append logs messages and returns once all of them are durable; many callers
// share one sync. The position is that of the last. On an error none of them is
// logged. ctx counts until the writing begins. Errors: Conflict for an entry that
// is logged Once and was seen, Invalid, Unavailable.
func (l *Log) Append(ctx context.Context, entries ...Entry) (Position, error) {
	j := &job{done: make(chan struct{})}
	defer discard(entries)
	for i := range entries {
		e, err := prepare(&entries[i])
		if err != nil {
			return Position{}, err
		}
		j.entries = append(j.entries, e)
	}
	return l.submit(ctx, j)
}

func discard(entries []Entry) {
	for _, e := range entries {
		if e.Spool != nil {
			e.Spool.Discard()
		}
	}
}

func (l *Log) submit(ctx context.Context, j *job) (Position, error) {
	l.gate.RLock()
	err := l.refusal(j)
	if err == nil {
		select {
		case l.jobs <- j:
		case <-ctx.Done():
			err = errWait.Because(ctx.Err())
		}
	}
	l.gate.RUnlock()
	if err != nil {
		return Position{}, err
	}
	<-j.done
	return j.at, j.err
}

func (l *Log) refusal(j *job) error {
	if l.closed {
		return errClosed
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.failed != nil || j.seal != nil {
		return l.failed
	}
	return l.overdue()
}

func prepare(e *Entry) (*entry, error) {
	if e.Fixed == nil {
		f, err := e.Head.Fix()
		if err != nil {
			return nil, err
		}
		e.Fixed = f
	}
	e.Head = e.Fixed.Head
	p := &entry{Entry: e, text: e.Fixed.Text, ids: ids(e.Head), once: once(e.Head), kept: message.KeptNone}
	if len(e.Block) > mostBlock || e.Block != nil && sha512.Sum512(e.Block) != e.Head.Headers {
		return nil, errBlock
	}
	var err error
	if e.Cert == nil || message.FingerprintOf(e.Cert) != e.Signed.Cert {
		return nil, gov.Fail(gov.Invalid, "الرسالة موقّعة بشهادة أخرى", "The message is signed with another certificate")
	}
	switch {
	case e.Spool != nil:
		err = p.fromSpool()
	case len(e.Body) > mostBody:
		err = errLong.Because(fmt.Errorf("%d bytes", len(e.Body)))
	case len(e.Body) > 0:
		p.body, p.kept = e.Body, message.KeptHere
		if int64(len(e.Body)) != e.Head.Size || sha512.Sum512(e.Body) != e.Head.Body {
			err = errEntry
		}
	case e.Head.Size > 0:
		p.kept = message.KeptNot
	}
	return p, err
}
