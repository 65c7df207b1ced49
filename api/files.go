package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// longestFile is how many bytes an uploaded file may have; questions allow less.
const longestFile = 64 << 20

// files are the operations on attachments.
func files(s *server) {
	const tag = "files"
	add(s, route{id: "upload-file", method: http.MethodPost, path: "/files", tag: tag, scope: casesWrite, raw: true, status: http.StatusCreated,
		name:  gov.T("رفع ملف", "Upload a file"),
		about: "The body is the file itself, of any Content-Type, or a form (multipart/form-data) whose first part is the file; what it is is told from its content. The answer is an attachment to put into an answer. Sending the same file again gives the same attachment."}, s.upload)
	add(s, route{id: "download-file", method: http.MethodGet, path: "/applications/{id}/files/{blob}", tag: tag, scope: casesRead, name: gov.T("تنزيل ملف من طلب", "Download a file of an application")}, s.download)
}

// upload streams the body of the request into the store.
type upload struct {
	Service     gov.ServiceID `query:"service" maxLength:"120" doc:"For a coming application: its service"`
	Application gov.CaseID    `query:"application" maxLength:"64" doc:"For an application there is: its id"`
	Question    string        `query:"question" required:"true" maxLength:"120" doc:"Name of the question; inside a group, group.question"`
	Name        string        `query:"name" maxLength:"255" doc:"Name of the file; may be absent when a form names it"`

	body io.Reader
}

// Resolve takes the body as it comes in: the file itself, or a form whose first
// part is the file.
func (u *upload) Resolve(c huma.Context) []error {
	r, w := humago.Unwrap(c)
	r.Body = http.MaxBytesReader(w, r.Body, longestFile)
	u.body = r.Body
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		return nil
	}
	form, err := r.MultipartReader()
	if err != nil {
		return []error{errForm}
	}
	part, err := form.NextPart()
	if err != nil {
		return []error{errForm}
	}
	if u.body = part; u.Name == "" {
		u.Name = part.FileName()
	}
	return nil
}

var errForm = &huma.ErrorDetail{Message: "expected object: a form whose first part is the file", Location: "body"}

func (s *server) upload(ctx context.Context, in *upload) (*answer[form.Attachment], error) {
	a, err := s.Cases.Upload(ctx, in.Application, in.Service, in.Question, in.Name, in.body)
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return nil, errTooLarge
	}
	return say(a, err)
}

func (s *server) download(ctx context.Context, in *struct {
	OfCase
	Blob string `path:"blob" maxLength:"100" doc:"The attachment's blob"`
}) (*huma.StreamResponse, error) {
	a, r, err := s.Cases.Attachment(ctx, in.ID, in.Blob)
	if err != nil {
		return nil, err
	}
	return stream(a.Type, a.Name, func(w huma.Context) error {
		defer r.Close()
		_, err := io.Copy(w.BodyWriter(), r)
		if err != nil {
			s.log().WarnContext(ctx, "api: file not sent whole", slog.String("id", requestID(ctx)), slog.Any("cause", err))
		}
		return err
	}), nil
}

// stream answers with a file.
func stream(kind, name string, write func(huma.Context) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", kind)
		c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		c.SetStatus(http.StatusOK)
		write(c)
	}}
}
