// Package reply remembers what was answered to a request, for logs and traces
// and so that an error page is not written into an answer that has begun; and it
// knows the status of every kind of failure.
package reply

import (
	"net/http"

	"diwan.example/gov"
)

var statuses = map[gov.Kind]int{
	gov.Invalid: http.StatusBadRequest, gov.Denied: http.StatusForbidden, gov.SignIn: http.StatusUnauthorized,
	gov.NotFound: http.StatusNotFound, gov.Conflict: http.StatusConflict, gov.TooMany: http.StatusTooManyRequests,
	gov.Unavailable: http.StatusServiceUnavailable,
}

// Status is the HTTP status with which a program is told of a kind of failure.
// Pages have their own (web/ui): what is wrong in a form is 422 there.
func Status(k gov.Kind) int {
	if s, ok := statuses[k]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// Recorder passes an answer on and remembers its status.
type Recorder struct {
	http.ResponseWriter
	Status int // 0 until the answer begins
}

// WriteHeader begins the answer.
func (r *Recorder) WriteHeader(code int) {
	if r.Status == 0 {
		r.Status = code
	}
	r.ResponseWriter.WriteHeader(code)
}

// Write begins the answer with 200 when nothing else was said.
func (r *Recorder) Write(b []byte) (int, error) {
	if r.Status == 0 {
		r.Status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *Recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Code is the status that the client sees.
func (r *Recorder) Code() int {
	if r.Status == 0 {
		return http.StatusOK
	}
	return r.Status
}
