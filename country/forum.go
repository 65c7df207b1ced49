package country

import (
	"fmt"
	"slices"

	"diwan.example/gov"
)

// Forum is the planning forum of the sample country. Its first day is counted
// from today; its days are working days in a row.
type Forum struct {
	Name      gov.Text        `yaml:"name"`
	Place     gov.Text        `yaml:"place"`
	Day       int             `yaml:"day"`  // the first
	Days      int             `yaml:"days"` // how many
	Rooms     []ForumRoom     `yaml:"rooms"`
	Slots     []string        `yaml:"slots"`   // when the sessions of a day begin: "08:30"
	Minutes   int             `yaml:"minutes"` // how long a slot is
	Order     []gov.OrgID     `yaml:"order"`   // who presents, slot by slot, day by day
	Sessions  []ForumSession  `yaml:"sessions"`
	Questions []ForumQuestion `yaml:"questions"`
	Decisions []ForumDecision `yaml:"decisions"`
	Papers    []gov.OrgID     `yaml:"papers"` // who has attached a presentation
}

// ForumRoom is a room of the forum.
type ForumRoom struct {
	ID   string   `yaml:"id"`
	Name gov.Text `yaml:"name"`
}

// ForumSession is a session of the forum itself.
type ForumSession struct {
	Day    int      `yaml:"day"` // of the forum, from 1
	Starts string   `yaml:"starts"`
	Ends   string   `yaml:"ends"`
	Room   string   `yaml:"room"`
	Title  gov.Text `yaml:"title"`
}

// ForumQuestion is a question to an entity, with its answer if there is one.
type ForumQuestion struct {
	To     gov.OrgID `yaml:"to"`
	By     string    `yaml:"by"` // "moe-head"
	Words  string    `yaml:"words"`
	Answer string    `yaml:"answer"`
	Waits  bool      `yaml:"waits"` // nobody has let it through yet
}

// ForumDecision is what the forum decided at an entity's session.
type ForumDecision struct {
	At       gov.OrgID       `yaml:"at"`
	Text     gov.Text        `yaml:"text"`
	Services []gov.ServiceID `yaml:"services"`
	Board    string          `yaml:"board"` // the committee it is handed to; empty: none
}

const forumFile = "programme/forum.yaml"

func (c *Country) checkForum(r *reader) {
	f := c.Forum
	if f == nil {
		return
	}
	r.text(c, forumFile, f.Name, "name")
	r.text(c, forumFile, f.Place, "place")
	for i, o := range f.Order {
		if c.Organisation(o) == nil || slices.Index(f.Order, o) != i {
			r.fail(forumFile, "unknown or given twice: "+string(o), "order", i)
		}
	}
	if n := f.Days * len(f.Slots); len(f.Order) > n {
		r.fail(forumFile, fmt.Sprintf("%d entities do not fit into %d slots", len(f.Order), n), "order")
	}
	for i, s := range f.Sessions {
		r.text(c, forumFile, s.Title, "sessions", i, "title")
	}
	for i, d := range f.Decisions {
		r.text(c, forumFile, d.Text, "decisions", i, "text")
		for _, s := range d.Services {
			if c.Service(s) == nil {
				r.fail(forumFile, "there is no service "+string(s), "decisions", i, "services")
			}
		}
	}
}
