package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"mime"
	"net/mail"
	"strings"
	"time"

	"diwan.example/gov"
)

var page = template.Must(template.New("mail").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}" dir="{{.Dir}}"><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="margin:0;padding:24px;background:#f6f5f1;color:#1c1c1a;font:16px/1.7 'Noto Naskh Arabic','Segoe UI',Tahoma,sans-serif">
<div style="max-width:560px;margin:auto;background:#fff;padding:24px;border:1px solid #dcd9d0">
{{range .Parts}}<div lang="{{.Lang}}" dir="{{.Dir}}" style="margin-bottom:24px">{{range .Lines}}<p style="margin:0 0 8px">{{.}}</p>{{end}}{{if $.Link}}<p style="margin:16px 0 0"><a href="{{$.Link}}" style="color:#0b5d51">{{.Open}}</a></p>{{end}}</div>
{{end}}</div></body></html>
`))

type part struct {
	Lang  gov.Lang
	Dir   string
	Lines []string
	Open  string
}

var openText = gov.T("افتح الرسالة في ديوان", "Open it in Diwan")

// compose writes a message in the form of RFC 5322 with the alternatives of RFC
// 2046: plain text and HTML, each in both languages.
func compose(m Message, from mail.Address, host string, now time.Time) ([]byte, error) {
	to, err := CheckEmail(m.To)
	if err != nil {
		return nil, err
	}
	html, plain, err := bodies(m)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	boundary := "=_" + base64.RawURLEncoding.EncodeToString([]byte(oneLine(m.ID))) + "_"
	if len(boundary) > 70 {
		boundary = boundary[:70]
	}
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", (&mail.Address{Address: to}).String()},
		{"Subject", encoded(oneLine(m.Subject.In(m.Lang)))},
		{"Date", now.UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + strings.Map(idRune, m.ID) + "@" + host + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", `multipart/alternative; boundary="` + boundary + `"`},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	for _, p := range [][2]string{{"text/plain", plain}, {"text/html", html}} {
		fmt.Fprintf(&b, "\r\n--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary, p[0])
		wrapped(&b, p[1])
	}
	fmt.Fprintf(&b, "\r\n--%s--\r\n", boundary)
	return b.Bytes(), nil
}

func bodies(m Message) (html, plain string, err error) {
	data := struct {
		Lang        gov.Lang
		Dir         string
		Title, Link string
		Parts       []part
	}{m.Lang, m.Lang.Dir(), oneLine(m.Subject.In(m.Lang)), m.Link, nil}
	var text []string
	for _, l := range order(m.Lang) {
		s, _ := gov.CleanText(m.Body[l])
		if s == "" {
			continue
		}
		data.Parts = append(data.Parts, part{l, l.Dir(), strings.Split(s, "\n"), openText.In(l)})
		if m.Link != "" {
			s += "\n" + m.Link
		}
		text = append(text, s)
	}
	var b strings.Builder
	err = page.Execute(&b, data)
	return b.String(), strings.ReplaceAll(strings.Join(text, "\n\n----\n\n"), "\n", "\r\n") + "\r\n", err
}

// encoded writes a header's text as RFC 2047 words, one a line.
func encoded(s string) string {
	return strings.ReplaceAll(mime.BEncoding.Encode("utf-8", s), "?= =?", "?=\r\n =?")
}

// wrapped writes base64 in lines of 76. Source: RFC 2045 §6.8.
func wrapped(b *bytes.Buffer, s string) {
	e := base64.StdEncoding.EncodeToString([]byte(s))
	for len(e) > 76 {
		b.WriteString(e[:76] + "\r\n")
		e = e[76:]
	}
	b.WriteString(e + "\r\n")
}

// idRune keeps what may stand in a message id.
func idRune(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '.' {
		return r
	}
	return -1
}
