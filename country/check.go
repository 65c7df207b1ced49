package country

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
)

var (
	slug      = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	stepID    = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	serviceID = regexp.MustCompile(`^[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*$`)
	colour    = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
)

// check holds the whole profile to its rules; every breach is recorded with
// the place in its file.
func (c *Country) check(r *reader) {
	c.checkProfile(r)
	c.checkPlaces(r)
	c.checkOrganisations(r)
	c.checkTariffs(r)
	seen := map[string]bool{}
	for i, e := range c.LifeEvents {
		r.text(c, "life-events.yaml", e.Name, i, "name")
		r.once(seen, "life-events.yaml", e.ID, i, "id")
	}
	for i, s := range c.Schools {
		r.text(c, "schools.yaml", s.Name, i, "name")
		r.once(seen, "schools.yaml", "school "+s.ID, i, "id")
	}
	for i, h := range c.Holidays {
		r.text(c, "calendar.yaml", h.Name, i, "name")
	}
	if what := c.names.missing(); what != "" {
		r.fail("names.yaml", "the list "+what+" is empty", what)
	}
}

func (c *Country) checkProfile(r *reader) {
	const file = "country.yaml"
	r.text(c, file, c.Name, "name")
	r.text(c, file, c.Currency.Symbol, "currency", "symbol")
	if c.Sample {
		r.text(c, file, c.Notice, "notice")
	}
	if len(c.Languages) == 0 {
		r.fail(file, "languages is empty", "languages")
	}
	if len(c.Code) != 2 || len(c.Currency.Code) != 3 {
		r.fail(file, "code must be two letters and currency three", "code")
	}
	if c.Digits != "latn" && c.Digits != "arab" {
		r.fail(file, "digits must be latn or arab", "digits")
	}
	if !colour.MatchString(c.Accent.Light) || !colour.MatchString(c.Accent.Dark) {
		r.fail(file, "accent needs light and dark as #rrggbb", "accent")
	}
	if c.Calendar.Closes <= c.Calendar.Opens {
		r.fail(file, "offices must close after they open", "calendar", "closes")
	}
	if c.Organisation(c.Authority) == nil {
		r.fail(file, "authority is no organisation of this country", "authority")
	}
}

func (c *Country) checkPlaces(r *reader) {
	const file = "governorates.yaml"
	seen := map[string]bool{}
	for i, g := range c.Governorates {
		r.once(seen, file, g.ID, i, "id")
		r.text(c, file, g.Name, i, "name")
		for k, a := range g.Areas {
			r.text(c, file, a.Name, i, "areas", k, "name")
			if a.First <= 0 || a.Last < a.First {
				r.fail(file, "first and last must be a range of blocks", i, "areas", k, "first")
			}
		}
		if len(g.Areas) == 0 {
			r.fail(file, "a governorate needs areas", i)
		}
	}
}

func (c *Country) checkOrganisations(r *reader) {
	const file = "organisations.yaml"
	seen := map[string]bool{}
	for i, o := range c.Organisations {
		r.once(seen, file, string(o.ID), i, "id")
		r.text(c, file, o.Name, i, "name")
		r.text(c, file, o.Duty, i, "duty")
		if !slug.MatchString(string(o.ID)) {
			r.fail(file, "id must be lower-case letters, digits and hyphens", i, "id")
		}
		if !slices.Contains(OrganisationKinds, o.Kind) {
			r.fail(file, "kind must be one of "+strings.Join(OrganisationKinds, ", "), i, "kind")
		}
		if c.Sample && !o.Sample {
			r.fail(file, "a sample country has only organisations marked sample: true", i)
		}
	}
}

// addServices checks the services of one file and adds them.
func (c *Country) addServices(r *reader, file string, list []Service) {
	for i := range list {
		s := &list[i]
		s.Sample, s.Source = c.Sample, "profile"
		if c.Service(s.ID) != nil {
			r.fail(file, fmt.Sprintf("%s occurs twice", s.ID), i, "id")
		}
		c.checkService(r, file, i, s)
		c.Services = append(c.Services, *s)
	}
}

// checkService holds a service to the rules of all services, and to what a
// profile owes beyond them: a life event, an output, words to be found by.
func (c *Country) checkService(r *reader, file string, i int, s *Service) {
	for _, p := range s.Problems(c.Known()) {
		r.fail(file, p.Field+": "+p.Text[gov.English], append([]any{i}, steps(p.Field)...)...)
	}
	if len(s.Audience) == 0 || len(s.Channels) == 0 {
		r.fail(file, "audience or channels is empty", i)
	}
	if s.Online.Declared == "" {
		r.fail(file, "declared is no date like 2026-03-01", i, "online")
	}
	for _, l := range c.Languages {
		if len(s.Keywords[l]) == 0 {
			r.fail(file, "keywords lack "+string(l), i, "keywords")
		}
	}
	if len(s.Outputs) == 0 || len(s.LifeEvents) == 0 {
		r.fail(file, "a service has a life event and an output", i)
	}
}

// steps takes a place like "channels.0.kind" apart.
func steps(field string) (out []any) {
	for _, p := range strings.Split(field, ".") {
		if n, err := strconv.Atoi(p); err == nil {
			out = append(out, n)
		} else {
			out = append(out, p)
		}
	}
	return out
}

// Known is what the services of the country may name.
func (c *Country) Known() Known {
	return Known{
		Langs:        c.Languages,
		Organisation: func(id gov.OrgID) bool { return c.Organisation(id) != nil },
		LifeEvent: func(id string) bool {
			return slices.ContainsFunc(c.LifeEvents, func(x LifeEvent) bool { return x.ID == id })
		},
	}
}

// text demands every language of the country.
func (r *reader) text(c *Country, file string, t gov.Text, at ...any) {
	if lacks := t.Missing(c.Languages...); len(lacks) > 0 {
		r.fail(file, fmt.Sprintf("text lacks %v", lacks), at...)
	}
}

// once demands that id is there and new.
func (r *reader) once(seen map[string]bool, file, id string, at ...any) {
	if id == "" || seen[id] {
		r.fail(file, fmt.Sprintf("id %q is missing or occurs twice", id), at...)
	}
	seen[id] = true
}

func (c *Country) checkQuestions(r *reader) {
	const file = "questions.yaml"
	for i, q := range c.Questions {
		if strings.TrimSpace(q.Ask) == "" || len(q.Want) == 0 {
			r.fail(file, "a question needs ask and want", i)
		}
		for _, id := range q.Want {
			if c.Service(id) == nil {
				r.fail(file, "unknown service "+string(id), i, "want")
			}
		}
	}
}
