package admin

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/search"
)

// shown is how many rows of a long list stand on a page.
const shown = 50

// Paging says where a page of a long list stands in it.
type Paging struct {
	All        int // rows that match
	Prev, Next string
}

// paged cuts the page that the address asks for out of a list.
func paged[T any](r *http.Request, list []T) ([]T, Paging) {
	n, _ := strconv.Atoi(gov.Digits(r.URL.Query().Get("page")))
	last := max(0, (len(list)-1)/shown)
	n = min(max(n-1, 0), last)
	p := Paging{All: len(list)}
	if n > 0 {
		p.Prev = strconv.Itoa(n)
	}
	if n < last {
		p.Next = strconv.Itoa(n + 2)
	}
	return list[n*shown : min((n+1)*shown, len(list))], p
}

// matches reports whether a row has the words that the address asks for, in its
// id or in its name in any language.
func matches(r *http.Request, id string, name gov.Text) bool {
	q := search.Fold(strings.TrimSpace(r.URL.Query().Get("q")))
	if q == "" || strings.Contains(id, q) {
		return true
	}
	for _, s := range name {
		if strings.Contains(search.Fold(s), q) {
			return true
		}
	}
	return false
}

// documentedRow is a service that has no pack yet.
type documentedRow struct {
	catalogue.Service
	Org gov.Text
}

type documentedPage struct {
	Rows []documentedRow
	Paging
}

// documented lists the public services of the catalogue that no pack runs, of the
// own organisation or, for operators, of all.
func (a *Admin) documented(w http.ResponseWriter, r *http.Request) error {
	var data documentedPage
	err := a.read(r, func(tx *db.Tx) error {
		all, err := catalogue.Services(tx, catalogue.Filter{Public: true, Organisation: reach(tx.Actor())})
		for _, s := range all {
			if s.Version == "" && matches(r, string(s.ID), s.Name) {
				data.Rows = append(data.Rows, documentedRow{s, a.org(s.Organisation)})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	data.Rows, data.Paging = paged(r, data.Rows)
	return pages.Render(w, r, "documented", data)
}

// undrafted is a service whose entry lacks what a draft needs.
type undrafted struct {
	Service catalogue.Service
	Places  gov.Problems
}

// draftOf drafts the pack of a documented service and shows it as one that was
// checked; nothing is stored.
func (a *Admin) draftOf(w http.ResponseWriter, r *http.Request) error {
	var s catalogue.Service
	err := a.read(r, func(tx *db.Tx) (err error) {
		s, err = catalogue.Find(tx, serviceOf(r))
		if org := reach(tx.Actor()); err == nil && org != "" && s.Organisation != org {
			err = errNoService
		}
		return err
	})
	if err != nil {
		return err
	}
	files, err := a.Draft(r.Context(), s.ID)
	var missing gov.Problems
	if errors.As(err, &missing) {
		return pages.RenderInvalid(w, r, "undrafted", undrafted{s, missing})
	}
	if err != nil {
		return err
	}
	d := draft{Files: blank(files), Service: s.ID, Drafted: true}
	if err := a.examine(r, &d, files); err != nil {
		return err
	}
	return pages.Render(w, r, "draft", d)
}
