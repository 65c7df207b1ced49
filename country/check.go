package country

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
)

var (
	slug      = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	serviceID = regexp.MustCompile(`^[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*$`)
	colour    = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
)

// check holds the whole profile to its rules; every breach is recorded with
// the place in its file.
func (c *Country) check(r *reader) {
	c.checkProfile(r)
	c.checkPlaces(r)
	c.checkOrganisations(r)
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
		s.Sample = c.Sample
		if c.Service(s.ID) != nil {
			r.fail(file, fmt.Sprintf("%s occurs twice", s.ID), i, "id")
		}
		c.checkService(r, file, i, s)
		c.checkServiceWords(r, file, i, s)
		c.Services = append(c.Services, *s)
	}
}

func (c *Country) checkService(r *reader, file string, i int, s *Service) {
	if !serviceID.MatchString(string(s.ID)) {
		r.fail(file, "id must be area/name", i, "id")
	}
	if c.Organisation(s.Organisation) == nil {
		r.fail(file, "unknown organisation "+string(s.Organisation), i, "organisation")
	}
	for k, e := range s.LifeEvents {
		if !slices.ContainsFunc(c.LifeEvents, func(x LifeEvent) bool { return x.ID == e }) {
			r.fail(file, "unknown life event "+e, i, "life_events", k)
		}
	}
	if s.Online.Level < 0 || s.Online.Level > 4 {
		r.fail(file, "level goes from 0 to 4", i, "online", "level")
	}
	if _, err := time.Parse(time.DateOnly, s.Online.Declared); err != nil {
		r.fail(file, "declared is no date like 2026-03-01", i, "online", "declared")
	}
	if s.Cost.Amount < 0 || s.WorkingDays < 0 {
		r.fail(file, "cost and working days cannot be negative", i)
	}
	r.words(file, "audience", Audiences, s.Audience, i)
	r.words(file, "channels", Channels, s.Channels, i)
	if s.Online.Level >= 3 && !slices.Contains(s.Channels, "portal") && !slices.Contains(s.Channels, "app") {
		r.fail(file, "a service that can be applied for online has the channel portal or app", i, "channels")
	}
}

func (c *Country) checkServiceWords(r *reader, file string, i int, s *Service) {
	r.text(c, file, s.Name, i, "name")
	r.text(c, file, s.Description, i, "description")
	if len(s.Cost.Rule) > 0 {
		r.text(c, file, s.Cost.Rule, i, "cost", "rule")
	}
	for k, e := range s.Evidence {
		r.text(c, file, e.Name, i, "evidence", k, "name")
	}
	for k, o := range s.Outputs {
		r.text(c, file, o, i, "outputs", k)
	}
	for k, l := range s.Legal {
		r.text(c, file, l, i, "legal", k)
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

// words demands at least one word, and only allowed ones.
func (r *reader) words(file, key string, allowed, got []string, i int) {
	if len(got) == 0 {
		r.fail(file, key+" is empty", i)
	}
	for k, w := range got {
		if !slices.Contains(allowed, w) {
			r.fail(file, w+" is not one of "+strings.Join(allowed, ", "), i, key, k)
		}
	}
}
