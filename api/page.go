package api

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// Paging asks for a part of a list.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"400" doc:"What stood in next of the page before; absent: the first page"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"25" doc:"How many at most"`
}

// List is one page of a list.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
}

// at is the place in the list where the page begins.
func (p Paging) at() (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil {
		return "", errCursor
	}
	return string(b), nil
}

// number is at for lists that count.
func (p Paging) number() (int, error) {
	at, err := p.at()
	if err != nil || at == "" {
		return 0, err
	}
	n, err := strconv.Atoi(at)
	if err != nil || n < 0 || n > 1<<30 {
		return 0, errCursor
	}
	return n, nil
}

func cursor(place string) string { return base64.RawURLEncoding.EncodeToString([]byte(place)) }

// list makes a page of up to n rows out of n+1 that were asked for.
func list[T, V any](rows []T, n int, show func(T) V, place func(T) string) *List[V] {
	l := &List[V]{Items: []V{}}
	if len(rows) > n {
		rows = rows[:n]
		l.Next = cursor(place(rows[n-1]))
	}
	for _, r := range rows {
		l.Items = append(l.Items, show(r))
	}
	return l
}

// each shows every row.
func each[T, V any](rows []T, show func(T) V) []V {
	out := make([]V, 0, len(rows))
	for _, r := range rows {
		out = append(out, show(r))
	}
	return out
}

// when is a moment that may be missing.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func moment(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	return when(time.UnixMilli(ms))
}

// keyset cuts a cursor of two parts.
func keyset(at string) (n int64, id string, err error) {
	if at == "" {
		return 0, "", nil
	}
	a, id, ok := strings.Cut(at, " ")
	if n, err = strconv.ParseInt(a, 10, 64); err != nil || !ok || len(id) > 64 {
		return 0, "", errCursor
	}
	return n, id, nil
}
