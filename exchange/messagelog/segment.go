package messagelog

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"diwan.example/exchange/message"
	"diwan.example/gov"
)

// Folder is a log that is only read, also while a gateway writes it.
type Folder struct{ dir string }

// In is the log in dir.
func In(dir string) Folder { return Folder{dir} }

const ending = ".log"

func (f Folder) segment(first uint64) string {
	return filepath.Join(f.dir, fmt.Sprintf("%016d", first)+ending)
}
func (f Folder) index(first uint64) string {
	return filepath.Join(f.dir, fmt.Sprintf("%016d.idx", first))
}
func (f Folder) bodies(first uint64) string {
	return filepath.Join(f.dir, fmt.Sprintf("%016d.bodies", first))
}
func (f Folder) body(first, number uint64) string {
	return filepath.Join(f.bodies(first), fmt.Sprintf("%016d", number))
}

// segments are the first numbers of all segments, in order.
func (f Folder) segments() (out []uint64, err error) {
	list, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, failure(err)
	}
	for _, e := range list {
		name, ok := strings.CutSuffix(e.Name(), ending)
		if n, err := strconv.ParseUint(name, 10, 64); ok && err == nil && len(name) == 16 {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

// place is where a frame stands: segment, offset, and the link before it.
type place struct {
	segment uint64
	offset  int64
	number  uint64
	before  message.Sum
}

// walk reads a segment from its beginning and checks that frames are whole,
// numbered and linked, up to its end or to zeros and nothing else. It returns where the next frame would stand; err is an
// errDamage when what stands there is no frame, or do's.
func (f Folder) walk(first uint64, do func(*frame, place) error) (end place, err error) {
	end = place{segment: first, number: first}
	file, err := os.Open(f.segment(first))
	if err != nil {
		return end, failure(err)
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 256<<10)
	for {
		fr, err := readFrame(r)
		if err == io.EOF {
			return end, nil
		}
		if err == errFrame && f.padded(first, file, end.offset) {
			return end, nil
		}
		if err == errFrame {
			return end, damage(end, err)
		}
		if err != nil {
			return end, failure(err)
		}
		if err := end.check(fr); err != nil {
			return end, damage(end, err)
		}
		if do != nil {
			if err := do(fr, end); err != nil {
				return end, err
			}
		}
		end = place{first, end.offset + fr.size(), end.number + 1, fr.link}
	}
}

// check compares a frame with its place in the chain. The first frame of a segment
// brings the link before it along; Verify compares it with the segment before.
func (p *place) check(f *frame) error {
	number, _, _, ok := stamped(f.said)
	if !ok || number != p.number {
		return fmt.Errorf("its number is %d", number)
	}
	if (p.offset == 0) != (f.kind == kindStart) {
		return fmt.Errorf("a record of kind %q", f.kind)
	}
	if f.kind == kindStart {
		s, ok := decodeStart(f.said)
		if !ok {
			return errFrame
		}
		p.before = s.before
	}
	if message.Link(p.before, f.kind, f.said) != f.link {
		return fmt.Errorf("its link does not follow from the record before")
	}
	return nil
}

// Damage is an error that says where a log is not what was written. Its kind is
// Conflict.
type Damage struct {
	Segment uint64 // its first number
	Offset  int64
	Number  uint64 // of the record that should stand there
	failure *gov.Error
}

func (d *Damage) Error() string { return d.failure.Error() }

// Unwrap gives the failure with its kind and words.
func (d *Damage) Unwrap() error { return d.failure }

func damage(p place, why error) error {
	return &Damage{p.segment, p.offset, p.number, gov.Fail(gov.Conflict,
		fmt.Sprintf("سجل الرسائل تالف: القيد %d في الملف %016d.log عند البايت %d ليس كما كُتب", p.number, p.segment, p.offset),
		fmt.Sprintf("The message log is damaged: record %d in file %016d.log at byte %d is not as it was written", p.number, p.segment, p.offset)).Because(why)}
}

// tailFrom reads a segment's bytes from an offset, to look for later writes.
func (f Folder) tailFrom(first uint64, offset int64) ([]byte, error) {
	file, err := os.Open(f.segment(first))
	if err != nil {
		return nil, failure(err)
	}
	defer file.Close()
	st, err := file.Stat()
	if err != nil {
		return nil, failure(err)
	}
	b := make([]byte, max(0, st.Size()-offset))
	_, err = file.ReadAt(b, offset)
	return b, failure(err)
}
