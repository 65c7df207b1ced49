package gov

import (
	"errors"
	"fmt"
)

// Kind classes a failure; the web and the API map each kind to one status.
type Kind string

// The kinds of failure.
const (
	Invalid     Kind = "invalid"     // the request breaks a rule; Public says which
	Denied      Kind = "denied"      // signed in, but not allowed
	SignIn      Kind = "sign-in"     // nobody is signed in, or must prove themselves again
	NotFound    Kind = "not-found"   // no such thing, or not yours to see
	Conflict    Kind = "conflict"    // the thing is in another state now
	TooMany     Kind = "too-many"    // asked too often; try later
	Unavailable Kind = "unavailable" // disk, database or a partner is away; nothing was changed
	Internal    Kind = "internal"    // our fault; Public stays empty
)

// Error is a failure: its kind, a text safe to show to anyone, and the cause,
// which goes to the log only.
type Error struct {
	Kind   Kind
	Public Text
	Field  string // the question or parameter at fault, when there is one
	Err    error
}

// Error is for logs: kind, English text, cause.
func (e *Error) Error() string {
	s := string(e.Kind)
	if p := e.Public[English]; p != "" {
		s += ": " + p
	}
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Fail makes a failure of kind k with the text shown to people.
func Fail(k Kind, ar, en string) *Error { return &Error{Kind: k, Public: T(ar, en)} }

// Because returns a copy of e with a cause for the log.
func (e *Error) Because(err error) *Error { c := *e; c.Err = err; return &c }

// At returns a copy of e that names the field at fault.
func (e *Error) At(field string) *Error { c := *e; c.Field = field; return &c }

// Wrap adds what was being done to a foreign error; nil stays nil.
func Wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// KindOf returns the kind inside err; Internal for any foreign error, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	var many Problems
	if errors.As(err, &many) {
		return Invalid
	}
	return Internal
}

// PublicOf returns the text of err that is safe to show.
func PublicOf(err error) Text {
	var e *Error
	if errors.As(err, &e) && len(e.Public) > 0 {
		return e.Public
	}
	var many Problems
	if errors.As(err, &many) {
		return T("بعض الإجابات تحتاج إلى تصحيح", "Some answers need correcting")
	}
	return T("حدث خطأ لدينا، ولم يضِع شيء مما كتبته", "Something went wrong on our side; nothing you wrote is lost")
}

// Problem is one wrong answer: where, and what to do about it.
type Problem struct {
	Field string `json:"field"` // path of the answer: "children.0.name"
	Text  Text   `json:"text"`
}

// Problems are all wrong answers of a form at once. Its kind is Invalid.
type Problems []Problem

// Error is for logs; it names fields, never what was typed.
func (p Problems) Error() string {
	s := "invalid answers:"
	for _, x := range p {
		s += " " + x.Field
	}
	return s
}

// ProblemsOf lists what is wrong by field when err is Invalid; ok is false for
// every other kind. A problem that names no field stands at otherwise.
func ProblemsOf(err error, otherwise string) (list Problems, ok bool) {
	if KindOf(err) != Invalid {
		return nil, false
	}
	if errors.As(err, &list) && len(list) > 0 {
		return list, true
	}
	field := otherwise
	var e *Error
	if errors.As(err, &e) && e.Field != "" {
		field = e.Field
	}
	return Problems{{Field: field, Text: PublicOf(err)}}, true
}
