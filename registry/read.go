package registry

import (
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

var (
	errNoRecord = gov.Fail(gov.NotFound, "لا يوجد سجل بهذا المفتاح", "There is no record under this key")
	errPurpose  = gov.Problems{{Field: "purpose", Text: gov.T("اكتب سبب الاطلاع، وسيراه صاحب السجل", "Write why you look; the person will see it")}}
	errMany     = gov.Problems{{Field: "", Text: gov.T("النتائج أكثر من عشرين، فحدد البحث", "More than twenty records were found; narrow the search")}}
	errConnect  = gov.Fail(gov.Unavailable, "هذا السجل محفوظ لدى مصدر آخر ولا يُقرأ من هنا", "This registry's records live elsewhere and cannot be read here")
)

// mostOfPerson bounds how many records one registry gives of one person.
const mostOfPerson = 200

// OfPerson gives the records about a person as of a moment (zero: now), those
// that had ended by then left out. It writes no look: only the person themselves
// and the exchange, which writes its own, may call it. Errors: NotFound (no such
// registry or person), Unavailable (its records live elsewhere: use Elsewhere).
func (b *Book) OfPerson(tx *db.Tx, registry gov.RegistryID, person gov.PersonID, asOf time.Time) ([]Record, error) {
	p, err := identity.Known(tx, person)
	if err != nil {
		return nil, err
	}
	return b.ofCivil(tx, registry, p.CivilNumber, asOf)
}

// OfCivil is OfPerson for somebody who may have no account, by civil number. It
// writes no look either: its caller does.
func (b *Book) OfCivil(tx *db.Tx, registry gov.RegistryID, civil string, asOf time.Time) ([]Record, error) {
	return b.ofCivil(tx, registry, strings.TrimSpace(gov.Digits(civil)), asOf)
}

func (b *Book) ofCivil(tx *db.Tx, registry gov.RegistryID, civil string, asOf time.Time) ([]Record, error) {
	d, err := b.local(registry)
	if err != nil || civil == "" {
		return nil, err
	}
	if asOf.IsZero() {
		asOf = tx.Now()
	}
	heads, err := d.byCivil(tx, civil, mostOfPerson)
	if err != nil {
		return nil, err
	}
	var out []Record
	for _, head := range heads {
		r, ok, err := d.asOf(tx, head, asOf)
		if err != nil {
			return nil, err
		}
		if ok && !r.Ended(asOf) && r.civil == civil {
			out = append(out, r)
		}
	}
	return b.linked(tx, out), nil
}

// local finds a registry whose records are kept here.
func (b *Book) local(id gov.RegistryID) (*Definition, error) {
	d, err := b.Definition(id)
	if err == nil && d.Connector != nil {
		err = errConnect
	}
	return d, err
}

// asOf is what one was told at that moment: the latest version that had been
// recorded by then and held then.
func (d *Definition) asOf(tx *db.Tx, head Record, then time.Time) (Record, bool, error) {
	if !head.Recorded.After(then) && !head.From.After(then) {
		return head, true, nil
	}
	return d.earlierBy(tx, head, db.Millis(then))
}

// linked says whose records they are, as far as those have accounts.
func (b *Book) linked(tx *db.Tx, list []Record) []Record {
	known := map[string]gov.PersonID{}
	for i := range list {
		civil := list[i].civil
		if civil == "" {
			continue
		}
		id, seen := known[civil]
		if !seen {
			if p, err := identity.ByCivilNumber(tx, civil); err == nil {
				id = p.ID
			}
			known[civil] = id
		}
		list[i].Person = id
	}
	return list
}

// readers are the roles in the keeper's organisation that may look records up.
var readers = []gov.Role{gov.Officer, gov.Supervisor, gov.Owner, gov.Head}

// MayRead reports whether the actor works for the keeper and may look up records.
func (d *Definition) MayRead(a gov.Actor) bool {
	return a.Org == d.Organisation && a.Has(readers...)
}

// MayCorrect reports whether the actor may correct records.
func (d *Definition) MayCorrect(a gov.Actor) bool {
	return d.Connector == nil && a.Org == d.Organisation && len(d.Writers.Roles) > 0 && a.Has(d.Writers.Roles...)
}

// readable is a registry the actor may look records up in; to strangers it has none.
func (b *Book) readable(tx *db.Tx, id gov.RegistryID) (*Definition, error) {
	d, err := b.local(id)
	if err == nil && !d.MayRead(tx.Actor()) {
		err = errNoRecord
	}
	return d, err
}

// Lookup gives the keeper's officers one record by key, and writes the look; tx
// must be able to write. Errors: NotFound (no such record, or as of that moment,
// or the actor is not of the keeper), Invalid (no purpose), Unavailable.
func (b *Book) Lookup(tx *db.Tx, ask Ask) (*Record, error) {
	d, err := b.readable(tx, ask.Registry)
	if err != nil {
		return nil, err
	}
	if len([]rune(strings.TrimSpace(ask.Purpose))) < 3 {
		return nil, errPurpose
	}
	head, err := d.asked(tx, ask)
	if err != nil {
		return nil, err
	}
	if ask.AsOf.IsZero() {
		ask.AsOf = tx.Now()
	}
	r, ok, err := d.asOf(tx, head, ask.AsOf)
	if err == nil && !ok {
		err = errNoRecord
	}
	if err != nil {
		return nil, err
	}
	out := b.linked(tx, []Record{r})
	return &out[0], b.looked(tx, &out[0], ask.Purpose)
}

// asked finds the record that is asked for by key or id.
func (d *Definition) asked(tx *db.Tx, ask Ask) (Record, error) {
	key := ask.Key
	if ask.ID != "" {
		registry, found, ok, err := registryOf(tx, ask.ID)
		if err != nil || !ok || registry != d.ID {
			return Record{}, orElse(err, errNoRecord)
		}
		key = found
	}
	key, err := d.key(tx.Context(), key)
	if err != nil {
		return Record{}, err
	}
	head, ok, err := d.byKey(tx, key)
	if err == nil && !ok {
		err = errNoRecord
	}
	return head, err
}

func (b *Book) looked(tx *db.Tx, r *Record, purpose string) error {
	look := journal.Look{Person: r.Person, What: "record", Subject: r.ID, Registry: r.Registry, Purpose: strings.TrimSpace(purpose)}
	if r.Person == "" {
		look.Unclaimed = b.Unclaimed(r.civil)
	}
	return journal.Looked(tx, look)
}

// ByID finds the latest version of a record by its opaque id, for the machine's
// own work: what facts name. It writes no look. Errors: NotFound.
func (b *Book) ByID(tx *db.Tx, id string) (*Record, error) {
	registry, key, ok, err := registryOf(tx, id)
	if err != nil || !ok {
		return nil, orElse(err, errNoRecord)
	}
	d, err := b.local(registry)
	if err != nil {
		return nil, err
	}
	r, ok, err := d.byKey(tx, key)
	if err != nil || !ok {
		return nil, orElse(err, errNoRecord)
	}
	return &b.linked(tx, []Record{r})[0], nil
}

func orElse(err, other error) error {
	if err == nil {
		return other
	}
	return err
}

// History gives every version of a record, newest first, to the keeper's
// officers who have just looked it up; Lookup wrote the look. Errors: NotFound.
func (b *Book) History(tx *db.Tx, registry gov.RegistryID, key string) ([]Record, error) {
	d, err := b.readable(tx, registry)
	if err != nil {
		return nil, err
	}
	if key, err = d.key(tx.Context(), key); err != nil {
		return nil, err
	}
	head, ok, err := d.byKey(tx, key)
	if err != nil || !ok {
		return nil, orElse(err, errNoRecord)
	}
	past, err := d.earlier(tx, head)
	return b.linked(tx, append([]Record{head}, past...)), err
}

// found bounds the answer of Search.
const found = 20

// Search gives the keeper's officers the records that an allowed search finds,
// at most twenty, and writes a look for each. Names are found by any of their
// words, however they are spelt. Errors: NotFound (the actor is not of the
// keeper), Denied (these fields are no allowed search), Invalid (what is searched
// for, no purpose, or too many found).
func (b *Book) Search(tx *db.Tx, registry gov.RegistryID, wanted map[string]any, purpose string) ([]Record, error) {
	d, err := b.readable(tx, registry)
	if err != nil {
		return nil, err
	}
	if len([]rune(strings.TrimSpace(purpose))) < 3 {
		return nil, errPurpose
	}
	set := d.searchBy(wanted)
	if set == nil {
		return nil, d.errSearch()
	}
	wanted, err = b.checkSearch(tx, set, wanted)
	if err != nil {
		return nil, err
	}
	list, err := set.find(tx, d, wanted)
	if err != nil {
		return nil, err
	}
	if len(list) > found {
		return nil, errMany
	}
	list = b.linked(tx, list)
	for i := range list {
		if err := b.looked(tx, &list[i], purpose); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// searchBy is the allowed search with exactly these fields.
func (d *Definition) searchBy(wanted map[string]any) *searchSet {
	for i := range d.sets {
		s := &d.sets[i]
		missing := slices.ContainsFunc(s.fields, func(f *Field) bool { return wanted[f.Name] == nil })
		if !missing && len(wanted) == len(s.fields) {
			return s
		}
	}
	return nil
}

// errSearch says what may be searched by.
func (d *Definition) errSearch() error {
	list := make([]string, len(d.Search))
	for i, s := range d.Search {
		list[i] = strings.Join(s, " + ")
	}
	t := gov.T("لا يُبحث في هذا السجل إلا بـ: %s", "This registry is searched only by: %s").Sprintf(strings.Join(list, "; "))
	return gov.Fail(gov.Denied, t[gov.Arabic], t[gov.English])
}
