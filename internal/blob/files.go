package blob

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Files keeps blobs in folders: <dir>/ab/cd/sha256-abcd…, readable by the owner
// only. A blob is written beside its place, synced, renamed and its folder
// synced: after a power cut it is there whole or not at all. Several processes
// may share a folder.
type Files struct {
	dir string
}

// incoming is the folder of uploads that are not finished.
const incoming = "incoming"

// OpenFiles opens the store in dir, which is made when it does not exist. What
// uploads left unfinished more than a day ago is removed. Errors: Unavailable.
func OpenFiles(dir string) (*Files, error) {
	f := &Files{dir: dir}
	if err := os.MkdirAll(filepath.Join(dir, incoming), 0o700); err != nil {
		return nil, failure(err)
	}
	left, err := os.ReadDir(filepath.Join(dir, incoming))
	for _, e := range left {
		if st, err := e.Info(); err == nil && time.Since(st.ModTime()) > 24*time.Hour {
			os.Remove(filepath.Join(dir, incoming, e.Name()))
		}
	}
	return f, failure(err)
}

func (f *Files) path(key string) string {
	return filepath.Join(f.dir, key[len(prefix):len(prefix)+2], key[len(prefix)+2:len(prefix)+4], key)
}

// Put implements Store.
func (f *Files) Put(ctx context.Context, r io.Reader, limit int64) (Info, error) {
	tmp, err := os.CreateTemp(filepath.Join(f.dir, incoming), "*")
	if err != nil {
		return Info{}, failure(err)
	}
	defer os.Remove(tmp.Name()) // fails once it is renamed
	defer tmp.Close()
	in := newIntake(reading(ctx, r), limit)
	if _, err := io.Copy(tmp, in); err != nil {
		return Info{}, failure(err)
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return Info{}, failure(err)
	}
	return in.info(), failure(f.place(tmp.Name(), f.path(in.info().Key)))
}

// place moves a finished file to its name, durably.
func (f *Files) place(from, to string) error {
	inner := filepath.Dir(to)
	if err := os.MkdirAll(inner, 0o700); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil { // over the same content, when it is there
		return err
	}
	return errors.Join(syncDir(inner), syncDir(filepath.Dir(inner)), syncDir(f.dir))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Get implements Store.
func (f *Files) Get(_ context.Context, key string) (io.ReadCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	file, err := os.Open(f.path(key))
	return file, absent(err)
}

// Stat implements Store.
func (f *Files) Stat(_ context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	st, err := os.Stat(f.path(key))
	if err != nil {
		return Info{}, absent(err)
	}
	return Info{Key: key, Size: st.Size()}, nil
}

// Delete implements Store.
func (f *Files) Delete(_ context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := os.Remove(f.path(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return failure(errors.Join(err, syncDir(filepath.Dir(f.path(key)))))
}

// Each implements Store.
func (f *Files) Each(ctx context.Context, fn func(Info) error) error {
	return filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && errors.Is(err, fs.ErrNotExist):
			return nil // deleted meanwhile
		case err != nil:
			return failure(err)
		case d.IsDir() && d.Name() == incoming:
			return fs.SkipDir
		case d.IsDir() || checkKey(d.Name()) != nil:
			return ctx.Err()
		}
		st, err := d.Info()
		if err != nil {
			return nil // deleted meanwhile
		}
		return fn(Info{Key: d.Name(), Size: st.Size()})
	})
}

// Health implements Store: it writes and removes a small file.
func (f *Files) Health(context.Context) error {
	tmp, err := os.CreateTemp(filepath.Join(f.dir, incoming), "health-*")
	if err != nil {
		return failure(err)
	}
	_, err = io.Copy(tmp, strings.NewReader("health"))
	return failure(errors.Join(err, tmp.Sync(), tmp.Close(), os.Remove(tmp.Name())))
}

func absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errMissing
	}
	return failure(err)
}

// reading makes r end when ctx does.
func reading(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	})
}

type readerFunc func([]byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
