package blob_test

import (
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"diwan.example/gov"
	"diwan.example/internal/blob"
	"diwan.example/internal/blob/blobtest"
)

func files(t *testing.T, dir string) *blob.Files {
	t.Helper()
	s, err := blob.OpenFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFiles(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store { return files(t, t.TempDir()) })
}

func bucket(t *testing.T) (*httptest.Server, blob.S3Options) {
	t.Helper()
	back := s3mem.New()
	if err := back.CreateBucket("diwan"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(gofakes3.New(back).Server())
	t.Cleanup(srv.Close)
	return srv, blob.S3Options{Endpoint: strings.TrimPrefix(srv.URL, "http://"), Bucket: "diwan", Insecure: true, AccessKey: "k", SecretKey: "s", Region: "us-east-1"}
}

func TestS3(t *testing.T) {
	for _, prefix := range []string{"", "national/files"} {
		t.Run("prefix "+prefix, func(t *testing.T) {
			blobtest.Run(t, func(t *testing.T) blob.Store {
				_, o := bucket(t)
				o.Prefix = prefix
				s, err := blob.OpenS3(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				return s
			})
		})
	}
}

func TestS3Away(t *testing.T) {
	srv, o := bucket(t)
	s, err := blob.OpenS3(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	other := o
	other.Bucket = "elsewhere"
	if _, err := blob.OpenS3(t.Context(), other); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("no such bucket: %v", err)
	}
	srv.Close()
	_, err = s.Put(t.Context(), strings.NewReader("x"), 10)
	if gov.KindOf(err) != gov.Unavailable {
		t.Errorf("the server is away: %v", err)
	}
	if err := s.Health(t.Context()); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("the server is away: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	o, err := blob.ParseS3("s3://minio.example:9000/diwan/a/b/?region=me-south-1&insecure=true")
	if err != nil || o != (blob.S3Options{Endpoint: "minio.example:9000", Bucket: "diwan", Prefix: "a/b", Region: "me-south-1", Insecure: true}) {
		t.Errorf("%+v %v", o, err)
	}
	for _, bad := range []string{"s3://", "s3://host", "s3:///bucket", "s3://key:secret@host/bucket", "http://host/bucket", "s3://%zz/b"} {
		if _, err := blob.ParseS3(bad); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := blob.Open(t.Context(), t.TempDir(), "", ""); err != nil {
		t.Error(err)
	}
}

func TestFilesAreOurOwnAndUnfinishedOnesGo(t *testing.T) {
	dir := t.TempDir()
	s := files(t, dir)
	info, err := s.Put(t.Context(), strings.NewReader("secret"), 100)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		st, _ := d.Info()
		if path != dir && st.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may enter %s: %v", d.Name(), st.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	old, young := filepath.Join(dir, "incoming", "old"), filepath.Join(dir, "incoming", "young")
	for _, f := range []string{old, young} {
		os.WriteFile(f, nil, 0o600)
	}
	os.Chtimes(old, time.Time{}, time.Now().Add(-48*time.Hour))
	s = files(t, dir)
	if _, err := os.Stat(old); err == nil {
		t.Error("what an upload left two days ago is still there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("another process' upload was removed")
	}
	if _, err := s.Stat(t.Context(), info.Key); err != nil {
		t.Error(err)
	}
}

func TestFolderGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "blobs")
	s := files(t, dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	_, err := s.Put(t.Context(), strings.NewReader("x"), 10)
	for what, err := range map[string]error{"put": err, "health": s.Health(t.Context())} {
		if gov.KindOf(err) != gov.Unavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
}
