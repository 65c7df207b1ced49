package portal

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// mostChecked is how many files one address may have checked in ten minutes, and
// checkedAtOnce how many are in memory at a time.
const (
	mostChecked   = 60
	checkedAtOnce = 8
)

var checking = make(chan struct{}, checkedAtOnce)

var errBusy = gov.Fail(gov.Unavailable, "تُفحص ملفات كثيرة الآن. حاول بعد قليل", "Many files are being checked right now. Try again in a moment")

type worthPage struct {
	Text     string
	Problems gov.Problems
	Checked  bool
	Tone     string
	Verdict  verdict.Verdict
}

// Wrong is what is wrong with the file, or with the text.
func (p worthPage) Wrong() gov.Text { return first(p.Problems) }

// Word is the state as the page shouts it.
func (p worthPage) Word() gov.Text { return p.Verdict.State.Label() }

var worthTones = map[verdict.State]string{verdict.Valid: "good", verdict.Expired: "warn", verdict.Suspended: "warn", verdict.Replaced: "warn"}

// filePage takes a file, or a text, that somebody wants to have checked.
func (p *Portal) filePage(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "verify-file", worthPage{})
}

// checkFile says what a file or a text is worth. Nothing of it is kept: it is read
// into memory, and gone with the answer.
func (p *Portal) checkFile(w http.ResponseWriter, r *http.Request) error {
	if err := p.Gate.Limit(r.Context(), "check from "+client(r).Address, mostChecked, 10*time.Minute); err != nil {
		return err
	}
	select {
	case checking <- struct{}{}:
		defer func() { <-checking }()
	default:
		return errBusy
	}
	data, text, problem := sentToCheck(r)
	if problem != nil {
		return pages.RenderInvalid(w, r, "verify-file", worthPage{Text: text, Problems: gov.Problems{{Field: "file", Text: gov.PublicOf(problem)}}})
	}
	page := worthPage{Checked: true, Verdict: p.Engine.Issuer.Worth(me(r), data)}
	if page.Tone = worthTones[page.Verdict.State]; page.Tone == "" {
		page.Tone = "bad"
	} else if page.Verdict.Unchecked && page.Tone == "good" {
		page.Tone = "warn"
	}
	w.Header().Set("Cache-Control", "no-store")
	return pages.Render(w, r, "verify-file", page)
}

var (
	errNothingSent = gov.Fail(gov.Invalid, "اختر ملفًا، أو الصق نص الرمز", "Choose a file, or paste the text of a code")
	errTooLarge    = gov.Fail(gov.Invalid, "الملف أكبر من عشرة ميغابايت. الوثائق التي نصدرها أصغر من ذلك بكثير", "The file is larger than ten megabytes. The documents that we issue are much smaller")
	errUnreadable  = gov.Fail(gov.Invalid, "انقطع إرسال الملف. حاول مرة أخرى", "The file did not arrive whole. Try again")
)

// sentToCheck reads the file, or else the text, without writing either anywhere.
func sentToCheck(r *http.Request) (data []byte, text string, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, "", errNothingSent.Because(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, text, unreadable(err)
		}
		b, err := readPart(part)
		if err != nil {
			return nil, text, err
		}
		switch part.FormName() {
		case "file":
			data = b
		case "text":
			text = string(b)
		}
	}
	if len(data) > 0 {
		return data, text, nil
	}
	if len(bytes.TrimSpace([]byte(text))) == 0 {
		return nil, text, errNothingSent
	}
	return []byte(text), text, nil
}

func readPart(part *multipart.Part) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(part, verdict.Largest+1))
	switch {
	case err != nil:
		return nil, unreadable(err)
	case len(b) > verdict.Largest:
		return nil, errTooLarge
	}
	return b, nil
}

func unreadable(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return errTooLarge.Because(err)
	}
	return errUnreadable.Because(err)
}

// fileRoutes are the addresses where anybody has a file checked.
func (p *Portal) fileRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /verify/file", Guard: ui.Anyone, Page: p.filePage},
		{Pattern: "POST /verify/file", Guard: ui.Anyone, Page: p.checkFile, MaxBody: 32 << 20}, // what is a little too large gets a kind answer
	}
}
