package draft

import (
	"slices"
	"strings"

	"diwan.example/gov"
)

// service writes service.yaml.
func (d *drawing) service() string {
	s, e := d.sheet(), &d.Service
	s.note("", wordDrafted)
	s.put("id: %s", e.ID)
	s.put("version: %s", quoted(Version))
	s.put("organisation: %s", e.Organisation)
	s.note("", wordLanguages)
	s.put("languages: [%s]", strings.Join(strs(d.langs), ", "))
	s.text("", "title", shortened(e.Name, 200))
	s.text("", "summary", shortened(e.Description, 600))
	d.before(s)
	d.audience(s)
	if len(e.LifeEvents) > 0 {
		s.put("life_events: [%s]", strings.Join(e.LifeEvents, ", "))
	}
	d.channels(s)
	if len(e.Legal) > 0 {
		s.put("legal:")
		for _, l := range e.Legal {
			s.put("  - %s", s.flow(l.Name))
		}
	}
	s.note("", wordPrefix)
	s.put("prefix: %s", prefix(e.Organisation))
	s.note("", wordAppealDays)
	s.put("appeal_days: %d", AppealDays)
	s.put("appeal_to: appeal_review")
	return s.String()
}

// before lists what to have at hand.
func (d *drawing) before(s *sheet) {
	var list []gov.Text
	for _, a := range d.evidence {
		if !a.optional {
			list = append(list, a.label)
		}
	}
	for _, id := range d.Service.Requires {
		name := gov.T(string(id), string(id)).French(string(id))
		if d.Name != nil {
			name = d.Name(id)
		}
		if len(name.Missing(d.langs...)) == 0 {
			list = append(list, wordRequires.Sprintf(name))
		}
	}
	if len(d.fees)+len(d.byRule) > 0 {
		list = append(list, wordMeans)
	}
	if len(list) == 0 {
		return
	}
	s.put("before:")
	for _, t := range list {
		s.put("  - %s", s.flow(shortened(t, 300)))
	}
}

// audiences are whom a pack's words mean for those of an entry.
var audiences = map[string]string{
	"citizen": "citizen", "resident": "resident", "visitor": "visitor", "business": "business", "organisation": "business", "government": "business",
}

func (d *drawing) audience(s *sheet) {
	var who []string
	for _, a := range d.Service.Audience {
		if w := audiences[a]; !slices.Contains(who, w) {
			who = append(who, w)
		}
	}
	if len(who) == 0 {
		s.note("", wordNoAudience)
		who = []string{"citizen", "resident"}
	}
	s.put("audience: [%s]", strings.Join(who, ", "))
	var others []string
	if slices.ContainsFunc(who, func(w string) bool { return w != "business" }) {
		others = append(others, "guardian", "agent")
	}
	if slices.Contains(who, "business") {
		others = append(others, "company")
	}
	s.note("", wordForOthers)
	s.put("for_others: [%s]", strings.Join(others, ", "))
}

// runs are the channels on which packs run, by those of entries.
var runs = map[string]string{"portal": "portal", "app": "portal", "counter": "counter", "kiosk": "kiosk", "phone": "phone", "api": "api"}

func (d *drawing) channels(s *sheet) {
	on, off := []string{"portal"}, []string{}
	for _, c := range d.Service.Channels {
		switch w := runs[c.Kind]; {
		case w == "" && !slices.Contains(off, c.Kind):
			off = append(off, c.Kind)
		case w != "" && !slices.Contains(on, w):
			on = append(on, w)
		}
	}
	if len(off) > 0 {
		s.note("", wordOtherChannels.Sprintf(strings.Join(off, ", ")))
	}
	if !slices.Contains(on, "api") {
		on = append(on, "api")
	}
	s.put("channels: [%s]", strings.Join(on, ", "))
}

func strs[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}

// prefix makes two or three letters of an organisation's id: "dfo-mpo" gives DM.
func prefix(org gov.OrgID) string {
	words := strings.FieldsFunc(strings.ToUpper(string(org)), func(r rune) bool { return r < 'A' || r > 'Z' })
	out := ""
	for _, w := range words {
		out += w[:1]
	}
	if len(out) < 2 {
		out = strings.Join(words, "") + "XX"
	}
	return out[:min(3, max(2, len(out)))]
}
