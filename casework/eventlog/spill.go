package eventlog

import (
	"bufio"
	"io"
	"os"
	"strconv"
)

// spill keeps events in a temporary file until all objects are written: OCEL
// wants the two lists apart, and a nation's events do not fit into memory. The
// file holds pseudonyms only and has no name any more while it is used, where the
// system allows that; it is gone with the process in any case.
type spill struct {
	file *os.File
	w    *bufio.Writer
	n    int
}

func (s *spill) open() (err error) {
	if s.file, err = os.CreateTemp("", "diwan-events-"); err != nil {
		return err
	}
	os.Remove(s.file.Name())
	s.w = bufio.NewWriterSize(s.file, 64<<10)
	return nil
}

func (s *spill) add(b []byte) error {
	if s.n++; s.n > 1 {
		s.w.WriteString(",\n")
	}
	_, err := s.w.Write(b)
	return err
}

// copyTo writes what was kept to w, and forgets it.
func (s *spill) copyTo(w io.Writer) error {
	defer s.file.Close()
	if err := s.w.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.file)
	return err
}

func itoa(n int) string { return strconv.Itoa(n) }
