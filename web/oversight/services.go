package oversight

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// servicesPage are the services that stand in one way.
type servicesPage struct {
	ask
	Stand  string // a standing; "" for all
	Counts catalogue.Count
	List   []service
	Next   string
	Own    bool
	Owner  gov.Text
}

type service struct {
	catalogue.Service
	Owner gov.Text
}

// Tone is the colour of the standing.
func (s service) Tone() string {
	switch s.Standing() {
	case catalogue.Proven:
		return "good"
	case catalogue.Running:
		return "info"
	case catalogue.Declared:
		return "warn"
	}
	return ""
}

// File is the address of the whole list as a file.
func (v *servicesPage) File() string {
	return strings.Replace(v.ask.Standing(v.Stand), "/oversight/services", "/oversight/services.csv", 1)
}

// Count is how many services stand so.
func (v *servicesPage) Count(s string) int {
	switch catalogue.Standing(s) {
	case catalogue.Proven:
		return v.Counts.Proven
	case catalogue.Running:
		return v.Counts.RunningOnly
	case catalogue.Declared:
		return v.Counts.DeclaredOnly
	case catalogue.Offline:
		return v.Counts.Offline
	}
	return v.Counts.Services
}

// listed reads the services that an address asks for.
func (o *Oversight) listed(r *http.Request) (v *servicesPage, all []catalogue.Service, err error) {
	q := r.URL.Query()
	v = &servicesPage{ask: ask{Filter: programme.Filter{Organisation: gov.OrgID(id(q, "org"))}}, Stand: q.Get("standing")}
	if v.Stand != "" && !slices.Contains(catalogue.Standings, catalogue.Standing(v.Stand)) {
		return nil, nil, gov.Fail(gov.NotFound, "لا توجد قائمة خدمات بهذا الاسم", "There is no list of services of this name")
	}
	v.Own = !gov.ActorFrom(r.Context()).Has(programme.Everything...)
	err = o.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.Filter, err = programme.Scope(tx.Actor(), v.Filter); err != nil {
			return err
		}
		if v.Counts, err = programme.Services(tx, v.Organisation); err != nil {
			return err
		}
		all, err = catalogue.Services(tx, catalogue.Filter{Organisation: v.Organisation, Standing: catalogue.Standing(v.Stand)})
		return err
	})
	if v != nil && v.Organisation != "" {
		v.Owner = o.names(r.Context()).organisation(v.Organisation)
	}
	return v, all, err
}

func (o *Oversight) services(w http.ResponseWriter, r *http.Request) error {
	v, all, err := o.listed(r)
	if err != nil {
		return err
	}
	n := o.names(r.Context())
	after := r.URL.Query().Get("after")
	for _, s := range all { // they come by id
		if string(s.ID) <= after {
			continue
		}
		if len(v.List) == pageRows {
			v.Next = string(v.List[pageRows-1].ID)
			break
		}
		v.List = append(v.List, service{s, n.organisation(s.Organisation)})
	}
	return pages.Render(w, r, "services", v)
}

func (o *Oversight) servicesCSV(w http.ResponseWriter, r *http.Request) error {
	_, all, err := o.listed(r)
	if err != nil {
		return err
	}
	n := o.names(r.Context())
	d := &download{w: w, name: "services.csv"}
	if _, err := d.Write([]byte("\uFEFF")); err != nil {
		return err
	}
	out := csv.NewWriter(d)
	out.UseCRLF = true
	out.Write(programme.Plain(pages.T("oversight.col.id").In(gov.Arabic)+" / id", "الخدمة / Service (Arabic)", "الخدمة بالإنجليزية / Service",
		"رمز الجهة / Entity id", "الجهة / Entity (Arabic)", "الجهة بالإنجليزية / Entity", "الحال / Standing", "الإصدار / Version", "أُعلنت في / Declared on", "أُثبتت في / Proven on"))
	for _, s := range all {
		org := n.organisation(s.Organisation)
		standing, proven := pages.T("oversight.standing."+string(s.Standing())), ""
		if !s.ProvenAt.IsZero() {
			proven = programme.DayOf(s.ProvenAt, o.Country.Calendar.Zone).String()
		}
		out.Write(programme.Plain(string(s.ID), s.Name[gov.Arabic], s.Name[gov.English], string(s.Organisation), org[gov.Arabic], org[gov.English],
			standing[gov.Arabic]+" / "+standing[gov.English], s.Version, s.Online.Declared, proven))
	}
	out.Flush()
	return out.Error()
}
