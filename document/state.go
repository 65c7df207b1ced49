package document

import (
	"slices"
	"time"

	"diwan.example/gov"
)

// State is what a document is worth now.
type State string

// The states. Expired is computed from the date; Unknown and Altered are answers
// to whoever verifies and are never stored.
const (
	Valid     State = "valid"
	Suspended State = "suspended" // for a while: it may become valid again
	Replaced  State = "replaced"
	Revoked   State = "revoked"
	Expired   State = "expired"
	Unknown   State = "unknown" // no document of ours has this code
	Altered   State = "altered" // what is stored is not what was signed, or its key is no longer trusted
)

// moves is the life of a document.
var moves = map[State][]State{
	Valid:     {Suspended, Replaced, Revoked},
	Suspended: {Valid, Replaced, Revoked},
	Replaced:  {},
	Revoked:   {},
}

func mayMove(from, to State) bool { return slices.Contains(moves[from], to) }

var labels = map[State]gov.Text{
	Valid:     gov.T("سارية", "Valid").French("Valide"),
	Suspended: gov.T("موقوفة مؤقتًا", "Suspended for now").French("Suspendu"),
	Replaced:  gov.T("استُبدلت بوثيقة أحدث", "Replaced by a newer document").French("Remplacé par un document plus récent"),
	Revoked:   gov.T("ملغاة", "Revoked").French("Annulé"),
	Expired:   gov.T("منتهية الصلاحية", "Expired").French("Expiré"),
	Unknown:   gov.T("ليست من وثائقنا", "Not one of our documents").French("N’est pas un de nos documents"),
	Altered:   gov.T("لا يُعتدّ بها: لا تطابق ما وقّعته الجهة", "Not to be relied on: it does not match what was signed").French("Sans valeur : ne correspond pas à ce qui a été signé"),
}

// Label names the state for people.
func (s State) Label() gov.Text { return labels[s] }

// at is the state that people see at a moment: a valid document expires.
func (s State) at(now, until time.Time) State {
	if s == Valid && !until.IsZero() && now.After(until) {
		return Expired
	}
	return s
}
