package message

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"time"

	"diwan.example/exchange/xroad"
)

// first is the first line of every head: what it is and in which spelling.
const first = "diwan-message: 1\n"

// moment is how a head writes its time: UTC, to the millisecond.
const moment = "2006-01-02T15:04:05.000Z"

// Fixed is a head that is written: signing, checking and logging it need not write
// it again. The head must not change meanwhile.
type Fixed struct {
	Head *Head
	Text []byte // Bytes of Head
}

// Fix writes a head. Errors: as Check.
func (h *Head) Fix() (*Fixed, error) {
	text, err := h.Bytes()
	return &Fixed{h, text}, err
}

// Bytes is the one spelling of a head: lines "name: value", each ended by a line
// feed, in a fixed order, those without a value left out. Errors: as Check.
func (h *Head) Bytes() ([]byte, error) {
	if err := h.Check(); err != nil {
		return nil, err
	}
	b := make([]byte, 0, 1024)
	b = append(b, first...)
	b = line(b, "kind", string(h.Kind))
	b = line(b, "id", h.ID)
	b = line(b, "request-id", h.RequestID)
	b = line(b, "client", h.Client.String())
	b = line(b, "service", h.Service.String())
	b = line(b, "server", h.Server.String())
	b = line(b, "user-id", h.UserID)
	b = line(b, "issue", h.Issue)
	b = line(b, "represented-party", h.Represented)
	b = line(b, "method", h.Method)
	b = line(b, "target", h.Target)
	if h.Kind == Response {
		b = append(strconv.AppendInt(append(b, "status: "...), int64(h.Status), 10), '\n')
	}
	b = sum(b, "headers", &h.Headers)
	b = sum(b, "body", &h.Body)
	b = append(strconv.AppendInt(append(b, "size: "...), h.Size, 10), '\n')
	if h.Kind == Response {
		b = sum(b, "request-hash", &h.Request)
	}
	b = append(h.Time.UTC().AppendFormat(append(b, "time: "...), moment), '\n')
	return b, nil
}

func line(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return append(append(append(append(b, name...), ": "...), value...), '\n')
}

func sum(b []byte, name string, d *Digest) []byte {
	b = append(append(b, name...), ": "...)
	return append(base64.StdEncoding.AppendEncode(b, d[:]), '\n')
}

// ParseFixed is Parse that keeps the text.
func ParseFixed(text []byte) (*Fixed, error) {
	h, err := Parse(text)
	return &Fixed{h, text}, err
}

// Parse reads what Bytes wrote, and nothing else: another order, a second space or
// a line too many is refused. Errors: Invalid.
func Parse(text []byte) (*Head, error) {
	if len(text) > longestHead || !bytes.HasPrefix(text, []byte(first)) || text[len(text)-1] != '\n' {
		return nil, errHead
	}
	h := &Head{}
	for l := range bytes.Lines(text[len(first):]) {
		name, value, ok := bytes.Cut(l[:len(l)-1], []byte(": "))
		if !ok {
			return nil, errHead
		}
		if err := h.read(string(name), string(value)); err != nil {
			return nil, errHead.At(string(name)).Because(err)
		}
	}
	again, err := h.Bytes()
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(again, text) {
		return nil, errHead
	}
	return h, nil
}

// read takes one line. Order, repeats and what must be there are Parse's to find.
func (h *Head) read(name, value string) (err error) {
	switch name {
	case "kind":
		h.Kind = Kind(value)
	case "id":
		h.ID = value
	case "request-id":
		h.RequestID = value
	case "client":
		h.Client, err = xroad.ParseClient(value)
	case "service":
		h.Service, err = xroad.ParseService(value)
	case "server":
		h.Server, err = xroad.ParseServer(value)
	case "user-id":
		h.UserID = value
	case "issue":
		h.Issue = value
	case "represented-party":
		h.Represented = value
	case "method":
		h.Method = value
	case "target":
		h.Target = value
	default:
		return h.readFigure(name, value)
	}
	return err
}

func (h *Head) readFigure(name, value string) (err error) {
	switch name {
	case "status":
		h.Status, err = strconv.Atoi(value)
	case "headers":
		h.Headers, err = ParseDigest(value)
	case "body":
		h.Body, err = ParseDigest(value)
	case "size":
		h.Size, err = strconv.ParseInt(value, 10, 64)
	case "request-hash":
		h.Request, err = ParseDigest(value)
	case "time":
		h.Time, err = time.Parse(moment, value)
	default:
		err = errHead
	}
	return err
}
