package catalogue

import (
	"cmp"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Work is an entry as those who write or review it see it.
type Work struct {
	ID           gov.ServiceID
	Organisation gov.OrgID
	Published    *Service  // nil: not in the catalogue yet
	Draft        *Revision // nil: nobody is writing it
}

// WorkState is where the work on an entry stands.
type WorkState string

// The states of the work on an entry.
const (
	WorkNone     WorkState = "published" // published, and nobody is writing it
	WorkDraft    WorkState = "draft"     // being written
	WorkReturned WorkState = "returned"  // the authority gave it back
	WorkReview   WorkState = "review"    // the authority looks at it
)

// WorkStates lists them in the order in which they ask for attention.
var WorkStates = []WorkState{WorkReturned, WorkDraft, WorkReview, WorkNone}

// State is where the work on the entry stands.
func (w *Work) State() WorkState {
	switch {
	case w.Draft == nil:
		return WorkNone
	case w.Draft.State == RevisionReview:
		return WorkReview
	case !w.Draft.Decided.IsZero():
		return WorkReturned
	}
	return WorkDraft
}

// Entry is the entry as it is being written, else as it is published.
func (w *Work) Entry() Entry {
	if w.Draft != nil {
		return w.Draft.Entry
	}
	return w.Published.Entry
}

// Before is the published entry; empty when there is none.
func (w *Work) Before() Entry {
	if w.Published == nil {
		return Entry{ID: w.ID, Organisation: w.Organisation}
	}
	return w.Published.Entry
}

// MaySee reports whether an actor may see the work on an organisation's entries:
// its owners and head, the authority and auditors.
func MaySee(a gov.Actor, org gov.OrgID) bool { return sees(a, org) }

// WorkOn is the work on one entry. Errors: NotFound, also for strangers.
func WorkOn(tx *db.Tx, id gov.ServiceID) (w Work, err error) {
	s, found, err := serviceByID(tx, id)
	if err != nil {
		return w, err
	}
	r, writing, err := written(tx, id)
	if err != nil {
		return w, err
	}
	w.ID, w.Organisation = id, cmp.Or(r.Organisation, s.Organisation)
	if !found && !writing || !sees(tx.Actor(), w.Organisation) {
		return Work{}, errNoService
	}
	if found {
		w.Published = &s
	}
	if writing {
		w.Draft = &r
	}
	return w, nil
}

// Free reports whether no entry has an id, published or being written by anybody.
func Free(tx *db.Tx, id gov.ServiceID) (bool, error) {
	_, found, err := serviceByID(tx, id)
	if err != nil || found {
		return false, err
	}
	_, found, err = written(tx, id)
	return !found, err
}

// Works lists the work on the entries of an organisation, or on all that the
// actor may see, by id.
func Works(tx *db.Tx, org gov.OrgID) ([]Work, error) {
	list, err := services(tx, org)
	if err != nil {
		return nil, err
	}
	drafts, err := inWork(tx, org)
	if err != nil {
		return nil, err
	}
	byID := map[gov.ServiceID]*Revision{}
	for i := range drafts {
		byID[drafts[i].ID] = &drafts[i]
	}
	var out []Work
	for i := range list {
		if s := &list[i]; sees(tx.Actor(), s.Organisation) {
			out = append(out, Work{s.ID, s.Organisation, s, byID[s.ID]})
		}
		delete(byID, list[i].ID)
	}
	for i := range drafts {
		if r := byID[drafts[i].ID]; r != nil && sees(tx.Actor(), r.Organisation) {
			out = append(out, Work{r.ID, r.Organisation, nil, r})
		}
	}
	slices.SortFunc(out, func(a, b Work) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out, nil
}
