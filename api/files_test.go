package api

import (
	"bytes"
	"mime/multipart"
	"strings"
	"testing"

	"diwan.example/internal/form"
)

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"

func TestAFileComesAsItselfOrInAForm(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		token := w.token(w.Resident(1))
		at := root + "/files?service=identity-card/renewal&question=photo"
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, err := m.CreateFormFile("file", "../صورة.png")
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(png))
		m.Close()
		var one, two form.Attachment
		w.call(token, "POST", at, b.String(), "Content-Type", m.FormDataContentType()).want(201, &one)
		w.call(token, "POST", at+"&name=a.png", png, "Content-Type", "image/png").want(201, &two)
		if one.Blob != two.Blob || one.Name != "صورة.png" || one.Type != "image/png" {
			t.Fatalf("%+v %+v", one, two)
		}
		for name, x := range map[string]struct {
			query, body, kind string
			status            int
		}{
			"a zip named .pdf":  {"&name=a.pdf", "PK\x03\x04" + strings.Repeat("x", 100), "application/pdf", 422},
			"nothing":           {"&name=a.png", "", "image/png", 422},
			"a broken form":     {"", "--x", "multipart/form-data; boundary=x", 422},
			"no boundary":       {"", "--x", "multipart/form-data", 422},
			"larger than asked": {"&name=a.png", png + strings.Repeat("x", 30<<20), "image/png", 422},
			"larger than ever":  {"&name=a.png", png + strings.Repeat("x", longestFile), "image/png", 422},
		} {
			if got := w.call(token, "POST", at+x.query, x.body, "Content-Type", x.kind); got.status != x.status && got.status != 413 {
				t.Errorf("%s: %d %s", name, got.status, got.body)
			} else {
				got.problem(got.status)
			}
		}
		w.call(token, "POST", root+"/files?service=identity-card/renewal&question=reason&name=a.png", png).problem(422)
		w.call(token, "POST", root+"/files?name=a.png", png).problem(422)
	})
}
