package need

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// witness is a test that notes how it ended.
type witness struct {
	testing.TB
	skipped, failed string
}

func (w *witness) Helper()        {}
func (w *witness) Name() string   { return "TestOfSomething" }
func (w *witness) Skip(a ...any)  { w.skipped, _ = a[0].(string) }
func (w *witness) Fatal(a ...any) { w.failed, _ = a[0].(string) }

func TestWhatIsMissingIsNeverSilent(t *testing.T) {
	left := filepath.Join(t.TempDir(), "left")
	t.Setenv(Left, left)
	t.Setenv(All, "")
	w := &witness{TB: t}
	Tool(w, "no-such-program", "nowhere")
	b, err := os.ReadFile(left)
	if err != nil || w.failed != "" || w.skipped == "" || !strings.Contains(string(b), "TestOfSomething: no-such-program is not installed (nowhere)") {
		t.Errorf("skipped %q, failed %q, noted %q, %v", w.skipped, w.failed, b, err)
	}
	t.Setenv(All, "1")
	if Setting(w, "NO_SUCH_SETTING", "tried"); !strings.Contains(w.failed, "NO_SUCH_SETTING is not set: tried") {
		t.Errorf("failed %q", w.failed)
	}
	if w.failed = ""; File(w, left, "written above") != left || w.failed != "" {
		t.Error("a file that exists was not found")
	}
}
