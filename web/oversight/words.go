package oversight

import (
	"context"
	"fmt"
	"math"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/programme"
	"diwan.example/web/ui"
)

// names finds the words for ids while one page is made.
type names struct {
	o        *Oversight
	ctx      context.Context
	services map[string]gov.Text
}

func (o *Oversight) names(ctx context.Context) *names {
	return &names{o, ctx, map[string]gov.Text{}}
}

// Of names a group. An id that nothing knows any more names itself.
func (n *names) Of(by programme.Dimension, id string) gov.Text {
	if id == "" {
		return pages.T("oversight.unknown")
	}
	switch by {
	case programme.ByOrganisation:
		return n.organisation(gov.OrgID(id))
	case programme.ByService:
		return n.service(gov.ServiceID(id))
	case programme.ByPlace:
		for _, g := range n.o.Country.Governorates {
			if g.ID == id {
				return g.Name
			}
		}
	case programme.ByChannel:
		switch gov.Channel(id) {
		case gov.Portal, gov.Counter, gov.Kiosk, gov.Phone, gov.API:
			return pages.T("oversight.channel." + id)
		}
	}
	return gov.T(id, id)
}

func (n *names) organisation(id gov.OrgID) gov.Text {
	if x, err := n.o.Book.Organisation(n.ctx, id); err == nil {
		return x.Name
	}
	return gov.T(string(id), string(id))
}

func (n *names) service(id gov.ServiceID) gov.Text {
	t, ok := n.services[string(id)]
	if !ok {
		t = gov.T(string(id), string(id))
		if s, err := n.o.Book.Service(n.ctx, id); err == nil {
			t = s.Name
		}
		n.services[string(id)] = t
	}
	return t
}

// words are the names as a CSV wants them: nothing has no name.
func (n *names) words() programme.Words {
	return programme.Words{
		Zone: n.o.Country.Calendar.Zone, Currency: n.o.Country.Currency, Outcome: outcome,
		Name: func(d programme.Dimension, id string) gov.Text {
			if id == "" {
				return nil
			}
			return n.Of(d, id)
		},
	}
}

func outcome(id string) gov.Text {
	if id == "" {
		return nil
	}
	return casework.OutcomeWords(id)
}

// lasting is a time that people waited, as the key of a phrase and its number.
type lasting struct {
	Unit string
	N    any
}

// last says how long something took; of is how many it was counted from.
func last(d time.Duration, of int64) lasting {
	hours := d.Hours()
	days := hours / 24
	switch tenth := math.Round(days*10) / 10; {
	case of == 0:
		return lasting{"none", 0}
	case hours < 1:
		return lasting{"moment", 0}
	case hours < 36:
		return lasting{"hours", int(math.Round(hours))}
	case days < 10 && tenth != math.Trunc(tenth):
		if days > 3 {
			return lasting{"parts", tenth}
		}
		return lasting{"part", tenth}
	}
	return lasting{"days", int(math.Round(days))}
}

// label is a step of a trend in a few words.
func label(p programme.Point, step programme.Step) gov.Text {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		t := p.From.Time()
		month := ui.Format{Lang: l}.Month(t.Month())
		switch {
		case step != programme.Months:
			out[l] = fmt.Sprintf("%d %s", t.Day(), month)
		case t.Month() == time.January:
			out[l] = fmt.Sprintf("%s %d", month, t.Year())
		default:
			out[l] = month
		}
	}
	return out
}
