package gallery

import (
	"html/template"
	"time"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

// sample is what the components that are not questions show.
type sample struct {
	Now, Soon, Late, Today, Far time.Time
	File                        ui.FileRef
	Bars, Stacked, Line         ui.Chart
	Trend                       []float64
	Counts                      []int
	QR                          template.URL
}

func theSample() sample {
	now := time.Now() // the gallery shows how "in two days" looks today
	return sample{
		Now: now, Today: now.Add(time.Minute), Soon: now.AddDate(0, 0, 3), Late: now.AddDate(0, 0, -2), Far: now.AddDate(0, 0, 14),
		File:   ui.FileRef{ID: "f", Name: "contract عقد.pdf", Size: 1_480_000, Type: "application/pdf", URL: "/gallery/cases"},
		Bars:   bars(),
		Trend:  []float64{3, 5, 4, 8, 9, 7, 12, 15},
		Counts: []int{0, 1, 2, 3, 11, 100, 1234},
		Stacked: ui.Chart{Title: gov.T("المعاملات حسب القناة", "Cases by channel"), Labels: bars().Labels, Series: []ui.Series{
			{Name: gov.T("البوابة", "Portal"), Values: []float64{900, 700, 300, 120}},
			{Name: gov.T("مركز الخدمة", "Counter"), Values: []float64{200, 150, 260, 60}},
			{Name: gov.T("الهاتف", "Phone"), Values: []float64{84, 40, 20, 10}}}},
		Line: ui.Chart{Title: gov.T("الخدمات الإلكترونية", "Services online"), Labels: months(), Series: []ui.Series{
			{Name: gov.T("مُثبَت", "Proven"), Values: []float64{12, 30, 61, 90, 140, 188, 240, 301, 342, 398, 430, 472}},
			{Name: gov.T("مُعلَن", "Declared"), Values: []float64{310, 330, 350, 371, 402, 428, 455, 480, 512, 540, 562, 578}}}},
		QR: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 7 7'%3E%3Cpath d='M0 0h3v3H0zM4 0h3v3H4zM0 4h3v3H0zM4 4h1v1H4zM6 5h1v2H6zM4 6h1v1H4z'/%3E%3C/svg%3E",
	}
}

func bars() ui.Chart {
	return ui.Chart{Title: gov.T("المعاملات حسب الجهة", "Cases by entity"),
		Labels: []gov.Text{gov.T("وزارة التربية والتعليم", "Ministry of Education"), gov.T("وزارة الداخلية", "Ministry of Interior"), gov.T("وزارة العدل", "Ministry of Justice"), gov.T("وزارة الإسكان", "Ministry of Housing")},
		Links:  []string{"/gallery/lists"},
		Series: []ui.Series{{Values: []float64{1184, 890, 580, 190}}}}
}

func months() (out []gov.Text) {
	for m := range 12 {
		ar, en := ui.Format{Lang: gov.Arabic}, ui.Format{Lang: gov.English}
		out = append(out, gov.T(ar.Month(time.Month(m+1)), en.Month(time.Month(m + 1))[:3]))
	}
	return out
}
