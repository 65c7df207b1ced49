package merkle

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
)

// The largest request that a witness reads, and the most lines of a proof.
const (
	longestRequest = 64 << 10
	mostLines      = 63
)

// Tree is what a witness remembers of a log: the latest tree that it cosigned.
type Tree struct {
	Size int64  `json:"size"`
	Root string `json:"root"` // base64
}

// Witness cosigns the checkpoints of the logs that it knows, each only when it
// continues the one before. It serves C2SP tlog-witness.
type Witness struct {
	Signer *Cosigner
	Logs   []Keys           // those that it cosigns
	Clock  func() time.Time // required
	// Trees are what it has cosigned, by origin. Save is called with them before
	// an answer is given; what it does must be durable.
	Trees map[string]Tree
	Save  func(map[string]Tree) error

	mu sync.Mutex
}

// ServeHTTP answers POST …/add-checkpoint. Source: C2SP tlog-witness.
func (w *Witness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/add-checkpoint") {
		http.NotFound(out, r)
		return
	}
	if r.Method != http.MethodPost {
		out.Header().Set("Allow", "POST")
		http.Error(out, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(out, r.Body, longestRequest))
	if err != nil {
		http.Error(out, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	code, answer := w.add(string(body))
	if code == http.StatusConflict && answer != "" {
		out.Header().Set("Content-Type", "text/x.tlog.size")
	} else {
		out.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	out.WriteHeader(code)
	io.WriteString(out, answer)
}

func (w *Witness) add(body string) (code int, answer string) {
	old, proof, signed, err := readAdd(body)
	if err != nil {
		return http.StatusBadRequest, "malformed request\n"
	}
	origin, _, _ := strings.Cut(signed, "\n")
	i := slices.IndexFunc(w.Logs, func(k Keys) bool { return k.Origin() == origin })
	if i < 0 {
		return http.StatusNotFound, "unknown log\n"
	}
	c, err := Open(signed, w.Logs[i])
	switch {
	case gov.KindOf(err) == gov.Invalid:
		return http.StatusBadRequest, "malformed checkpoint\n"
	case err != nil:
		return http.StatusForbidden, "no signature of a known key\n"
	case old > c.Size || old == 0 && len(proof) > 0:
		return http.StatusBadRequest, "the old size does not fit\n"
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	known := w.Trees[origin]
	if old != known.Size {
		return http.StatusConflict, fmt.Sprintf("%d\n", known.Size)
	}
	root, err := tlog.ParseHash(known.Root)
	switch {
	case old == 0:
	case err != nil:
		return http.StatusInternalServerError, "what was kept is damaged\n"
	case old == c.Size:
		if root != c.Root {
			return http.StatusConflict, fmt.Sprintf("%d\n", known.Size)
		}
	case tlog.CheckTree(proof, c.Size, c.Root, old, root) != nil:
		return http.StatusUnprocessableEntity, "not consistent with what was cosigned before\n"
	}
	line, err := w.Signer.Line(Text(signed), w.Clock())
	if err != nil {
		return http.StatusInternalServerError, "not signed\n"
	}
	return w.remember(origin, c, line)
}

// remember makes the new tree durable, and only then gives the cosignature.
func (w *Witness) remember(origin string, c Checkpoint, line string) (int, string) {
	before, had := w.Trees[origin]
	if w.Trees == nil {
		w.Trees = map[string]Tree{}
	}
	w.Trees[origin] = Tree{c.Size, c.Root.String()}
	if err := w.Save(w.Trees); err != nil {
		delete(w.Trees, origin)
		if had {
			w.Trees[origin] = before
		}
		return http.StatusInternalServerError, "not kept\n"
	}
	return http.StatusOK, line
}

// readAdd reads the body of a request to cosign.
func readAdd(body string) (old int64, proof tlog.TreeProof, signed string, err error) {
	head, signed, ok := strings.Cut(body, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || !strings.HasPrefix(lines[0], "old ") || len(lines) > mostLines+1 {
		return 0, nil, "", errCheckpoint
	}
	if old, err = decimal(lines[0][len("old "):]); err != nil {
		return 0, nil, "", err
	}
	for _, l := range lines[1:] {
		h, err := base64.StdEncoding.Strict().DecodeString(l)
		if err != nil || len(h) != tlog.HashSize {
			return 0, nil, "", errCheckpoint
		}
		proof = append(proof, tlog.Hash(h))
	}
	return old, proof, signed, nil
}

// Asked is the answer of a witness.
type Asked struct {
	Line string // its signature line
	Size int64  // when Line is empty: the size that it knows, from which it wants a proof
}

// AskWitness sends a signed checkpoint, with the proof that it continues the tree
// of the old size, to a witness. Errors: Unavailable; Conflict when it refuses.
func AskWitness(ctx context.Context, client *http.Client, url, vkey string, old int64, proof tlog.TreeProof, signed string) (a Asked, err error) {
	body := fmt.Appendf(nil, "old %d\n", old)
	for _, h := range proof {
		body = append(body, h.String()+"\n"...)
	}
	body = append(append(body, '\n'), signed...)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(url, "/")+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return a, errWitnessAway.Because(err)
	}
	w, err := client.Do(r)
	if err != nil {
		return a, errWitnessAway.Because(err)
	}
	defer w.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(w.Body, longestRequest))
	if err != nil {
		return a, errWitnessAway.Because(err)
	}
	switch {
	case w.StatusCode == http.StatusOK:
		line, ok := LineOf(Text(signed), string(answer), vkey)
		if !ok {
			return a, errWitnessRefused.Because(fmt.Errorf("its signature is not of the key %s", vkey))
		}
		return Asked{Line: line}, nil
	case w.StatusCode == http.StatusConflict && strings.HasPrefix(w.Header.Get("Content-Type"), "text/x.tlog.size"):
		size, err := strconv.ParseInt(strings.TrimSpace(string(answer)), 10, 64)
		if err != nil || size < 0 || size == old {
			return a, errWitnessRefused.Because(fmt.Errorf("it knows another tree of size %d", old))
		}
		return Asked{Size: size}, nil
	case w.StatusCode >= 500:
		return a, errWitnessAway.Because(fmt.Errorf("%s", w.Status))
	}
	return a, errWitnessRefused.Because(fmt.Errorf("%s: %s", w.Status, strings.TrimSpace(string(answer[:min(200, len(answer))]))))
}

var (
	errWitnessAway    = gov.Fail(gov.Unavailable, "الشاهد لا يجيب", "The witness does not answer")
	errWitnessRefused = gov.Fail(gov.Conflict, "امتنع الشاهد عن التوقيع", "The witness refused to cosign")
)
