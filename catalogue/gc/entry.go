package gc

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
)

// Counted reports whether a statement's service is one of those that the
// publisher counts: offered to the public or to the whole government.
func Counted(scopes []string) bool {
	return slices.Contains(scopes, "EXTERN") || slices.Contains(scopes, "ENTERPRISE")
}

// audiences are whom the client target groups mean.
var audiences = map[string][]string{
	"PERSON": {"citizen", "resident"}, "ECONOM": {"business"}, "NGO": {"organisation"}, "PTC": {"government"}, "INTERN_GOV": {"government"}, "FOR": {"visitor"},
}

// entry makes an entry of a row and what it says of its year.
func (r *reading) entry(f *file, s catalogue.Statement) catalogue.Entry {
	e := catalogue.Entry{
		ID: s.Service, Organisation: s.Organisation, Name: f.text("service_name"), Description: f.text("service_description"), Internal: !Counted(s.Scopes),
		Languages: languages, Keywords: map[gov.Lang][]string{}, WorkingDays: country.NotSaid, Source: "gc",
		Online: country.Online{Level: level(s), Declared: lastDay(s.Year), Link: s.Link, Points: s.Points},
	}
	for _, l := range languages {
		if e.Name[l] == "" {
			f.refuse(f.line("service_name_en"), "service_name_"+string(l), "اسم الخدمة ناقص", "The name of the service is missing")
		}
		if e.Description[l] == "" {
			delete(e.Description, l)
		}
	}
	for _, t := range s.Types {
		e.Types = append(e.Types, "gc:"+t)
	}
	for _, g := range list(f.get("client_target_groups")) {
		for _, a := range audiences[g] {
			if !slices.Contains(e.Audience, a) {
				e.Audience = append(e.Audience, a)
			}
		}
	}
	for _, kind := range country.ChannelKinds {
		if _, ok := s.Volumes[kind]; ok {
			c := country.Channel{Kind: kind}
			if kind == "portal" {
				c.URL = s.Link
			}
			e.Channels = append(e.Channels, c)
		}
		e.Yearly += s.Volumes[kind]
	}
	if s.Fee {
		e.Costs = country.Costs{{Rule: gov.Text{gov.English: "A fee is charged", "fr": "Des frais sont exigés"}}}
	}
	if !e.Channels.Has("portal") && e.Online.Level >= 3 { // said online, without a volume
		e.Channels = append(country.Channels{{Kind: "portal", URL: s.Link}}, e.Channels...)
	}
	return e
}

// level is how far a service is online by its interaction points: from start to
// end when all that apply are, to apply for when the application is.
func level(s catalogue.Statement) int {
	yes, no := 0, 0
	for _, a := range s.Points {
		switch a {
		case country.Yes:
			yes++
		case country.No:
			no++
		}
	}
	switch {
	case yes > 0 && no == 0:
		return 4
	case s.Points[country.Application] == country.Yes:
		return 3
	case s.Link != "":
		return 1
	}
	return 0
}

// lastDay is the end of a fiscal year, which runs from April to March.
func lastDay(year string) string { return year[5:] + "-03-31" }

var promise = regexp.MustCompile(`(?i)\b(\d{1,3})\s*(?:\(\d+\)\s*)?(business|working|calendar)?\s*(day|week|month)s?\b`)

// promisedDays reads out of the timeliness standards by when a department
// promises to decide: the longest time that it names, in working days.
func promisedDays(all []catalogue.Statement) map[gov.ServiceID]int {
	out, year := map[gov.ServiceID]int{}, map[gov.ServiceID]string{}
	for _, s := range all {
		if s.Year < year[s.Service] {
			continue
		}
		longest := 0
		for _, x := range s.Standards {
			if x.Type == "timeliness" {
				longest = max(longest, workingDays(x.Name[gov.English]))
			}
		}
		if longest > 0 {
			out[s.Service], year[s.Service] = longest, s.Year
		}
	}
	return out
}

// workingDays reads a time out of a sentence: five working days a week, twenty-one
// a month; 0 when there is none.
func workingDays(words string) (longest int) {
	for _, m := range promise.FindAllStringSubmatch(words, -1) {
		n, _ := strconv.Atoi(m[1])
		switch unit := strings.ToLower(m[3]); {
		case unit == "week":
			n *= 5
		case unit == "month":
			n *= 21
		case strings.EqualFold(m[2], "calendar"):
			n = (n*5 + 6) / 7
		}
		longest = max(longest, n)
	}
	return longest
}
