package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// asset is one file as it is served: its address carries the hash of its
// content, so it may be kept for ever.
type asset struct {
	url, kind  string
	body, gzip []byte
}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2",
}

var assets, assetByURL = loadAssets()

func newAsset(name string, body []byte) asset {
	sum := sha256.Sum256(body)
	ext := path.Ext(name)
	a := asset{url: "/assets/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext, kind: mediaTypes[ext], body: body}
	if ext != ".woff2" { // compressed already
		a.gzip = zip(body)
	}
	return a
}

// loadAssets reads fonts first, as the stylesheet names them by hash.
func loadAssets() (byName, byURL map[string]asset) {
	byName, byURL = map[string]asset{}, map[string]asset{}
	css := concat("assets/css", "*.css")
	for _, f := range must(fs.Glob(assetFiles, "assets/fonts/*.woff2")) {
		a := newAsset(path.Base(f), must(assetFiles.ReadFile(f)))
		css = bytes.ReplaceAll(css, []byte("url("+path.Base(f)+")"), []byte("url("+a.url+")"))
		byName[path.Base(f)] = a
	}
	byName["app.css"] = newAsset("app.css", css)
	byName["app.js"] = newAsset("app.js", concat("assets/js", "*.js"))
	byName["crest.svg"] = newAsset("crest.svg", []byte(crestFile))
	for _, a := range byName {
		byURL[a.url] = a
	}
	return byName, byURL
}

func concat(dir, pattern string) []byte {
	var b bytes.Buffer
	for _, f := range must(fs.Glob(assetFiles, dir+"/"+pattern)) {
		b.Write(must(assetFiles.ReadFile(f)))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// serveAsset answers a request below /assets/; false when there is no such file.
func (s *Site) serveAsset(w http.ResponseWriter, r *http.Request) bool {
	a, ok := assetByURL[r.URL.Path]
	if !ok {
		if a = s.countryCSS(); a.url != r.URL.Path {
			return false
		}
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.body
	if a.gzip != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.gzip
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return true
}

func acceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

func zip(b []byte) []byte {
	var out bytes.Buffer
	z := must(gzip.NewWriterLevel(&out, gzip.BestSpeed))
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// send writes a whole answer, compressed where the browser can read that.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	if acceptsGzip(r) && len(body) > 1400 {
		w.Header().Set("Content-Encoding", "gzip")
		body = zip(body)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	if err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}
