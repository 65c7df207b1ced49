package portal

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"diwan.example/gov"
)

// The script of the verification page, which works without a network once the
// page was opened. It is our own to the last line, and loaded by no other page.
//
//go:embed verify/*.js
var verifyFiles embed.FS

// script is one file of the verification page as it is served.
type script struct {
	name       string
	body, gzip []byte
}

var verifyScript, verifyWorker = verifyScripts()

func verifyScripts() (page, worker script) {
	var all bytes.Buffer
	all.WriteString("(() => {\n'use strict';\n")
	names, _ := fs.Glob(verifyFiles, "verify/[0-9]*.js") // the pattern is right
	for _, name := range names {
		text, _ := verifyFiles.ReadFile(name)
		all.Write(text)
	}
	all.WriteString("})();\n")
	sum := sha256.Sum256(all.Bytes())
	work, _ := verifyFiles.ReadFile("verify/worker.js")
	return packed("page."+hex.EncodeToString(sum[:6])+".js", all.Bytes()), packed("worker.js", work)
}

func packed(name string, body []byte) script {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write(body)
	z.Close()
	return script{name, body, b.Bytes()}
}

// ScriptURL is where the verification page finds its script; a template asks.
func (verifyPage) ScriptURL() string { return "/verify/app/" + verifyScript.name }

// verifyApp serves the script under the name that carries its hash.
func (p *Portal) verifyApp(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("file") != verifyScript.name {
		return gov.Fail(gov.NotFound, "لا يوجد ملف بهذا الاسم", "There is no file of this name")
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return verifyScript.send(w, r)
}

// verifyWorker serves what answers in the browser when there is no network. It
// may only answer for the verification page: see the scopes in 80-world.js.
func (p *Portal) verifyWorker(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Service-Worker-Allowed", "/")
	w.Header().Set("Cache-Control", "no-cache")
	return verifyWorker.send(w, r)
}

func (s script) send(w http.ResponseWriter, r *http.Request) error {
	body := s.body
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		body = s.gzip
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, err := w.Write(body)
	return err
}

// mayScan lets the page use the camera; every other page may not.
func mayScan(w http.ResponseWriter) {
	w.Header().Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
}

// sealFile sends the long form of a document's seal to whoever may see it.
func (p *Portal) sealFile(w http.ResponseWriter, r *http.Request) error {
	raw, d, err := p.Engine.Issuer.LongSeal(me(r), gov.DocumentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", `application/cose; cose-type="cose-sign1"`)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Number + ".seal"}))
	_, err = w.Write(raw)
	return err
}
