package admin

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

// sheet is a list as it is downloaded.
type sheet struct {
	name  string
	heads []gov.Text
	rows  [][]any
}

// wants reports whether a list is asked for as CSV.
func wants(r *http.Request) bool { return r.FormValue("format") == "csv" }

// send answers a list as CSV (RFC 4180) in the reader's language, with the mark
// by which spreadsheets know UTF-8.
func (s sheet) send(w http.ResponseWriter, r *http.Request) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	c := csv.NewWriter(&b)
	c.UseCRLF = true
	f := ui.Format{Lang: ui.LangOf(r)}
	var line []string
	for _, h := range s.heads {
		line = append(line, h.In(f.Lang))
	}
	c.Write(line)
	for _, row := range s.rows {
		line = line[:0]
		for _, v := range row {
			line = append(line, harmless(f.Text(v)))
		}
		c.Write(line)
	}
	if c.Flush(); c.Error() != nil {
		return c.Error()
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+s.name+`.csv"`)
	_, err := w.Write(b.Bytes())
	return err
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// stamp writes a moment for a machine to sort by: UTC, RFC 3339.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
