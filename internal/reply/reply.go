// Package reply remembers what was answered to a request, for logs and traces
// and so that an error page is not written into an answer that has begun.
package reply

import "net/http"

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
