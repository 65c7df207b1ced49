package pack

import (
	"reflect"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// ChangeKind says what happened to a part of a pack.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Change is one difference between two versions of a pack, in words that its
// owner and its applicants understand.
type Change struct {
	Path string     `json:"path"` // "procedure.yaml: steps.payment.lines.renewal.amount"
	Kind ChangeKind `json:"kind"`
	Old  string     `json:"old,omitempty"`
	New  string     `json:"new,omitempty"`
	Text gov.Text   `json:"text"`
}

// Diff lists what changes for people from one version of a pack to the next, in
// the order of the files. Two packs with the same digest have no changes.
func Diff(old, new *Pack) []Change {
	d := &differ{}
	d.fields(serviceFile, "", thing{gov.T("الخدمة", "the service")}, reflect.ValueOf(old.Service), reflect.ValueOf(new.Service))
	d.list(questionsFile, "pages", reflect.ValueOf(old.Pages), reflect.ValueOf(new.Pages))
	d.list(procedureFile, "steps", reflect.ValueOf(old.Steps), reflect.ValueOf(new.Steps))
	d.list(documentsFile, "documents", reflect.ValueOf(old.Documents), reflect.ValueOf(new.Documents))
	d.list(examplesFile, "examples", reflect.ValueOf(old.Examples), reflect.ValueOf(new.Examples))
	return d.changes
}

// thing is what a change speaks of: "the question «Grade»".
type thing struct{ words gov.Text }

// things names the parts that have an id, with the field that identifies them
// and the one that people know them by.
var things = map[reflect.Type]struct {
	word      gov.Text
	id, title string
}{
	reflect.TypeFor[form.Page]():     {gov.T("الصفحة", "the page"), "Name", "Title"},
	reflect.TypeFor[form.Question](): {gov.T("السؤال", "the question"), "Name", "Label"},
	reflect.TypeFor[form.Option]():   {gov.T("الخيار", "the choice"), "Value", "Label"},
	reflect.TypeFor[Step]():          {gov.T("الخطوة", "the step"), "ID", "Title"},
	reflect.TypeFor[FeeLine]():       {gov.T("بند الرسم", "the fee line"), "ID", "Label"},
	reflect.TypeFor[Exemption]():     {gov.T("الإعفاء", "the exemption"), "When", "Reason"},
	reflect.TypeFor[Outcome]():       {gov.T("القرار", "the decision"), "ID", "Label"},
	reflect.TypeFor[Reason]():        {gov.T("سبب القرار", "the reason"), "ID", "Text"},
	reflect.TypeFor[Document]():      {gov.T("الوثيقة", "the document"), "ID", "Title"},
	reflect.TypeFor[Claim]():         {gov.T("البيان", "the claim"), "Name", "Label"},
	reflect.TypeFor[Example]():       {gov.T("المثال", "the example"), "Name", "Name"},
}

// differ walks two packs side by side.
type differ struct {
	changes []Change
}

// name says what v is: "the fee line «Delivery by post»".
func name(v reflect.Value) thing {
	t := things[v.Type()]
	title := gov.T(v.FieldByName(t.id).String(), v.FieldByName(t.id).String())
	if x, ok := v.FieldByName(t.title).Interface().(gov.Text); ok && len(x) > 0 {
		title = x
	}
	return thing{gov.T("%s «%s»", "%s “%s”").Sprintf(t.word, title)}
}

var (
	addedWords   = gov.T("إضافة %s", "added: %s")
	removedWords = gov.T("حذف %s", "removed: %s")
	movedWords   = gov.T("تغيير ترتيب %s", "order changed: %s")
	setWords     = gov.T("%s: إضافة %s: %s", "%s: %s is now %s")
	unsetWords   = gov.T("%s: إلغاء %s (%s)", "%s: %s is gone; it was %s")
	changedWords = gov.T("%s: تغيير %s من %s إلى %s", "%s: %s changed from %s to %s")
	partWords    = gov.T("%s: تغيير %s", "%s: %s changed")
)

// list compares two lists whose items have names.
func (d *differ) list(file, path string, old, new reflect.Value) {
	before, after := named(old), named(new)
	for _, id := range before.order {
		if _, ok := after.items[id]; !ok {
			d.add(file, path+"."+id, Removed, "", "", removedWords.Sprintf(name(before.items[id]).words))
		}
	}
	for _, id := range after.order {
		v := after.items[id]
		was, ok := before.items[id]
		if !ok {
			d.add(file, path+"."+id, Added, "", "", addedWords.Sprintf(name(v).words))
			continue
		}
		d.fields(file, path+"."+id, name(v), was, v)
	}
	d.moved(file, path, before, after)
}

// moved tells when things that stay stand in another order. Steps have none: their ways say what follows.
func (d *differ) moved(file, path string, before, after items) {
	stay := func(a, b items) (out []string) {
		for _, id := range a.order {
			if _, ok := b.items[id]; ok {
				out = append(out, id)
			}
		}
		return out
	}
	was, is := stay(before, after), stay(after, before)
	if path == "steps" || path == "examples" || slices.Equal(was, is) {
		return
	}
	word := things[after.items[is[0]].Type()].word
	d.add(file, path, Changed, strings.Join(was, ", "), strings.Join(is, ", "), movedWords.Sprintf(word))
}

type items struct {
	order []string
	items map[string]reflect.Value
}

func named(list reflect.Value) items {
	out := items{items: map[string]reflect.Value{}}
	for i := range list.Len() {
		v := list.Index(i)
		id := v.FieldByName(things[v.Type()].id).String()
		out.order = append(out.order, id)
		out.items[id] = v
	}
	return out
}

// fields compares two structs key by key.
func (d *differ) fields(file, path string, what thing, old, new reflect.Value) {
	for _, k := range keysOf(old.Type()) {
		a, b := old.FieldByIndex(k.index), new.FieldByIndex(k.index)
		if same(a, b) {
			continue
		}
		at := strings.TrimPrefix(path+"."+k.name, ".")
		if _, ok := things[elem(k.typ)]; ok && k.typ.Kind() == reflect.Slice {
			d.list(file, at, a, b)
			continue
		}
		d.field(file, at, what, k, a, b)
	}
}

func (d *differ) field(file, path string, what thing, k key, a, b reflect.Value) {
	old, oldOK := shown(a)
	now, newOK := shown(b)
	word := keyWords[k.name]
	if word == nil {
		word = gov.T(k.name, k.name)
	}
	switch {
	case !oldOK || !newOK || file == examplesFile:
		d.add(file, path, Changed, "", "", partWords.Sprintf(what.words, word))
	case a.IsZero() && a.Kind() != reflect.Bool:
		d.add(file, path, Added, "", now.In(gov.English), setWords.Sprintf(what.words, word, now))
	case b.IsZero() && b.Kind() != reflect.Bool:
		d.add(file, path, Removed, old.In(gov.English), "", unsetWords.Sprintf(what.words, word, old))
	default:
		d.add(file, path, Changed, old.In(gov.English), now.In(gov.English), changedWords.Sprintf(what.words, word, old, now))
	}
}

func (d *differ) add(file, path string, kind ChangeKind, old, new string, text gov.Text) {
	d.changes = append(d.changes, Change{Path: file + ": " + path, Kind: kind, Old: old, New: new, Text: text})
}
