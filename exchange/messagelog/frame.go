package messagelog

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"diwan.example/exchange/message"
)

// A segment is a row of frames and nothing else:
//
//	"DwL1"  kind  flags  len(said)  len(body)  crc  said  body  link
//
// Lengths and sum are 4 bytes, big end first. The sum (CRC-32C) is over all that
// follows the magic but itself; the link is message.Link over the link before,
// kind and said. Headers and body of a message are not in the link: their digests
// stand in the signed head. In the frame they are the length of the headers (4
// bytes), the headers, the body.
const (
	magic      = "DwL1"
	frameHead  = 4 + 1 + 1 + 4 + 4 + 4
	linkSize   = 32
	mostSaid   = 256 << 10
	mostBody   = 1 << 20
	mostBlock  = 256 << 10
	flagOpens  = 1 // this frame is the first of those made durable together
	kindStart  = 's'
	kindCert   = 'c'
	kindSeal   = 'z'
	kindLetter = 'm'
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errFrame says that no whole frame stands where one should.
var errFrame = errors.New("messagelog: no whole record here")

type frame struct {
	kind  byte
	opens bool
	said  []byte
	body  []byte
	link  message.Sum
}

func (f *frame) size() int64 { return int64(frameHead + len(f.said) + len(f.body) + linkSize) }

// append writes the frame after b.
func (f *frame) append(b []byte) []byte {
	at := len(b)
	b = append(b, magic...)
	var flags byte
	if f.opens {
		flags = flagOpens
	}
	b = append(b, f.kind, flags)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.said)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.body)))
	b = append(b, 0, 0, 0, 0)
	b = append(append(append(b, f.said...), f.body...), f.link[:]...)
	binary.BigEndian.PutUint32(b[at+14:], crcOf(b[at:]))
	return b
}

func crcOf(b []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, b[4:14]), castagnoli, b[frameHead:])
}

// readFrame reads one frame. Errors: io.EOF exactly between frames, errFrame,
// those of the disk.
func readFrame(r *bufio.Reader) (*frame, error) {
	var head [frameHead]byte
	switch n, err := io.ReadFull(r, head[:]); {
	case err == io.EOF && n == 0:
		return nil, io.EOF
	case err == io.ErrUnexpectedEOF:
		return nil, errFrame
	case err != nil:
		return nil, err
	}
	said, body, ok := lengths(head[:])
	if !ok {
		return nil, errFrame
	}
	b := make([]byte, frameHead+said+body+linkSize)
	copy(b, head[:])
	if _, err := io.ReadFull(r, b[frameHead:]); err == io.EOF || err == io.ErrUnexpectedEOF {
		return nil, errFrame
	} else if err != nil {
		return nil, err
	}
	return parseFrame(b, said, body)
}

// lengths reads how long a frame's two parts are; ok is false when b begins none.
func lengths(b []byte) (said, body int, ok bool) {
	if len(b) < frameHead || string(b[:4]) != magic {
		return 0, 0, false
	}
	said, body = int(binary.BigEndian.Uint32(b[6:])), int(binary.BigEndian.Uint32(b[10:]))
	return said, body, said <= mostSaid && body <= 4+mostBlock+mostBody
}

func parseFrame(b []byte, said, body int) (*frame, error) {
	if binary.BigEndian.Uint32(b[14:]) != crcOf(b) || b[5] > flagOpens {
		return nil, errFrame
	}
	at := frameHead + said + body
	return &frame{kind: b[4], opens: b[5] == flagOpens, said: b[frameHead : frameHead+said], body: b[frameHead+said : at], link: message.Sum(b[at:])}, nil
}

// opensLater reports whether b holds a whole frame that opened a later write:
// proof that all before it had become durable.
func opensLater(b []byte) bool {
	for i := 0; i+frameHead+linkSize <= len(b); i++ {
		if b[i] != magic[0] {
			continue
		}
		said, body, ok := lengths(b[i:])
		end := i + frameHead + said + body + linkSize
		if !ok || end > len(b) {
			continue
		}
		if f, err := parseFrame(b[i:end], said, body); err == nil && f.opens {
			return true
		}
	}
	return false
}

// together is headers and body as a frame carries them.
func together(block, body []byte) []byte {
	if len(block)+len(body) == 0 {
		return nil
	}
	b := make([]byte, 0, 4+len(block)+len(body))
	return append(append(binary.BigEndian.AppendUint32(b, uint32(len(block))), block...), body...)
}

func apart(b []byte) (block, body []byte, ok bool) {
	if len(b) == 0 {
		return nil, nil, true
	}
	if len(b) < 4 || int64(binary.BigEndian.Uint32(b)) > int64(len(b)-4) {
		return nil, nil, false
	}
	n := 4 + binary.BigEndian.Uint32(b)
	if n > 4 {
		block = b[4:n]
	}
	return block, b[n:], true
}
