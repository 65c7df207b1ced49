package lifecycle

import (
	"encoding/csv"
	"io"
	"strconv"

	"diwan.example/gov"
	"diwan.example/programme"
)

// Words turn ids into words for a table.
type Words struct {
	Service      func(gov.ServiceID) gov.Text
	Organisation func(gov.OrgID) gov.Text
}

// WriteCSV writes how services stood as UTF-8 CSV that Excel opens rightly in
// Arabic. Levels that nobody knows are empty.
func (c *Cycle) WriteCSV(w io.Writer, list []Place, words Words) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write([]string{"رمز الخدمة / Service id", "الخدمة / Service (Arabic)", "الخدمة بالإنجليزية / Service", "رمز الجهة / Entity id", "الجهة / Entity (Arabic)", "الجهة بالإنجليزية / Entity",
		"المرحلة / Stage", "الأساس / Basis", "منذ / Since", "المستوى المثبت / Level proven", "المستوى المعلن / Level declared"})
	for _, p := range list {
		name, org, stage := words.Service(p.Service), words.Organisation(p.Organisation), p.Stage.Name()
		out.Write(programme.Plain(string(p.Service), name[gov.Arabic], name[gov.English], string(p.Organisation), org[gov.Arabic], org[gov.English],
			stage[gov.Arabic]+" / "+stage[gov.English], string(p.Basis), programme.DayOf(p.At, c.Zone).String(), level(p.Proven), level(p.Declared)))
	}
	out.Flush()
	return out.Error()
}

func level(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}
