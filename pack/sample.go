package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"path"

	"diwan.example/internal/form"
)

// In an example the answer to a file question is a list of file names:
// [photo.jpg]. The file is made up from its name, always the same.

// SampleFile makes up the file that an example names: a small picture or page of
// the type its ending says. The attachment carries the content's digest.
func SampleFile(name string) (form.Attachment, []byte) {
	var b []byte
	media := "application/octet-stream"
	switch path.Ext(name) {
	case ".jpg", ".jpeg":
		media = "image/jpeg"
		b = picture(name, func(w *bytes.Buffer, m image.Image) error { return jpeg.Encode(w, m, nil) })
	case ".png":
		media = "image/png"
		b = picture(name, func(w *bytes.Buffer, m image.Image) error { return png.Encode(w, m) })
	case ".pdf":
		media = "application/pdf"
		b = []byte("%PDF-1.4\n% " + name + "\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n" +
			"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
	default:
		b = []byte(name)
	}
	sum := sha256.Sum256(b)
	return form.Attachment{Blob: "sha256-" + hex.EncodeToString(sum[:]), Name: name, Type: media, Size: int64(len(b)), Scan: "clean"}, b
}

// picture draws a plain portrait whose colours come from the name.
func picture(name string, encode func(*bytes.Buffer, image.Image) error) []byte {
	seed := sha256.Sum256([]byte(name))
	m := image.NewRGBA(image.Rect(0, 0, 120, 160))
	for y := range 160 {
		for x := range 120 {
			c := color.RGBA{250, 250, 250, 255}
			head, body := (x-60)*(x-60)+(y-60)*(y-60) < 32*32, (x-60)*(x-60)/2+(y-150)*(y-150) < 48*48
			if head || body {
				c = color.RGBA{120 + seed[0]/4, 110 + seed[1]/4, 100 + seed[2]/4, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	var w bytes.Buffer
	if err := encode(&w, m); err != nil {
		panic(err) // a buffer takes everything
	}
	return w.Bytes()
}

// withFiles puts made-up attachments where the answers to file questions name files.
func withFiles(qs []form.Question, answers map[string]any) {
	for _, q := range qs {
		list, ok := answers[q.Name].([]any)
		if !ok {
			continue
		}
		switch q.Kind {
		case form.File:
			files := []form.Attachment{}
			for _, x := range list {
				if name, ok := x.(string); ok {
					a, _ := SampleFile(name)
					files = append(files, a)
				}
			}
			answers[q.Name] = files
		case form.Group:
			for _, row := range list {
				if m, ok := row.(map[string]any); ok {
					withFiles(q.Questions, m)
				}
			}
		}
	}
}
