package portal

import (
	"net/http"
	"testing"

	"diwan.example/document/verdict"
)

// Whatever a stranger sends, they get a calm answer, and nothing of it is kept.
func TestAnybodyHasAFileChecked(t *testing.T) {
	w := newTown(t)
	b := w.browser()
	b.page("/en/verify/file", "Verify a file", "No account is needed")
	for name, x := range map[string]struct {
		file []byte
		text string
		code int
		says string
	}{
		"no document":       {[]byte("hello"), "", http.StatusOK, "none of the forms"},
		"a PDF of nobody":   {[]byte("%PDF-1.7\nhello"), "", http.StatusOK, "no digital signature"},
		"another country":   {nil, "HC1:6BFOXN%TS3DH0YOJ58S", http.StatusOK, "another country"},
		"an unknown code":   {nil, "https://gov.example/v/AAAAAAAAAAAAAA", http.StatusOK, "no document with this code"},
		"markup":            {nil, "<script>alert(1)</script>", http.StatusOK, "none of the forms"},
		"nothing":           {nil, " ", http.StatusUnprocessableEntity, "Choose a file"},
		"more than allowed": {make([]byte, verdict.Largest+1), "", http.StatusUnprocessableEntity, "larger than ten megabytes"},
		"far more":          {make([]byte, 33<<20), "", http.StatusUnprocessableEntity, "larger than ten megabytes"},
	} {
		t.Run(name, func(t *testing.T) {
			b.T = t
			b.sendFile("/en/verify/file", "file", "x.pdf", x.file, "text", x.text)
			b.status(x.code, x.says)
		})
	}
	b.T = t
	b.post("/en/verify/file", "text", "x") // not as a form with files
	b.status(http.StatusUnprocessableEntity)
}
