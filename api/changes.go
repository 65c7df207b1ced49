package api

import (
	"context"
	"net/http"
	"time"

	"diwan.example/exchange/event"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// changes are the operations on what organisations tell each other of people's data.
func changes(s *server) {
	const tag = "changes"
	add(s, route{id: "list-change-subscriptions", method: http.MethodGet, path: "/changes/subscriptions", tag: tag, scope: changesRead, name: gov.T("اشتراكات الجهة في التغيرات", "Subscriptions of the organisation to changes")}, s.changeSubscriptions)
	add(s, route{id: "fetch-changes", method: http.MethodPost, path: "/changes/subscriptions/{id}/fetch", tag: tag, scope: changesRead, keyless: true, name: gov.T("جلب التغيرات الجديدة", "Fetch what changed"),
		about: "Changes after a number, in order. The same number again gives the same changes; a later one says that those up to it have arrived. Each change is an entry in the access log of whom it is about."}, s.fetchChanges)
	add(s, route{id: "publish-change", method: http.MethodPost, path: "/changes", tag: tag, scope: changesPublish, name: gov.T("نشر تغيّر في سجل لدى الجهة", "Publish a change in a registry that the organisation keeps elsewhere"),
		about: "Everybody with an agreement in force that allows it is told. The same id again changes nothing."}, s.publishChange)
}

// ChangeSubscription is a wish of the caller's organisation to be told of a topic.
type ChangeSubscription struct {
	ID        string          `json:"id"`
	Agreement gov.AgreementID `json:"agreement"`
	Topic     string          `json:"topic" example:"address"`
	Provider  gov.OrgID       `json:"provider"`
	Fetched   bool            `json:"fetched" doc:"It has no address; its changes wait to be fetched"`
	Number    int64           `json:"number" doc:"Of the latest change"`
	Stopped   *time.Time      `json:"stopped,omitempty"`
}

func (s *server) changeSubscriptions(ctx context.Context, _ *nothing) (*answer[[]ChangeSubscription], error) {
	out := []ChangeSubscription{}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := event.Subscriptions(tx)
		for _, x := range list {
			if x.Consumer == tx.Actor().Org {
				out = append(out, ChangeSubscription{ID: x.ID, Agreement: x.Agreement, Topic: x.Topic, Provider: x.Provider, Fetched: x.URL == "", Number: x.Number, Stopped: when(x.Stopped)})
			}
		}
		return err
	})
	return say(out, err)
}

// PersonChange is something that changed about a person.
type PersonChange struct {
	ID        string                  `json:"id" doc:"Drop one that you know"`
	Number    int64                   `json:"number"`
	Topic     string                  `json:"topic"`
	Agreement gov.AgreementID         `json:"agreement"`
	Registry  gov.RegistryID          `json:"registry"`
	Version   int64                   `json:"version,omitempty" doc:"Of the record"`
	Person    string                  `json:"person" doc:"Civil number"`
	At        time.Time               `json:"at"`
	Ended     time.Time               `json:"ended,omitzero" doc:"When the record ended, if that is the change"`
	Values    map[gov.AttributeID]any `json:"values"`
}

// systems lets through those whose systems tell and are told: a token can no more
// than its maker, and officers are not shown people's data in bulk.
func systems(tx *db.Tx) error {
	if a := tx.Actor(); a.Org == "" || !a.Has(gov.Owner, gov.Head) {
		return gov.Fail(gov.Denied, "رمز الوصول لهذه العملية يصدره رئيس الجهة أو مسؤول خدماتها", "A token for this is made by the head or a service owner of the organisation")
	}
	return nil
}

func (s *server) fetchChanges(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"40"`
	Body struct {
		After int64 `json:"after" minimum:"0" doc:"The last number that has arrived; 0 at first"`
		Limit int   `json:"limit,omitempty" minimum:"1" maximum:"500" default:"100"`
	}
}) (*answer[[]PersonChange], error) {
	var list []event.Message
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		err := systems(tx)
		if err == nil {
			list, err = s.Broker.Fetch(tx, in.ID, in.Body.After, in.Body.Limit)
		}
		return err
	})
	return say(each(list, func(m event.Message) PersonChange {
		return PersonChange{ID: m.ID, Number: m.Number, Topic: m.Topic, Agreement: m.Agreement, Registry: m.Registry, Version: m.Version, Person: m.Subject, At: m.At.UTC(), Ended: m.Ended, Values: m.Values}
	}), err)
}

func (s *server) publishChange(ctx context.Context, in *struct {
	Body struct {
		ID     string                  `json:"id" minLength:"1" maxLength:"100" doc:"Names the change"`
		Topic  string                  `json:"topic" maxLength:"40" example:"card"`
		Person string                  `json:"person" maxLength:"20" doc:"Civil number"`
		Values map[gov.AttributeID]any `json:"values"`
	}
}) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) {
		if err := systems(tx); err != nil {
			return done{}, err
		}
		b := in.Body
		return done{true}, s.Broker.Publish(tx, event.Publication{ID: b.ID, Topic: b.Topic, Person: b.Person, Values: b.Values})
	})
}
