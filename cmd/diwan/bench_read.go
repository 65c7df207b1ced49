package main

import (
	"context"
	"fmt"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// readings is how often each page is read.
const readings = 300

// reading fills the database to as many cases as wanted and measures what an
// officer does all day: a page of the queue, the next one, and searches.
func (b *caseBench) reading(ctx context.Context, std stdio, r *caseReport) error {
	ctx = gov.WithActor(ctx, gov.System)
	fmt.Fprintf(std.err, "filling the database to %d cases …\n", b.stored)
	for have := 0; have < b.stored; {
		n := 0
		err := b.a.DB.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = b.a.Cases.Multiply(tx, min(20_000, b.stored-have))
			return err
		})
		if err != nil {
			return err
		}
		have += n
		fmt.Fprintf(std.err, "\r%d of %d", have, b.stored)
	}
	fmt.Fprintln(std.err)
	watch := &clockwork{}
	officer := gov.WithActor(ctx, b.officer())
	for i := range readings {
		if err := b.readOnce(officer, watch, i); err != nil {
			return err
		}
	}
	r.Stored, r.Reading = b.stored, watch.spreads()
	return nil
}

func (b *caseBench) readOnce(ctx context.Context, watch *clockwork, i int) error {
	var tasks []casework.Task
	err := watch.time("queue page", func() error {
		return b.a.DB.Read(ctx, func(tx *db.Tx) (err error) {
			if tasks, err = b.a.Cases.Queue(tx, casework.QueueFilter{Limit: 50}); err != nil {
				return err
			}
			_, err = b.a.Cases.QueueCounts(tx)
			return err
		})
	})
	if err != nil || len(tasks) == 0 {
		return err
	}
	words := tasks[i%len(tasks)].Ref
	search := func(name, words string) error {
		return watch.time(name, func() error {
			return b.a.DB.Write(ctx, func(tx *db.Tx) error { _, err := b.a.Cases.Search(tx, words, casework.Filter{Limit: 50}); return err })
		})
	}
	if err := search("search by reference", words); err != nil {
		return err
	}
	if err := search("search by beginning", words[:7]); err != nil {
		return err
	}
	person := b.a.Country.People(200)[i%200]
	if err := search("search by number", person.CivilNumber); err != nil {
		return err
	}
	return search("search by name", person.Name[gov.Arabic])
}
