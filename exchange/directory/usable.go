package directory

import (
	"fmt"
	"time"

	"diwan.example/gov"
)

// Skew is how far two clocks may be apart.
const Skew = 5 * time.Minute

// errEmpty is said before the centre was ever reached.
var errEmpty = gov.Fail(gov.Unavailable, "لا دليل لدى البوابة بعد: لم تصل إلى المركز قط", "The gateway has no directory yet: it has never reached the centre")

// Usable reports in words why nobody can work by s at now: it is missing, it has
// expired, or it comes from the future, which means that a clock is wrong.
// Errors: Unavailable.
func (s *Snapshot) Usable(now time.Time) error { return s.Directory.usable(now) }

func (d *Directory) usable(now time.Time) error {
	switch {
	case d.Version == 0:
		return errEmpty
	case d.Issued.After(now.Add(Skew)):
		return gov.Fail(gov.Unavailable,
			fmt.Sprintf("صدر الدليل في %s، وساعة البوابة تقول %s: اضبط ساعة البوابة أو ساعة المركز", aside(stamp(d.Issued)), aside(stamp(now))),
			fmt.Sprintf("The directory was issued at %s but the gateway's clock says %s: set the clock of the gateway or of the centre", stamp(d.Issued), stamp(now)))
	case !now.Before(d.Expires):
		return gov.Fail(gov.Unavailable,
			fmt.Sprintf("انتهت صلاحية الدليل رقم %d في %s، ولم تصل البوابة إلى المركز لتجديده (ساعة البوابة %s)", d.Version, aside(stamp(d.Expires)), aside(stamp(now))),
			fmt.Sprintf("Directory %d expired at %s and the gateway has not reached the centre for a newer one (the gateway's clock says %s)", d.Version, stamp(d.Expires), stamp(now)))
	}
	return nil
}

// stamp writes a moment as every place reads it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05Z") }

// aside keeps what is written from left to right together within Arabic words.
func aside(s string) string { return "\u2066" + s + "\u2069" }
