package messagelog

import (
	"errors"
	"os"
	"time"
)

// Remove removes the segments whose records were all logged before until and are
// under seals that cover nothing later, with their bodies, oldest first. The caller
// has archived them. What is still needed to prove a later record stays. It returns
// how many it removed; none is no error. The log may be open. Errors: Conflict when
// it is damaged, Unavailable.
func (f Folder) Remove(until time.Time) (int, error) {
	segments, err := f.segments()
	if err != nil || len(segments) < 2 {
		return 0, err
	}
	kept := 0
	var sealed uint64
	for i, first := range segments {
		s, err := f.startOf(first)
		if err != nil {
			return 0, err
		}
		if i > 0 && s.at.After(until) {
			break
		}
		kept, sealed = i, s.sealed
	}
	removed := 0
	for i := 0; i < kept && segments[i+1] <= sealed+1; i++ {
		if err := f.removeSegment(segments[i]); err != nil {
			return removed, failure(err)
		}
		removed++
	}
	return removed, nil
}

// removeSegment removes the segment itself first: what is left of a crash between
// is a file that nobody reads.
func (f Folder) removeSegment(first uint64) error {
	if err := errors.Join(os.Remove(f.segment(first)), syncDir(f.dir)); err != nil {
		return err
	}
	if err := os.Remove(f.index(first)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.RemoveAll(f.bodies(first))
}
