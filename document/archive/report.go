package archive

import (
	"encoding/csv"
	"io"
	"strconv"

	"diwan.example/gov"
)

// WriteFaults writes what is wrong with a file as CSV, a row for each, in both languages.
func WriteFaults(w io.Writer, f *Faults) error {
	out := csv.NewWriter(w)
	out.Write([]string{"line", "column", "cell", "السبب", "reason"})
	for _, x := range f.List {
		out.Write([]string{strconv.Itoa(x.Line), x.Field, x.Cell, x.Text.In(gov.Arabic), x.Text.In(gov.English)})
	}
	out.Flush()
	return out.Error()
}
