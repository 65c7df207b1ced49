// Package eventlog writes what happened to cases as event logs for process
// mining: XES (IEEE Std 1849-2016) and OCEL 2.0 (object-centric, www.ocel-standard.org).
//
// Logs hold no person. Cases, tasks, charges and documents have pseudonyms made
// with a key that lives as long as one export: two exports cannot be joined, and
// nobody comes from a log back to a case. Officers, applicants, answers, places
// and references are left out; organisations and services are public.
package eventlog

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Formats are the formats that can be written.
var Formats = []string{"xes", "ocel"}

// Options say what is written, and how.
type Options struct {
	Format   string          // of Formats
	Lang     gov.Lang        // of the names of steps; empty: English
	Filter   casework.Filter // whose cases
	Progress func(done, all int)
}

// Written is how much was written.
type Written struct{ Cases, Events int }

// writer is one format being written.
type writer interface {
	begin() error
	one(*trace) error
	end() error
}

// pageCases is how many cases are read in one transaction.
const pageCases = 100

// Write writes the log of all cases that pass the filter and were handed in. It
// reads a page at a time: no transaction waits for a slow receiver and memory
// does not grow with the number of cases. It opens its own transactions; the
// platform itself must be the actor. Errors: Invalid (the format), Denied.
func Write(ctx context.Context, e *casework.Engine, w io.Writer, o Options) (n Written, err error) {
	if !slices.Contains(Formats, o.Format) {
		return n, gov.Fail(gov.Invalid, "الصيغة xes أو ocel", "The format is xes or ocel").At("format")
	}
	if o.Lang == "" {
		o.Lang = gov.English
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return n, err
	}
	r := &reader{Engine: e, filter: o.Filter, key: key, lang: o.Lang, progress: o.Progress}
	if o.Format == "xes" {
		return n, r.run(ctx, newXES(w, o.Lang), &n)
	}
	return n, r.run(ctx, newOCEL(w), &n)
}

// reader reads cases as traces.
type reader struct {
	*casework.Engine
	filter   casework.Filter
	key      []byte
	lang     gov.Lang
	progress func(done, all int)
}

func (r *reader) run(ctx context.Context, w writer, n *Written) error {
	all := 0
	if err := r.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = r.CountPassages(tx, r.filter); return err }); err != nil {
		return err
	}
	if err := w.begin(); err != nil {
		return err
	}
	for after := gov.CaseID(""); ; {
		page, err := r.page(ctx, &after)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return w.end()
		}
		for _, t := range page {
			if err := w.one(t); err != nil {
				return err
			}
			n.Cases++
			n.Events += len(t.events)
		}
		if r.progress != nil {
			r.progress(n.Cases, all)
		}
	}
}

// page reads the next cases after one, and moves it on.
func (r *reader) page(ctx context.Context, after *gov.CaseID) (out []*trace, err error) {
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		out = nil
		ids, err := r.Passages(tx, r.filter, *after, pageCases)
		for _, id := range ids {
			if err != nil {
				return err
			}
			var p casework.Passage
			if p, err = r.Passage(tx, id); err == nil {
				out = append(out, r.trace(&p))
				*after = id
			}
		}
		return err
	})
	return out, err
}

// name is the pseudonym of something in this log.
func (r *reader) name(kind, id string) string {
	if id == "" {
		return ""
	}
	h := hmac.New(sha256.New, r.key)
	h.Write([]byte(kind + "\x00" + id))
	return kind + "-" + hex.EncodeToString(h.Sum(nil)[:12])
}

// stamp writes a time as both standards want it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
