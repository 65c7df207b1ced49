// Package asice writes and checks ASiC-E containers (ETSI EN 319 162-1): a ZIP file
// of what was signed, the signatures and the timestamps. It writes messages of the
// exchange with the signatures they travelled with, and checks containers of others
// as well: CAdES, XAdES, and the hash chains that X-Road puts around both. What it
// finds it says in words, also what it could not check.
package asice

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"diwan.example/gov"
)

const (
	mimeFile = "mimetype"
	mimeType = "application/vnd.etsi.asic-e+zip"
	meta     = "META-INF/"
)

// The bounds of a container.
const (
	mostFiles = 2000
	mostMeta  = 4 << 20 // bytes of a file that is read whole
	mostBytes = 2 << 30 // of everything, as it is unpacked
)

// box is an opened container; nothing in it is believed.
type box struct {
	files map[string]*zip.File
	names []string // in order, without folders
	left  int64    // bytes that may still be unpacked
	sums  map[string][]byte
}

var errZip = gov.Fail(gov.Invalid, "ليس الملف حاوية ASiC-E يمكن قراءتها", "The file is not an ASiC-E container that can be read")

// open reads the directory of a container. What could mean one thing to us and
// another to somebody else is refused: two files of one name, paths that lead
// elsewhere, links. Errors: Invalid.
func open(r io.ReaderAt, size int64) (*box, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, errZip.Because(err)
	}
	if len(z.File) > mostFiles {
		return nil, refuse("فيها ملفات أكثر من المسموح", "it has more files than are allowed", "")
	}
	b := &box{files: map[string]*zip.File{}, left: mostBytes, sums: map[string][]byte{}}
	folded := map[string]bool{}
	for _, f := range z.File {
		if err := plainEntry(f); err != nil {
			return nil, err
		}
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if low := strings.ToLower(f.Name); folded[low] {
			return nil, refuse("فيها ملفان بالاسم نفسه", "it has two files of one name", f.Name)
		} else {
			folded[low] = true
		}
		b.files[f.Name] = f
		b.names = append(b.names, f.Name)
	}
	return b, nil
}

func refuse(ar, en, name string) error {
	return gov.Fail(gov.Invalid, "رُفضت الحاوية: "+ar, "The container was refused: "+en).Because(fmt.Errorf("%.100q", name))
}

func plainEntry(f *zip.File) error {
	name := strings.TrimSuffix(f.Name, "/")
	switch {
	case name == "" || len(name) > 500 || strings.ContainsAny(name, "\\\x00") || !fs.ValidPath(name):
		return refuse("فيها مسار لا يبقى داخلها", "a path in it leads out of it", f.Name)
	case f.Mode()&fs.ModeType != 0 && !f.Mode().IsDir():
		return refuse("فيها رابط أو ملف خاص", "it holds a link or a special file", f.Name)
	case f.Flags&1 != 0:
		return refuse("فيها ملف معمّى", "a file in it is encrypted", f.Name)
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return refuse("فيها ضغط غير معروف", "it is compressed in an unknown way", f.Name)
	}
	return nil
}

var errBomb = gov.Fail(gov.Invalid, "رُفضت الحاوية: محتواها بعد فك الضغط أكبر من المسموح", "The container was refused: unpacked it is larger than is allowed")

// counted stops at the bound of the whole container, whatever its directory says.
type counted struct {
	r io.Reader
	b *box
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.b.left -= int64(n); c.b.left < 0 {
		return n, errBomb
	}
	return n, err
}

// open reads one file.
func (b *box) open(name string) (io.ReadCloser, error) {
	f, ok := b.files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	r, err := f.Open()
	if err != nil {
		return nil, errZip.Because(err)
	}
	return struct {
		io.Reader
		io.Closer
	}{counted{r, b}, r}, nil
}

// read reads one file whole; the files that are looked into are small.
func (b *box) read(name string) ([]byte, error) {
	r, err := b.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, mostMeta+1))
	switch {
	case errors.Is(err, errBomb):
		return nil, errBomb
	case err != nil:
		return nil, errZip.Because(err)
	case len(out) > mostMeta:
		return nil, errBomb
	}
	return out, nil
}

// sum is the digest of a file, made once.
func (b *box) sum(name, algorithm string) ([]byte, error) {
	h, ok := digests[algorithm]
	if !ok {
		return nil, errAlgorithm
	}
	key := algorithm + " " + name
	if s, ok := b.sums[key]; ok {
		return s, nil
	}
	r, err := b.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	sum := h.New()
	if _, err := io.Copy(sum, r); errors.Is(err, errBomb) {
		return nil, errBomb
	} else if err != nil {
		return nil, errZip.Because(err)
	}
	b.sums[key] = sum.Sum(nil)
	return b.sums[key], nil
}

// inMeta finds files of META-INF, not of folders in it, whose name holds part.
func (b *box) inMeta(part, ending string) (out []string) {
	for _, name := range b.names {
		if rest, ok := strings.CutPrefix(name, meta); ok && path.Base(rest) == rest && strings.Contains(rest, part) && strings.HasSuffix(rest, ending) {
			out = append(out, name)
		}
	}
	return out
}

// data are the files that signatures are there for.
func (b *box) data() (out []string) {
	for _, name := range b.names {
		if name != mimeFile && !strings.HasPrefix(name, meta) {
			out = append(out, name)
		}
	}
	return out
}
