package admin

import (
	"net/http"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
	"diwan.example/payment"
)

// homePage says what this person may do here, and what waits for them.
type homePage struct {
	Org   gov.Text
	Roles []gov.Text
	Doors []door
}

// door is one part of the area that the reader may enter.
type door struct {
	Name string // the phrases admin.door.<name> and admin.door.<name>.text
	URL  string
	Wait int // how many things wait behind it
}

func (a *Admin) home(w http.ResponseWriter, r *http.Request) error {
	me := gov.ActorFrom(r.Context())
	p := homePage{Org: a.org(me.Org), Roles: roleNames(me.Roles)}
	add := func(may bool, name, url string) {
		if may {
			p.Doors = append(p.Doors, door{Name: name, URL: url})
		}
	}
	add(people.Allow(me), "people", "/admin/people")
	add(people.Allow(me) || auditor.Allow(me), "staff", "/admin/staff")
	add(me.Has(gov.Owner, gov.Head, gov.Auditor), "register", "/register")
	add(packsSeen.Allow(me), "packs", "/admin/packs")
	add(readers.Allow(me), "keys", "/admin/keys")
	add(readers.Allow(me), "money", "/admin/money")
	add(operator.Allow(me), "operations", "/admin/operations")
	add(auditor.Allow(me), "journal", "/admin/audit")
	add(auditor.Allow(me), "access", "/admin/audit/access")
	add(auditor.Allow(me), "unusual", "/admin/unusual")
	add(auditor.Allow(me), "questions", "/admin/questions")
	add(auditor.Allow(me), "delays", "/admin/delays")
	add(machines.Allow(me), "tokens", "/admin/tokens")
	add(machines.Allow(me), "webhooks", "/admin/webhooks")
	add(a.OneClick, "outbox", "/admin/outbox")
	if err := a.waiting(r, p.Doors); err != nil {
		return err
	}
	return pages.Render(w, r, "home", p)
}

// waiting counts what waits behind the doors: differences to explain, jobs put
// aside and followers held up.
func (a *Admin) waiting(r *http.Request, doors []door) error {
	return a.read(r, func(tx *db.Tx) error {
		for i := range doors {
			var err error
			switch doors[i].Name {
			case "money":
				var open []payment.Difference
				open, err = a.Cases.Cashier.Differences(tx, payment.Filter{State: payment.Unexplained, Limit: 1000})
				doors[i].Wait = len(open)
			case "operations":
				doors[i].Wait, err = troubles(tx)
			case "unusual", "questions":
				doors[i].Wait, err = a.reading(tx, doors[i].Name)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func troubles(tx *db.Tx) (n int, err error) {
	list, err := jobs.List(tx, 200)
	if err != nil {
		return 0, err
	}
	for _, j := range list {
		if j.Dead {
			n++
		}
	}
	all, _, err := journal.Followed(tx)
	for _, f := range all {
		if f.Trouble != "" {
			n++
		}
	}
	return n, err
}
