package messagelog

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"

	"diwan.example/exchange/message"
)

// The mark says how far the log was durable when it was last written. It is
// written after every shared sync and is not synced itself: a killed process
// leaves it exact, a power cut may leave it older. What is damaged before the mark
// had been answered for, and is an error; what is torn after it had not.
const markSize = 8 + 8 + 8 + linkSize + 4

func (p place) encode() []byte {
	b := make([]byte, 0, markSize)
	b = binary.BigEndian.AppendUint64(b, p.segment)
	b = binary.BigEndian.AppendUint64(b, uint64(p.offset))
	b = binary.BigEndian.AppendUint64(b, p.number)
	b = append(b, p.before[:]...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func (f Folder) markFile() string { return filepath.Join(f.dir, "mark") }

// mark reads the mark; ok is false when there is none that can be read.
func (f Folder) mark() (p place, ok bool) {
	b, err := os.ReadFile(f.markFile())
	if err != nil || len(b) != markSize || crc32.Checksum(b[:markSize-4], castagnoli) != binary.BigEndian.Uint32(b[markSize-4:]) {
		return p, false
	}
	return place{binary.BigEndian.Uint64(b), int64(binary.BigEndian.Uint64(b[8:])), binary.BigEndian.Uint64(b[16:]), message.Sum(b[24:])}, true
}
