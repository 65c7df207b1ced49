package pdf

import (
	"crypto/md5"
	"fmt"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
)

// Relation says what an attached file is to the page (ISO 19005-3, annex E).
type Relation string

// The relations that a file may have.
const (
	Source      Relation = "Source"      // the page was drawn from it
	Data        Relation = "Data"        // it holds what the page shows, for programs
	Alternative Relation = "Alternative" // it says the same in another form
	Supplement  Relation = "Supplement"  // it adds to the page
)

// File is something attached to a document.
type File struct {
	Name        string    // "document.jws"; no folder
	Mime        string    // "application/jose"
	Relation    Relation  //
	Description gov.Text  //
	Data        []byte    //
	Modified    time.Time // zero means when the document was created
}

// checkAttachments: each has a plain name of its own, a media type and a relation.
func checkAttachments(files []File) error {
	seen := map[string]bool{}
	for _, a := range files {
		plain := a.Name != "" && !strings.ContainsAny(a.Name, "/\\\x00") && len(a.Name) <= 200
		related := slices.Contains([]Relation{Source, Data, Alternative, Supplement}, a.Relation)
		if !plain || seen[a.Name] || !related || strings.Count(a.Mime, "/") != 1 {
			return gov.Fail(gov.Invalid, "الملف المرفق بالوثيقة ينقصه اسم أو نوع أو صلة", "A file attached to the document lacks a name, a type or a relation").At("attachments")
		}
		seen[a.Name] = true
	}
	return nil
}

// attach writes the files and returns what the catalog says of them.
func (p *press) attach(f *file) string {
	if len(p.doc.Attachments) == 0 {
		return ""
	}
	all := slices.Clone(p.doc.Attachments)
	slices.SortFunc(all, func(a, b File) int { return strings.Compare(a.Name, b.Name) }) // a name tree is sorted
	var names, refs strings.Builder
	for _, a := range all {
		at := a.Modified
		if at.IsZero() {
			at = p.doc.Created
		}
		data := f.stream(fmt.Sprintf("/Type/EmbeddedFile/Subtype/%s/Params<</Size %d/ModDate(%s)/CheckSum<%x>>>",
			nameOf(a.Mime), len(a.Data), pdfTime(at), md5.Sum(a.Data)), a.Data) // the checksum that the format has
		spec := f.add("<</Type/Filespec/F%s/UF%s/EF<</F %d 0 R/UF %d 0 R>>/AFRelationship/%s/Desc%s>>",
			textString(a.Name), textString(a.Name), data, data, a.Relation, textString(stripDirection(a.Description.In(p.langs[0]))))
		fmt.Fprintf(&names, "%s %d 0 R ", textString(a.Name), spec)
		fmt.Fprintf(&refs, "%d 0 R ", spec)
	}
	return fmt.Sprintf("/Names<</EmbeddedFiles<</Names[%s]>>>>/AF[%s]", names.String(), refs.String())
}

// nameOf writes a text as the characters of a PDF name (ISO 32000-1 §7.3.5).
func nameOf(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '+' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "#%02X", c)
		}
	}
	return b.String()
}
