package gc

import (
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
)

// languages are those of the files.
var languages = []gov.Lang{gov.English, "fr"}

// Files are what is read, with the names by which errors call them.
type Files struct {
	Services, Standards         io.Reader
	ServicesName, StandardsName string
	FiscalYear                  string // only this year's rows, "2023-2024"; empty: all
}

var (
	serviceColumns = []string{
		"fiscal_yr", "service_id", "service_name_en", "service_name_fr", "service_description_en", "service_description_fr", "service_type", "service_scope",
		"client_target_groups", "client_feedback_channel", "service_fee", "os_account_registration", "os_authentication", "os_application", "os_decision",
		"os_issuance", "os_issue_resolution_feedback", "last_service_review", "last_service_improvement", "num_phone_enquiries", "num_applications_by_phone",
		"num_website_visits", "num_applications_online", "num_applications_in_person", "num_applications_by_mail", "num_applications_by_email",
		"num_applications_by_fax", "num_applications_by_other", "num_applications_total", "special_remarks_en", "special_remarks_fr", "service_uri_en",
		"owner_org", "owner_org_title",
	}
	standardColumns = []string{
		"fiscal_yr", "service_id", "service_standard_id", "service_standard_en", "service_standard_fr", "type", "channel", "target", "volume_meeting_target",
		"total_volume", "target_met", "owner_org",
	}
	pointColumns = map[country.Point]string{
		country.Registration: "os_account_registration", country.Authentication: "os_authentication", country.Application: "os_application",
		country.Decision: "os_decision", country.Issuance: "os_issuance", country.Feedback: "os_issue_resolution_feedback",
	}
	volumeColumns = map[string]string{
		"portal": "num_applications_online", "phone": "num_applications_by_phone", "counter": "num_applications_in_person", "mail": "num_applications_by_mail",
		"email": "num_applications_by_email", "fax": "num_applications_by_fax", "other": "num_applications_by_other",
	}
	fiscalYear = regexp.MustCompile(`^(\d{4})-(\d{4})$`)
	slugShape  = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	codeShape  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*$`)
)

// reading is one reading of both files.
type reading struct {
	Files
	services, standards *file
	known               map[string]int // year and service → statement
	latest              map[gov.ServiceID]string
	entries             map[gov.ServiceID]catalogue.Entry
	departments         map[gov.OrgID]catalogue.Organisation
	statements          []catalogue.Statement
	ids                 map[string]bool // year, service and standard
}

// Read reads both files whole. Errors: Wrong with every place that is wrong, when
// nothing may be imported.
func Read(in Files) (*Inventory, error) {
	r := &reading{Files: in, known: map[string]int{}, latest: map[gov.ServiceID]string{}, entries: map[gov.ServiceID]catalogue.Entry{},
		departments: map[gov.OrgID]catalogue.Organisation{}, ids: map[string]bool{}}
	if in.FiscalYear != "" && !validYear(in.FiscalYear) {
		return nil, gov.Fail(gov.Invalid, "السنة المالية تُكتب هكذا: \u20662023-2024\u2069", "A fiscal year is written like 2023-2024").At("fiscal-year")
	}
	r.services = open(in.ServicesName, in.Services, serviceColumns)
	r.standards = open(in.StandardsName, in.Standards, standardColumns)
	if len(r.services.wrong) == 0 && len(r.standards.wrong) == 0 {
		for r.services.next() {
			r.service()
		}
		for len(r.services.wrong) == 0 && len(r.statements) > 0 && r.standards.next() {
			r.standard()
		}
	}
	if wrong := slices.Concat(r.services.wrong, r.standards.wrong); len(wrong) > 0 {
		return nil, Wrong(wrong)
	}
	if len(r.statements) == 0 {
		return nil, Wrong{{File: in.ServicesName, Text: gov.T("لا خدمات في الملف لهذه السنة", "The file has no services of this year")}}
	}
	return r.inventory(), nil
}

func validYear(s string) bool {
	m := fiscalYear.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	from, _ := strconv.Atoi(m[1])
	to, _ := strconv.Atoi(m[2])
	return to == from+1
}

// inventory puts what was read in order.
func (r *reading) inventory() *Inventory {
	inv := &Inventory{Statements: r.statements, Notes: slices.Concat(r.services.notes, r.standards.notes)}
	for _, id := range sortedKeys(r.departments) {
		inv.Organisations = append(inv.Organisations, r.departments[id])
	}
	for _, id := range sortedKeys(r.entries) {
		inv.Entries = append(inv.Entries, r.entries[id])
	}
	days := promisedDays(r.statements)
	for i := range inv.Entries {
		if n, ok := days[inv.Entries[i].ID]; ok {
			inv.Entries[i].WorkingDays = n
		}
	}
	return inv
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// year reads the year of a row; false when the row is of another one than asked.
func (r *reading) year(f *file) (string, bool) {
	y := f.needs("fiscal_yr")
	if y != "" && !validYear(y) {
		f.refuse(f.line("fiscal_yr"), "fiscal_yr", fmt.Sprintf("«%s» ليست سنة مالية مثل \u20662023-2024\u2069", short(y)), fmt.Sprintf("“%s” is no fiscal year like 2023-2024", short(y)))
		return "", false
	}
	return y, y != "" && (r.FiscalYear == "" || y == r.FiscalYear)
}

// department reads the owner of a row. Its title names it in both languages.
func (r *reading) department(f *file) gov.OrgID {
	id := gov.OrgID(f.needs("owner_org"))
	if id != "" && !slugShape.MatchString(string(id)) {
		f.refuse(f.line("owner_org"), "owner_org", "رمز الجهة حروف لاتينية صغيرة وأرقام وشرطات", "A department's code has small letters, digits and hyphens")
	}
	return id
}

func idOf(org gov.OrgID, code string) gov.ServiceID {
	return gov.ServiceID(string(org) + "/" + strings.ToLower(code))
}

// service reads one row of the services.
func (r *reading) service() {
	f := r.services
	if f.empty() {
		return
	}
	year, wanted := r.year(f)
	if !wanted {
		return
	}
	org, code := r.department(f), f.needs("service_id")
	if !codeShape.MatchString(code) {
		f.refuse(f.line("service_id"), "service_id", "رقم الخدمة حروف وأرقام وشرطات", "A service's id has letters, digits and hyphens")
		return
	}
	key := year + " " + code
	if _, twice := r.known[key]; twice {
		f.refuse(f.line("service_id"), "service_id", "الخدمة مكررة في السنة نفسها: "+code, "The service occurs twice in one year: "+code)
		return
	}
	s := r.statement(f, year, org, idOf(org, code))
	r.known[key] = len(r.statements)
	r.statements = append(r.statements, s)
	if year >= r.latest[s.Service] {
		r.latest[s.Service] = year
		r.entries[s.Service] = r.entry(f, s)
		r.departments[org] = department(org, f.needs("owner_org_title"))
	}
}

func department(id gov.OrgID, title string) catalogue.Organisation {
	en, fr, both := strings.Cut(title, "|")
	en, fr = strings.TrimSpace(en), strings.TrimSpace(fr)
	if !both {
		fr = en
	}
	name := gov.Text{gov.English: en, "fr": fr}
	return catalogue.Organisation{ID: id, Kind: "department", Name: name, Languages: languages}
}

// statement reads what a row says of its year.
func (r *reading) statement(f *file, year string, org gov.OrgID, id gov.ServiceID) catalogue.Statement {
	s := catalogue.Statement{
		Service: id, Organisation: org, Year: year, Scopes: list(f.needs("service_scope")), Types: list(f.get("service_type")),
		Points: map[country.Point]country.Answer{}, Volumes: map[string]int64{}, Enquiries: f.number("num_phone_enquiries"), Visits: f.number("num_website_visits"),
		Fee: f.word("service_fee", "Y", "N", notApplicable, noData) == "Y", Reviewed: f.get("last_service_review"), Improved: f.get("last_service_improvement"),
		Feedback: list(f.get("client_feedback_channel")), Remarks: f.text("special_remarks"),
	}
	for p, column := range pointColumns {
		if a := answers[f.word(column, "Y", "N", notApplicable, noData)]; a != "" {
			s.Points[p] = a
		}
	}
	sum, whole := int64(0), true
	for channel, column := range volumeColumns {
		n := f.number(column)
		if n == nil {
			whole = whole && f.get(column) != noData
			continue
		}
		s.Volumes[channel] = *n
		sum += *n
	}
	if total := f.number("num_applications_total"); total != nil && whole && *total != sum {
		f.note("num_applications_total", fmt.Sprintf("المجموع المكتوب %d، ومجموع القنوات %d؛ أُخذت القنوات", *total, sum), fmt.Sprintf("The total says %d, the channels add up to %d; the channels were taken", *total, sum))
	}
	s.Link = r.link(f)
	return s
}

// answers are the words of the files for yes and no; ND is none of them.
var answers = map[string]country.Answer{"Y": country.Yes, "N": country.No, notApplicable: country.NotApplicable}

// link is the address of a service's page, when it is one.
func (r *reading) link(f *file) string {
	s := f.get("service_uri_en")
	if !said(s) {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(s) > 2000 {
		f.note("service_uri_en", fmt.Sprintf("«%s» ليس عنوانًا، فتُرك", short(s)), fmt.Sprintf("“%s” is no address and was left out", short(s)))
		return ""
	}
	return u.String()
}

// standard reads one row of the standards.
func (r *reading) standard() {
	f := r.standards
	if f.empty() {
		return
	}
	year, wanted := r.year(f)
	if !wanted {
		return
	}
	org, code := r.department(f), f.needs("service_id")
	if _, ok := r.departments[org]; !ok && org != "" {
		f.refuse(f.line("owner_org"), "owner_org", "جهة غير معروفة، لا خدمات لها في ملف الخدمات: "+short(string(org)), "A department that is not known, without services in the other file: "+short(string(org)))
		return
	}
	i, ok := r.known[year+" "+code]
	if !ok {
		f.refuse(f.line("service_id"), "service_id", "لا توجد خدمة بهذا الرقم في السنة نفسها: "+short(code), "There is no service of this id in the same year: "+short(code))
		return
	}
	s := catalogue.Standard{
		ID: f.needs("service_standard_id"), Name: f.text("service_standard"), Type: standardTypes[f.get("type")], Channel: channels[f.get("channel")],
		Target: r.target(f), Meeting: f.number("volume_meeting_target"), Total: f.number("total_volume"), Met: answers[f.word("target_met", "Y", "N", notApplicable, noData)],
	}
	key := year + " " + code + " " + s.ID
	if r.ids[key] {
		f.refuse(f.line("service_standard_id"), "service_standard_id", "المعيار مكرر للخدمة في السنة نفسها: "+short(s.ID), "The standard occurs twice for its service in one year: "+short(s.ID))
		return
	}
	r.ids[key] = true
	r.contradicted(f, s)
	r.statements[i].Standards = append(r.statements[i].Standards, s)
}

var (
	standardTypes = map[string]string{"TML": "timeliness", "ACS": "access", "ACY": "accuracy", "OTH": "other"}
	channels      = map[string]string{"ONL": "portal", "EML": "email", "TEL": "phone", "POST": "mail", "PERSON": "counter", "FAX": "fax", "OTH": "other"}
)

// target is a share between 0 and 1.
func (r *reading) target(f *file) string {
	s := f.get("target")
	if !said(s) {
		return ""
	}
	if n, err := strconv.ParseFloat(s, 64); err != nil || n < 0 || n > 1 {
		f.refuse(f.line("target"), "target", fmt.Sprintf("«%s» ليست نسبة بين 0 و1", short(s)), fmt.Sprintf("“%s” is no share between 0 and 1", short(s)))
	}
	return s
}

// contradicted notes where the volumes say otherwise than the department. What
// the department says is kept, as its publisher counts it.
func (r *reading) contradicted(f *file, s catalogue.Standard) {
	target, err := strconv.ParseFloat(s.Target, 64)
	if err != nil || s.Meeting == nil || s.Total == nil || *s.Total == 0 || (s.Met != country.Yes && s.Met != country.No) {
		return
	}
	if met := float64(*s.Meeting)/float64(*s.Total) >= target; met != (s.Met == country.Yes) {
		f.note("target_met", "ما تقوله الجهة لا يوافق الأعداد في السطر؛ بقي ما تقوله", "What the department says does not agree with the volumes of the row; it was kept")
	}
}
