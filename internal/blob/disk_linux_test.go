package blob_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/need"
)

// smallDisk mounts a file system of its own; that needs root.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		need.Without(t, "no small file system can be mounted here ("+err.Error()+"): a full and a read-only disk are not tested")
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestDiskFull(t *testing.T) {
	dir := smallDisk(t)
	s := files(t, dir)
	small, err := s.Put(t.Context(), strings.NewReader("small"), 100)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Put(t.Context(), strings.NewReader(strings.Repeat("x", 1<<20)), 1<<30)
	if gov.KindOf(err) != gov.Unavailable || !strings.Contains(gov.PublicOf(err)[gov.English], "full") {
		t.Errorf("%v", err)
	}
	r, err := s.Get(t.Context(), small.Key)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); err != nil || string(b) != "small" {
		t.Errorf("what was stored before is %q, %v", b, err)
	}
	left, err := os.ReadDir(filepath.Join(dir, "incoming"))
	if err != nil || len(left) != 0 {
		t.Errorf("unfinished uploads stay: %v %v", left, err)
	}
	if _, err := s.Put(t.Context(), strings.NewReader("there is room again"), 100); err != nil {
		t.Error(err)
	}
}

func TestDiskReadOnly(t *testing.T) {
	dir := smallDisk(t)
	s := files(t, dir)
	kept, err := s.Put(t.Context(), strings.NewReader("kept"), 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		need.Without(t, "a disk cannot be made read-only here: "+err.Error())
	}
	_, err = s.Put(t.Context(), strings.NewReader("late"), 100)
	for what, err := range map[string]error{"put": err, "health": s.Health(t.Context()), "delete": s.Delete(t.Context(), kept.Key)} {
		if gov.KindOf(err) != gov.Unavailable || !strings.Contains(gov.PublicOf(err)[gov.English], "read-only") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := s.Stat(t.Context(), kept.Key); err != nil {
		t.Error(err)
	}
}
