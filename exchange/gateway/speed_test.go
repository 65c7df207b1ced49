package gateway

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkExchange is one message at a time, from its caller to the service and
// back; diwan bench exchange measures many at once.
func BenchmarkExchange(b *testing.B) {
	w := newWorld(b, func(rw http.ResponseWriter, r *http.Request) { io.WriteString(rw, "done") })
	c := client(&w.system)
	c.Transport.(*http.Transport).DisableKeepAlives = false
	defer c.CloseIdleConnections()
	text := strings.Repeat("x", 1024)
	b.ReportAllocs()
	for b.Loop() {
		r, err := http.NewRequest("POST", "https://"+w.a.client+ask, strings.NewReader(text))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("X-Road-Client", schools.String())
		res, err := c.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if res.StatusCode != 200 {
			b.Fatal(res.Status)
		}
	}
}
