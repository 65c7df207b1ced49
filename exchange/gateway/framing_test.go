package gateway

import (
	"strings"
	"testing"
)

// However the bytes are cut, the same requests are seen in them.
func TestFramingIsSeenHoweverItIsCut(t *testing.T) {
	const head = "POST /r1/x HTTP/1.1\r\nHost: gw\r\n"
	for _, c := range []struct {
		name, text   string
		heads, twice int64
	}{
		{"length", head + "Content-Length: 5\r\n\r\nab\n\r\nGET / HTTP/1.1\r\n\r\n", 2, 0},
		{"chunks", head + "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nab\r\n\n\r\n0\r\nX: y\r\n\r\nGET / HTTP/1.1\r\n\r\n", 2, 0},
		{"no body", head + "\r\n" + head + "\r\n", 2, 0},
		{"bare line feeds", strings.ReplaceAll(head+"Content-Length: 1\r\n\r\nx"+head+"Content-Length: 0\r\n\r\n"+head+"\r\n", "\r\n", "\n"), 3, 0},
		{"a long address", "POST /r1/" + strings.Repeat("x", 1500) + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + head + "\r\n", 2, 0},
		{"the first twice", head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n" + head, 1, 1},
		{"the second twice", head + "Content-Length: 1\r\n\r\nx" + head + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", 2, 2},
		{"chunks of old", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 1, 1},
		{"a name that only begins so", head + "Content-Lengthy: 9\r\nTransfer-Encodings: x\r\n\r\n" + head + "\r\n", 2, 0},
		{"a broken chunk", head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 1, 2},
		{"a length that is none", head + "Content-Length: -1\r\n\r\n", 1, 1},
		{"a chunk that says much", head + "Transfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("x", 600) + "\r\na\r\n0\r\n\r\n" + head + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 2, 2},
	} {
		for step := 1; step <= len(c.text); step++ {
			var f framing
			for i := 0; i < len(c.text); i += step {
				f.feed([]byte(c.text[i:min(i+step, len(c.text))]))
			}
			if f.heads != c.heads || f.twice != c.twice {
				t.Fatalf("%s, %d bytes at a time: %d heads, %d in doubt", c.name, step, f.heads, f.twice)
			}
		}
	}
}
