// Package pades signs PDF files as PAdES baseline B-T asks (ETSI EN 319 142-1) and
// says of a signed PDF by whom it was signed, when, and whether anything in it was
// changed afterwards. It signs what internal/pdf writes; it reads what anybody sends.
package pades

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"diwan.example/gov"
	"diwan.example/internal/cms"
	"diwan.example/internal/timestamp"
)

// Signer says who signs, and what the file says about it.
type Signer struct {
	Key   crypto.Signer
	Chain []*x509.Certificate // the key's own first
	PSS   bool                // RSA signs with PSS
	Stamp timestamp.Stamp     // nil: no timestamp, which is baseline B-B

	Time                   time.Time // of signing, as the signer says
	Name, Reason, Location string    // for people
}

var errSign = gov.Fail(gov.Internal, "لا يمكن توقيع هذا الملف", "This file cannot be signed")

// Sign certifies a PDF as final: no change to it is allowed afterwards. The
// signature is appended; the bytes before it stay as they are. Its field shows
// nothing on the page. Errors: Internal when the file is not one that internal/pdf
// writes or is signed already; what the key and Stamp return.
func Sign(ctx context.Context, pdf []byte, s Signer) ([]byte, error) {
	u, err := newUpdate(pdf)
	if err != nil {
		return nil, errSign.Because(err)
	}
	if err := u.field(s); err != nil {
		return nil, errSign.Because(err)
	}
	room := s.room()
	for range 3 { // a token may be larger than was thought
		out, need, err := u.signed(ctx, s, room)
		if err != nil || need <= room {
			return out, err
		}
		room = need + 512
	}
	return nil, errSign.Because(errors.New("pades: the signature grows each time"))
}

// room is how many bytes the signature will take at most, as a rule.
func (s Signer) room() int {
	n := 1 << 10
	for _, c := range s.Chain {
		n += len(c.Raw)
	}
	if s.Stamp != nil {
		n += 6 << 10
	}
	return n
}

// update is what is appended to a file: objects, their table and a trailer.
type update struct {
	*file
	out     bytes.Buffer // the file so far
	offsets map[int]int  // of the objects that are new
	order   []int
	size    int // of the table: the next object number
	value   int // object number of the signature
}

func newUpdate(pdf []byte) (*update, error) {
	f, err := open(pdf)
	if err != nil {
		return nil, err
	}
	size, ok := whole(f.trailer.is["Size"])
	if !ok {
		return nil, errSyntax
	}
	u := &update{file: f, offsets: map[int]int{}, size: size + 2, value: size}
	u.out.Write(pdf)
	return u, nil
}

func (u *update) put(r ref, body string) {
	u.offsets[r.number] = u.out.Len()
	u.order = append(u.order, r.number)
	fmt.Fprintf(&u.out, "%d %d obj\n%s\nendobj\n", r.number, r.generation, body)
}

// raw is a dictionary as it stands in the file, with entries added to its end.
func (u *update) raw(r ref, add string) (string, *dict, error) {
	v, start, end, err := u.object(r)
	d, ok := v.(*dict)
	if err != nil || !ok {
		return "", nil, errors.Join(errSyntax, err)
	}
	return string(u.b[start:end-2]) + add + ">>", d, nil
}

// field adds the signature's field to the form and to the first page.
func (u *update) field(s Signer) error {
	root, ok := u.trailer.is["Root"].(ref)
	if !ok {
		return errSyntax
	}
	field := ref{u.value + 1, 0}
	add := fmt.Sprintf("/AcroForm<</Fields[%d 0 R]/SigFlags 3>>/Perms<</DocMDP %d 0 R>>", field.number, u.value)
	body, catalog, err := u.raw(root, add)
	if err != nil {
		return err
	}
	if catalog.is["AcroForm"] != nil || catalog.is["Perms"] != nil {
		return errors.New("pades: the file has a form or a signature")
	}
	u.put(root, body)
	page, err := u.firstPage(catalog)
	if err != nil {
		return err
	}
	if err := u.annotate(page, field); err != nil {
		return err
	}
	u.put(field, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature1)/TU%s/F 132/Rect[0 0 0 0]/P %d 0 R/V %d 0 R>>",
		textString(s.Name), page.number, u.value))
	return nil
}

func (u *update) firstPage(catalog *dict) (ref, error) {
	at := catalog.is["Pages"]
	for range deepest {
		r, ok := at.(ref)
		d := u.dict(at)
		if d.is["Type"] == name("Page") && ok {
			return r, nil
		}
		kids := u.list(d.is["Kids"])
		if len(kids) == 0 {
			break
		}
		at = kids[0]
	}
	return ref{}, errors.New("pades: no page")
}

// annotate puts the field among what stands on the page.
func (u *update) annotate(page, field ref) error {
	entry := fmt.Sprintf("%d 0 R", field.number)
	body, d, err := u.raw(page, "")
	if err != nil {
		return err
	}
	_, start, _, _ := u.object(page)
	switch annots := d.is["Annots"].(type) {
	case nil:
		body = strings.TrimSuffix(body, ">>") + "/Annots[" + entry + "]>>"
	case []any:
		at := d.spans["Annots"][1] - 1 - start // the closing bracket
		body = body[:at] + " " + entry + body[at:]
	case ref:
		return u.lengthen(annots, entry)
	default:
		return errSyntax
	}
	if d.is["Tabs"] == nil {
		body = strings.TrimSuffix(body, ">>") + "/Tabs/S>>"
	}
	u.put(page, body)
	return nil
}

// lengthen adds an entry to an array that is an object of its own.
func (u *update) lengthen(r ref, entry string) error {
	v, start, end, err := u.object(r)
	if _, ok := v.([]any); err != nil || !ok {
		return errors.Join(errSyntax, err)
	}
	u.put(r, string(u.b[start:end-1])+" "+entry+"]")
	return nil
}

// signed closes the file, signs it and puts the signature where room was left. need
// is how many bytes the signature takes; when that is more than room, nothing is done.
func (u *update) signed(ctx context.Context, s Signer, room int) (_ []byte, need int, err error) {
	var b bytes.Buffer
	b.Write(u.out.Bytes())
	at := b.Len()
	fmt.Fprintf(&b, "%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%sZ)", u.value, s.Time.UTC().Format("20060102150405"))
	for _, e := range [][2]string{{"Name", s.Name}, {"Reason", s.Reason}, {"Location", s.Location}} {
		if e[1] != "" {
			b.WriteString("/" + e[0] + textString(e[1]))
		}
	}
	b.WriteString("/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]/ByteRange")
	span := b.Len()
	b.WriteString(strings.Repeat(" ", len(byteRange(0, Largest, Largest, Largest))) + "/Contents")
	hole := b.Len()
	b.WriteString("<" + strings.Repeat("0", 2*room) + ">")
	end := b.Len()
	b.WriteString(">>\nendobj\n")
	u.close(&b, at)
	out := b.Bytes()
	copy(out[span:], byteRange(0, hole, end, len(out)-end))
	digest := digestAround(sha256.New(), out, hole, end)
	made, err := cms.Sign(digest, cms.Signer{Key: s.Key, Chain: s.Chain, PSS: s.PSS, Stamp: s.stamp(ctx)})
	if err == nil && len(made) <= room {
		hex.Encode(out[hole+1:], made)
	}
	return out, len(made), err
}

func (s Signer) stamp(ctx context.Context) func([]byte) ([]byte, error) {
	if s.Stamp == nil {
		return nil
	}
	return func(value []byte) ([]byte, error) { return s.Stamp(ctx, value) }
}

func byteRange(a, b, c, d int) string { return fmt.Sprintf("[%d %d %d %d]", a, b, c, d) }

// close writes the table of what is new, and the trailer.
func (u *update) close(b *bytes.Buffer, value int) {
	xref := b.Len()
	b.WriteString("xref\n0 1\n0000000000 65535 f \n")
	slices.Sort(u.order)
	for _, n := range u.order {
		fmt.Fprintf(b, "%d 1\n%010d 00000 n \n", n, u.offsets[n])
	}
	fmt.Fprintf(b, "%d 1\n%010d 00000 n \n", u.value, value)
	fmt.Fprintf(b, "trailer\n<</Size %d", u.size)
	for _, key := range []name{"Root", "Info", "ID"} {
		if at, ok := u.trailer.spans[key]; ok {
			fmt.Fprintf(b, "/%s %s", key, u.identity(key, b.Bytes()[at[0]:at[1]], b.Bytes()))
		}
	}
	fmt.Fprintf(b, "/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", u.start, xref)
}

// identity changes the second part of a file's ID, as every update does.
func (u *update) identity(key name, raw, all []byte) string {
	parts, ok := u.trailer.is[key].([]any)
	if !ok || len(parts) != 2 {
		return string(raw)
	}
	first, _ := parts[0].(text)
	sum := sha256.Sum256(all)
	return fmt.Sprintf("[<%x><%x>]", string(first), sum[:16])
}

// textString writes s as PDF text.
func textString(s string) string {
	b := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return fmt.Sprintf("<%X>", b)
}
