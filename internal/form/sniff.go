package form

import (
	"bytes"
	"path"
	"strings"

	"diwan.example/gov"
)

// The media types that Sniff tells.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
	ZIP  = "application/zip"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
)

// SniffLen is how much of a file Sniff wants to see.
const SniffLen = 4096

// endings by media type: what a file of that type may be called.
var endings = map[string][]string{
	PDF: {".pdf"}, JPEG: {".jpg", ".jpeg", ".jfif"}, PNG: {".png"}, ZIP: {".zip"}, DOCX: {".docx"}, XLSX: {".xlsx"}, PPTX: {".pptx"},
}

// Sniff tells the media type from the file's first bytes (SniffLen of them are
// enough). Errors, all Invalid: an empty file, content that is none of the types
// above, and a name that claims another family than the content shows.
func Sniff(head []byte, name string) (mediaType string, err error) {
	if len(head) == 0 {
		return "", &gov.Error{Kind: gov.Invalid, Public: emptyFile}
	}
	mediaType = content(head)
	ext := strings.ToLower(path.Ext(CleanName(name)))
	claimed := claims(ext)
	switch {
	case mediaType == "" && (ext == ".heic" || ext == ".heif"):
		return "", &gov.Error{Kind: gov.Invalid, Public: heicFile}
	case mediaType == "" && claimed != "":
		return "", &gov.Error{Kind: gov.Invalid, Public: falseName.Sprintf(ext)}
	case mediaType == "":
		return "", &gov.Error{Kind: gov.Invalid, Public: unknownFile}
	case claimed != "" && claimed != mediaType && !(picture(claimed) && picture(mediaType)):
		return "", &gov.Error{Kind: gov.Invalid, Public: falseName.Sprintf(ext)}
	}
	return mediaType, nil
}

func picture(t string) bool { return t == JPEG || t == PNG }

func claims(ext string) string {
	for t, all := range endings {
		for _, e := range all {
			if e == ext {
				return t
			}
		}
	}
	return ""
}

// content goes by what each format must begin with: ISO 32000-1 §7.5.2,
// ISO 10918-1 (SOI and a marker), ISO 15948 §5.2, APPNOTE.TXT §4.3.7.
func content(head []byte) string {
	switch {
	case bytes.HasPrefix(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), []byte("%PDF-")):
		return PDF
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return archive(head)
	}
	return ""
}

// archive tells office documents, which are zip files, by the names inside.
func archive(head []byte) string {
	office := bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("_rels/.rels"))
	switch {
	case office && bytes.Contains(head, []byte("word/")):
		return DOCX
	case office && bytes.Contains(head, []byte("xl/")):
		return XLSX
	case office && bytes.Contains(head, []byte("ppt/")):
		return PPTX
	}
	return ZIP
}

// typeNames names media types for people.
func typeNames(types []string) string {
	short := map[string]string{PDF: "PDF", JPEG: "JPEG", PNG: "PNG", ZIP: "ZIP", DOCX: "DOCX", XLSX: "XLSX", PPTX: "PPTX"}
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = short[t]
	}
	return strings.Join(out, ", ")
}
