package priority

import (
	"encoding/csv"
	"io"
	"strconv"

	"diwan.example/gov"
	"diwan.example/programme"
)

// sheet writes a table as UTF-8 CSV that Excel opens rightly in Arabic.
func sheet(w io.Writer, head []string, lines func(put func(...string))) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	out.Write(head)
	lines(func(cells ...string) { out.Write(programme.Plain(cells...)) })
	out.Flush()
	return out.Error()
}

// WriteCSV writes rows of the list with what every criterion knows and gives; an
// unknown value is an empty cell.
func (t *Table) WriteCSV(w io.Writer, rows []Row) error {
	head := []string{"الترتيب / rank", "الرقم / id", "الخدمة / service (ar)", "الخدمة / service (en)", "الجهة / entity", "الدرجة / score", "أدنى درجة / lowest score", "أعلى درجة / highest score",
		"نصيب المعلوم / known share", "أفضل ترتيب / best rank", "أسوأ ترتيب / worst rank"}
	for _, c := range t.Criteria {
		n := c.Name[gov.Arabic] + " / " + c.ID
		head = append(head, n, n+" (basis)", n+" (points)")
	}
	return sheet(w, head, func(put func(...string)) {
		for _, r := range rows {
			line := []string{strconv.Itoa(r.Rank), string(r.ID), r.Name[gov.Arabic], r.Name[gov.English], string(r.Organisation), decimal(r.Score, 1), decimal(r.Low, 1), decimal(r.High, 1),
				decimal(r.Coverage, 2), strconv.Itoa(r.Best), strconv.Itoa(r.Worst)}
			points := map[string]string{}
			for _, p := range r.Parts {
				points[p.ID] = decimal(p.Points, 1)
			}
			for j, v := range r.Values {
				amount := ""
				if v.Known {
					amount = decimal(v.Amount, 2)
				}
				line = append(line, amount, v.Basis, points[t.Criteria[j].ID])
			}
			put(line...)
		}
	})
}

// decimal writes a number with at most some decimals.
func decimal(x float64, digits int) string {
	s, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', digits, 64), 64)
	return strconv.FormatFloat(s, 'f', -1, 64)
}

// WriteCSV writes the schedule, a row for each service.
func (s *Schedule) WriteCSV(w io.Writer) error {
	head := []string{"الربع / quarter", "الرقم / id", "الخدمة / service (ar)", "الخدمة / service (en)", "الجهة / entity", "الترتيب / rank", "تلزم قبل / needed by"}
	return sheet(w, head, func(put func(...string)) {
		for _, p := range s.Planned {
			put(p.Quarter.String(), string(p.ID), p.Name[gov.Arabic], p.Name[gov.English], string(p.Organisation), strconv.Itoa(p.Rank), string(p.For))
		}
		for _, r := range s.Never {
			put("", string(r.ID), r.Name[gov.Arabic], r.Name[gov.English], string(r.Organisation), strconv.Itoa(r.Rank), "")
		}
	})
}

// WriteForecasts writes what came in each quarter, and what the coming ones may
// bring, by basis.
func WriteForecasts(w io.Writer, list []Forecast) error {
	head := []string{"المصدر / basis", "الربع / quarter", "دخلت / came", "مجموع المتاح / online", "تسعة من عشرة / nine in ten at least", "النصف / half at least"}
	return sheet(w, head, func(put func(...string)) {
		for _, f := range list {
			for _, p := range f.Past() {
				put(f.Basis, p.Quarter.String(), strconv.Itoa(p.Came), strconv.Itoa(p.Online), "", "")
			}
			for _, b := range f.Ahead {
				put(f.Basis, b.Quarter.String(), "", "", strconv.Itoa(b.Least), strconv.Itoa(b.Half))
			}
		}
	})
}
