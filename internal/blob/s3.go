package blob

import (
	"context"
	"io"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"diwan.example/gov"
)

// S3Options say where a bucket is and how to enter it.
type S3Options struct {
	Endpoint  string // host or host:port
	Bucket    string
	Prefix    string // folder inside the bucket; may be empty
	Region    string // may be empty
	Insecure  bool   // plain HTTP; for networks that are closed
	AccessKey string
	SecretKey string
}

// S3 keeps blobs in a bucket of a server that speaks the S3 protocol.
type S3 struct {
	client *minio.Client
	o      S3Options
}

// Open opens the store that where names: s3://host/bucket/prefix (with
// ?region=… and ?insecure=true) or a folder. The keys are for S3 only. Errors:
// Invalid, Unavailable.
func Open(ctx context.Context, where, accessKey, secretKey string) (Store, error) {
	if !strings.HasPrefix(where, "s3://") {
		return OpenFiles(where)
	}
	o, err := ParseS3(where)
	if err != nil {
		return nil, err
	}
	o.AccessKey, o.SecretKey = accessKey, secretKey
	return OpenS3(ctx, o)
}

var errAddress = gov.Fail(gov.Invalid, "عنوان مخزن الملفات غير مفهوم، اكتبه على صورة s3://host/bucket", "The address of the file storage is not understood; write it like s3://host/bucket")

// ParseS3 reads an address of the form s3://host/bucket/prefix. Keys in the
// address are refused: they would be printed with it.
func ParseS3(address string) (S3Options, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return S3Options{}, errAddress
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	if bucket == "" {
		return S3Options{}, errAddress
	}
	q := u.Query()
	return S3Options{Endpoint: u.Host, Bucket: bucket, Prefix: prefix, Region: q.Get("region"), Insecure: q.Get("insecure") == "true"}, nil
}

// OpenS3 opens a bucket, which must exist. Errors: Invalid, Unavailable.
func OpenS3(ctx context.Context, o S3Options) (*S3, error) {
	c, err := minio.New(o.Endpoint, &minio.Options{
		Creds:        credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""),
		Secure:       !o.Insecure,
		Region:       o.Region,
		BucketLookup: minio.BucketLookupPath,
		MaxRetries:   3,
	})
	if err != nil {
		return nil, errAddress.Because(err)
	}
	s := &S3{client: c, o: o}
	return s, s.Health(ctx)
}

func (s *S3) name(key string) string { return path.Join(s.o.Prefix, key) }

// Put implements Store. The content passes through a temporary file, because
// its name is known only at its end.
func (s *S3) Put(ctx context.Context, r io.Reader, limit int64) (Info, error) {
	tmp, err := os.CreateTemp("", "diwan-upload-*")
	if err != nil {
		return Info{}, failure(err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	in := newIntake(reading(ctx, r), limit)
	if _, err := io.Copy(tmp, in); err != nil {
		return Info{}, failure(err)
	}
	info := in.info()
	if have, err := s.Stat(ctx, info.Key); err == nil && have.Size == info.Size {
		return info, nil
	}
	if _, err := tmp.Seek(0, io.SeekStart); err != nil {
		return Info{}, failure(err)
	}
	_, err = s.client.PutObject(ctx, s.o.Bucket, s.name(info.Key), tmp, info.Size, minio.PutObjectOptions{
		ContentType:          "application/octet-stream",
		SendContentMd5:       true,
		DisableContentSha256: info.Size == 0, // over plain HTTP, nothing signed in chunks would have no Content-Length
	})
	if err != nil {
		return Info{}, s3Failure(err)
	}
	return info, nil
}

// Get implements Store.
func (s *S3) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	o, err := s.client.GetObject(ctx, s.o.Bucket, s.name(key), minio.GetObjectOptions{})
	if err != nil {
		return nil, s3Failure(err)
	}
	if _, err := o.Stat(); err != nil { // the request is made only now
		o.Close()
		return nil, s3Failure(err)
	}
	return o, nil
}

// Stat implements Store.
func (s *S3) Stat(ctx context.Context, key string) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	st, err := s.client.StatObject(ctx, s.o.Bucket, s.name(key), minio.StatObjectOptions{})
	if err != nil {
		return Info{}, s3Failure(err)
	}
	return Info{Key: key, Size: st.Size}, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := s3Failure(s.client.RemoveObject(ctx, s.o.Bucket, s.name(key), minio.RemoveObjectOptions{}))
	if gov.KindOf(err) == gov.NotFound {
		return nil
	}
	return err
}

// Each implements Store.
func (s *S3) Each(ctx context.Context, fn func(Info) error) error {
	ctx, stop := context.WithCancel(ctx) // ends the listing when fn fails
	defer stop()
	for o := range s.client.ListObjects(ctx, s.o.Bucket, minio.ListObjectsOptions{Prefix: s.name(prefix), Recursive: true}) {
		if o.Err != nil {
			return s3Failure(o.Err)
		}
		key := path.Base(o.Key)
		if checkKey(key) != nil || o.Key != s.name(key) {
			continue
		}
		if err := fn(Info{Key: key, Size: o.Size}); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Health implements Store: the bucket is there and the keys open it.
func (s *S3) Health(ctx context.Context) error {
	ok, err := s.client.BucketExists(ctx, s.o.Bucket)
	if err != nil {
		return s3Failure(err)
	}
	if !ok {
		return errUnavailable.Because(errNoBucket)
	}
	return nil
}

var errNoBucket = gov.Fail(gov.NotFound, "الحاوية المحددة لتخزين الملفات غير موجودة", "The bucket named for file storage does not exist")

func s3Failure(err error) error {
	if err == nil {
		return nil
	}
	switch minio.ToErrorResponse(err).Code {
	case minio.NoSuchKey:
		return errMissing
	case "EntityTooLarge":
		return errTooLarge
	case "XMinioStorageFull", "InsufficientStorage":
		return errFull.Because(err)
	}
	return failure(err)
}
