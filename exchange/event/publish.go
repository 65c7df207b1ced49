package event

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/registry"
)

// Follower publishes what changes in the registries that are kept here.
func (b *Broker) Follower() journal.Follower {
	return journal.Follower{Name: "exchange.events", Names: []string{"registry.recorded", "registry.corrected", ended}, Handle: b.follow}
}

// recorded is what the registry says of a change.
type recorded struct {
	Registry gov.RegistryID `json:"registry"`
	Version  int64          `json:"version"`
	Fields   []string       `json:"fields"`
}

func (b *Broker) follow(tx *db.Tx, f journal.Fact) error {
	var body recorded
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return err
	}
	d, err := b.Book.Definition(body.Registry)
	if err != nil {
		return nil // a registry that is no longer declared
	}
	topics := changed(d, body.Fields, f.Name == ended)
	if len(topics) == 0 {
		return nil
	}
	var r *registry.Record
	for _, t := range topics {
		list, err := listening(tx, t.ID, d.Organisation)
		if err != nil {
			return err
		}
		if len(list) > 0 && r == nil {
			if r, err = b.Book.ByID(tx, f.Subject); gov.KindOf(err) == gov.NotFound {
				return nil // it was taken away meanwhile
			} else if err != nil {
				return err
			}
		}
		for _, s := range list {
			c := change{source: f.ID + "/" + t.ID, topic: t, registry: d.ID, version: r.Version, at: r.Recorded, ended: endOf(f, r), subject: r.Civil(), person: r.Person, record: r.ID, value: func(a gov.AttributeID) any { return d.Value(r, a) }}
			if err := b.put(tx, s, c); err != nil {
				return err
			}
		}
	}
	return nil
}

const ended = "registry.ended"

// endOf is when the record ended, if that is what happened to it.
func endOf(f journal.Fact, r *registry.Record) time.Time {
	if f.Name != ended {
		return time.Time{}
	}
	return r.Until
}

// changed are the topics that a change of some fields is about; the end of a
// record is about all that it says.
func changed(d *registry.Definition, fields []string, all bool) (out []Topic) {
	for _, t := range Topics {
		if slices.ContainsFunc(t.Attributes, func(a gov.AttributeID) bool {
			f := d.FieldOf(a)
			return f != nil && f.Authoritative && (all || slices.Contains(fields, f.Name))
		}) {
			out = append(out, t)
		}
	}
	return out
}

// change is what there is to tell.
type change struct {
	source   string // names it; the same change is put down once
	topic    Topic
	registry gov.RegistryID
	version  int64
	at       time.Time
	ended    time.Time // zero: the record has not ended
	subject  string
	person   gov.PersonID
	record   string
	value    func(gov.AttributeID) any
}

// put puts a change down for a subscriber whose agreement holds.
func (b *Broker) put(tx *db.Tx, s Subscription, c change) error {
	x, err := agreement.Find(tx.As(gov.System), s.Agreement)
	if err != nil || !x.Holds(tx.Now()) || !c.topic.allowedBy(x) || c.subject == "" {
		return err
	}
	n, err := lock(tx, s.ID)
	if err != nil {
		return err
	}
	if known, err := heard(tx, s.ID, c.source); err != nil || known {
		return err
	}
	waits, err := headOf(tx, s.ID, c.subject)
	if err != nil {
		return err
	}
	d := Delivery{ID: db.NewID(tx.Now()), Subscription: s.ID, Number: n + 1, State: Waiting, At: tx.Now(), source: c.source, subject: c.subject, person: c.person, record: c.record}
	d.body = Message{ID: d.ID, Topic: c.topic.ID, Agreement: x.ID, Number: d.Number, Subject: c.subject, Registry: c.registry, Version: c.version, At: c.at, Ended: c.ended, Values: map[gov.AttributeID]any{}}
	for _, a := range c.topic.Attributes {
		if v := c.value(a); v != nil {
			d.body.Values[a] = v
		}
	}
	if err := insertDelivery(tx, d); err != nil {
		return err
	}
	if s.URL == "" || waits != "" {
		return nil
	}
	return b.schedule(tx, d.ID)
}

// Publication is what an organisation says changed in a registry of its own that
// does not live here.
type Publication struct {
	ID     string // names the change; the same one published again changes nothing
	Topic  string
	Person string // civil number
	Values map[gov.AttributeID]any
}

// Publish tells those who listen of a change, for the system of the organisation
// that keeps the registry. Errors: Denied, NotFound (topic), Invalid.
func (b *Broker) Publish(tx *db.Tx, p Publication) error {
	t, err := TopicOf(p.Topic)
	if err != nil {
		return err
	}
	d, ok := b.Book.Holder(t.Attributes[0])
	a := tx.Actor()
	switch {
	case !ok || a.Org == "" || a.Org != d.Organisation:
		return gov.Fail(gov.Denied, "ينشر التغيّر من يحفظ السجل", "Whoever keeps the registry publishes its changes")
	case d.Connector == nil:
		return gov.Fail(gov.Denied, "هذا السجل محفوظ هنا وتُنشر تغيّراته آليًا", "This registry is kept here; its changes are published by themselves")
	case len(p.ID) == 0 || len(p.ID) > 100:
		return gov.Fail(gov.Invalid, "لكل تغيّر معرّف لا يزيد على 100 حرف", "Every change has an id of 100 letters at most").At("id")
	case !gov.CivilNumberValid(p.Person):
		return gov.Fail(gov.Invalid, "الرقم الشخصي غير صحيح", "The civil number is not valid").At("person")
	}
	if err := b.checked(tx, d, t, p.Values); err != nil {
		return err
	}
	list, err := listening(tx, t.ID, d.Organisation)
	if err != nil {
		return err
	}
	c := change{source: "published/" + p.ID, topic: t, registry: d.ID, at: tx.Now(), subject: p.Person, value: func(a gov.AttributeID) any { return p.Values[a] }}
	if who, err := identity.ByCivilNumber(tx, p.Person); err == nil {
		c.person = who.ID
	} else if gov.KindOf(err) != gov.NotFound {
		return err
	}
	for _, s := range list {
		if err := b.put(tx, s, c); err != nil {
			return err
		}
	}
	return journal.Append(tx, journal.Fact{Name: FactPublished, Subject: p.ID, Organisation: a.Org, Body: journal.Body(map[string]any{"topic": t.ID, "told": len(list)})})
}

// checked refuses values that are not the topic's, or break the registry's schema.
func (b *Broker) checked(tx *db.Tx, d *registry.Definition, t Topic, values map[gov.AttributeID]any) error {
	named := map[string]any{}
	var list gov.Problems
	for a, v := range values {
		f := d.FieldOf(a)
		if f == nil || !slices.Contains(t.Attributes, a) {
			list = append(list, gov.Problem{Field: string(a), Text: gov.T("ليس هذا البيان من هذا الموضوع", "This attribute is not of this topic")})
			continue
		}
		named[f.Name] = v
	}
	_, err := b.Book.Check(tx.Context(), d, named, tx.Now())
	wrong, _ := gov.ProblemsOf(err, "")
	for _, p := range wrong {
		if _, given := named[p.Field]; given {
			list = append(list, p)
		}
	}
	if len(list) > 0 {
		return list
	}
	if len(values) == 0 {
		return gov.Fail(gov.Invalid, "ليس في التغيّر شيء", "The change says nothing").At("values")
	}
	return nil
}

// String says what is delivered, without whom it is about.
func (d Delivery) String() string {
	return fmt.Sprintf("delivery %s (%d of %s)", d.ID, d.Number, d.Subscription)
}
