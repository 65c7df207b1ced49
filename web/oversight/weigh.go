package oversight

import (
	"net/http"
	"net/url"
	"strconv"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/programme/priority"
	"diwan.example/web/ui"
)

// weighers may make weights official.
var weighers = ui.Role(gov.Committee, gov.Authority)

// weighPage shows who decided on the weights and why, and takes a new decision.
type weighPage struct {
	wish
	Criteria []*priority.Criterion
	Official priority.Weighing
	History  []weighing
	Reason   string
	MayWeigh bool
	Done     bool
}

type weighing struct {
	priority.Weighing
	Who, For gov.Text
}

// Proposed is the weight of a criterion that is to become official.
func (v *weighPage) Proposed(id string) string {
	if s, ok := v.Typed[id]; ok && len(v.Problems) > 0 {
		return s
	}
	if v.Mine != nil {
		return strconv.Itoa(v.Mine[id])
	}
	return strconv.Itoa(v.Official.Weights[id])
}

// weighPage reads the page of decisions.
func (o *Oversight) weighPage(r *http.Request, q url.Values) (*weighPage, error) {
	w, err := wished(q)
	if err != nil {
		return nil, err
	}
	v := &weighPage{wish: w, Reason: q.Get("reason"), MayWeigh: priority.MayWeigh(gov.ActorFrom(r.Context())), Done: q.Get("done") != ""}
	if v.Criteria, err = priority.Criteria(); err != nil {
		return nil, err
	}
	n := o.names(r.Context())
	err = o.DB.Read(r.Context(), func(tx *db.Tx) error {
		if v.Official, err = priority.Weighed(tx); err != nil {
			return err
		}
		list, err := priority.Weighings(tx)
		if err != nil {
			return err
		}
		var people []gov.PersonID
		for _, x := range list {
			people = append(people, x.Author)
		}
		who, err := identity.Names(tx, people...)
		for _, x := range list {
			v.History = append(v.History, weighing{x, who[x.Author], n.organisation(x.Acting)})
		}
		return err
	})
	return v, err
}

func (o *Oversight) weights(w http.ResponseWriter, r *http.Request) error {
	v, err := o.weighPage(r, r.URL.Query())
	if err != nil {
		return err
	}
	return pages.Render(w, r, "weights", v)
}

func (o *Oversight) weigh(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	v, err := o.weighPage(r, r.PostForm)
	if err != nil {
		return err
	}
	seen, _ := strconv.Atoi(r.PostForm.Get("seen"))
	if len(v.Problems) == 0 {
		err = o.DB.Write(r.Context(), func(tx *db.Tx) error { _, err := priority.Weigh(tx, v.Mine, v.Reason, seen); return err })
		v.Problems, _ = gov.ProblemsOf(err, "reason")
		for i, p := range v.Problems {
			if p.Field != "reason" {
				v.Problems[i].Field = "w-" + p.Field
			}
		}
	}
	if len(v.Problems) > 0 {
		return pages.RenderInvalid(w, r, "weights", v)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/oversight/priorities/weights?done=1")
}
