package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

// documentBench is one measurement of documents.
type documentBench struct {
	caseBench
	documents, questions, papers, leaves int
}

func newBenchDocuments() *command {
	o := documentBench{caseBench: caseBench{engine: "sqlite"}}
	var asJSON bool
	return &command{
		name: "documents", short: "issue, verify and print documents",
		long: "Issues documents (signed record, seal, entry in the log) until each is durable, and in the same run measures\n" +
			"the bare limit: the same number of ES256 signatures and durable grouped rows. Then verifies them over HTTP,\n" +
			"prints some as signed PDF, builds a status list of ten million entries, and proves leaves of a log of\n" +
			"--leaves entries.",
		flags: func(fs *flag.FlagSet) {
			fs.IntVar(&o.documents, "documents", 20_000, "how many documents are issued")
			fs.IntVar(&o.questions, "questions", 30_000, "how many are verified over HTTP")
			fs.IntVar(&o.papers, "papers", 200, "how many are printed as PDF")
			fs.IntVar(&o.leaves, "leaves", 1_000_000, "how many entries the log has when leaves are proven; 0: no log")
			fs.IntVar(&o.people, "people", 256, "how many act at once")
			fs.StringVar(&o.folder, "folder", "", "folder on the disk to measure; empty: a temporary one")
			fs.StringVar(&o.profile, "profile", "", "file for a CPU profile of the issuing; one of verifying by seal is written beside it, with .seals")
			fs.BoolVar(&asJSON, "json", false, "print JSON")
		},
		run: func(ctx context.Context, std stdio, args []string) error {
			if len(args) > 0 || o.documents <= 0 || o.people <= 0 || o.papers <= 0 || o.questions <= 0 {
				return errUsage
			}
			r, err := o.measure(ctx, std)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(std, r)
			}
			return r.print(std)
		},
	}
}

// documentReport is what a benchmark of documents found.
type documentReport struct {
	Machine           string  `json:"machine"`
	Limit             float64 `json:"bare_signatures_and_rows_per_second"`
	Issued            int     `json:"issued"`
	IssuedPerSecond   float64 `json:"issued_per_second"`
	IssuedCost        float64 `json:"issued_processor_us"` // of one, in microseconds
	Ratio             float64 `json:"ratio_issued_to_bare"`
	Verified          int     `json:"verified"`
	VerifiedPerSecond float64 `json:"verified_by_code_per_second"`
	VerifiedCost      float64 `json:"verified_by_code_processor_us"`
	SealsPerSecond    float64 `json:"verified_by_seal_per_second"`
	SealsCost         float64 `json:"verified_by_seal_processor_us"`
	BareAnswers       float64 `json:"bare_answers_per_second"`
	BareCost          float64 `json:"bare_answer_processor_us"`
	Paper             spread  `json:"pdf"`
	PaperBytes        int     `json:"pdf_bytes"`
	Statuses          int     `json:"status_list_entries"`
	StatusSeconds     float64 `json:"status_list_seconds"`
	StatusBytes       int     `json:"status_list_bytes"`
	Leaves            int     `json:"log_leaves"`
	LeavesPerSecond   float64 `json:"log_leaves_per_second"`
	Proof             spread  `json:"log_proof"`
}

func (r *documentReport) print(std stdio) error {
	w := std.out
	fmt.Fprintf(w, "machine             %s\n", r.Machine)
	fmt.Fprintf(w, "bare limit          %.0f times two ES256 signatures and a durable grouped row a second\n", r.Limit)
	fmt.Fprintf(w, "issued              %.0f documents a second, durable (%d), %.2f of the bare limit; %.0f µs of processor time each\n", r.IssuedPerSecond, r.Issued, r.Ratio, r.IssuedCost)
	fmt.Fprintf(w, "bare HTTP           %.0f answers a second, one signature checked for each; %.0f µs of processor time, client and server\n", r.BareAnswers, r.BareCost)
	fmt.Fprintf(w, "verified by seal    %.0f a second over HTTP (%d), %.2f of the bare ones; %.0f µs of processor time, client and server\n", r.SealsPerSecond, r.Verified, r.SealsPerSecond/r.BareAnswers, r.SealsCost)
	fmt.Fprintf(w, "verified by code    %.0f a second over HTTP (%d), with a look in the holder's log; %.0f µs of processor time\n", r.VerifiedPerSecond, r.Verified, r.VerifiedCost)
	fmt.Fprintf(w, "signed PDF          p50 %.1f ms   p95 %.1f ms   p99 %.1f ms   (%d, %d bytes each)\n", r.Paper.P50, r.Paper.P95, r.Paper.P99, r.Paper.N, r.PaperBytes)
	fmt.Fprintf(w, "status list         %d entries in %.2f s, %d bytes\n", r.Statuses, r.StatusSeconds, r.StatusBytes)
	if r.Leaves > 0 {
		fmt.Fprintf(w, "log                 %d leaves, taken in at %.0f a second; a proof p50 %.2f ms   p95 %.2f ms   p99 %.2f ms\n", r.Leaves, r.LeavesPerSecond, r.Proof.P50, r.Proof.P95, r.Proof.P99)
	}
	return nil
}

func (b *documentBench) measure(ctx context.Context, std stdio) (*documentReport, error) {
	done, err := b.open(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	r := &documentReport{Machine: machine(), Issued: b.documents, Verified: b.questions}
	fmt.Fprintln(std.err, "measuring the bare limit …")
	if r.Limit, err = b.limit(ctx); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	var background sync.WaitGroup
	background.Go(func() { b.a.Background(ctx) })
	defer background.Wait()
	defer stop()

	fmt.Fprintf(std.err, "issuing %d documents …\n", b.documents)
	codes, err := b.issue(ctx, r)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(std.err, "verifying %d over HTTP …\n", b.questions)
	if err := b.verify(ctx, codes, r); err != nil {
		return nil, err
	}
	fmt.Fprintf(std.err, "printing %d …\n", b.papers)
	if err := b.print(ctx, codes, r); err != nil {
		return nil, err
	}
	if err := r.list(); err != nil || b.leaves == 0 {
		return r, err
	}
	fmt.Fprintf(std.err, "filling the log to %d leaves …\n", b.leaves)
	return r, b.prove(ctx, r)
}

// limit is what this machine could issue at best: the record and its seal signed,
// one row durable.
func (b *documentBench) limit(ctx context.Context) (float64, error) {
	key, err := sign.Generate()
	if err != nil {
		return 0, err
	}
	digest := sha256.Sum256([]byte("a document"))
	return b.a.DB.RawLimit(ctx, b.people, 3*time.Second, func() {
		for range 2 {
			ecdsa.SignASN1(rand.Reader, key, digest[:])
		}
	})
}

// each does the turns from 0 to n-1, many people at once, and says how long all took.
func (b *documentBench) each(n int, do func(i int) error) (time.Duration, error) {
	begin, turns, failed := time.Now(), numbers(n), make(chan error, b.people)
	var wg sync.WaitGroup
	for range b.people {
		wg.Go(func() {
			for i := range turns {
				if err := do(i); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	return time.Since(begin), <-failed
}

// draft is the i-th document.
func (b *documentBench) draft(version string, i int) document.Draft {
	return document.Draft{Type: "certificate", Service: benchService, Version: version, Organisation: "iga", Reference: fmt.Sprint("B-", i),
		Holder: b.residents[i%len(b.residents)], Channel: gov.Portal, Place: "capital", ValidUntil: time.Now().AddDate(0, 3, 0),
		Claims: []document.Claim{{Name: "holder", Value: "سارة أحمد يوسف"}, {Name: "purpose", Value: "work"}, {Name: "addressed_to", Value: "مصرف الخليج التجريبي"}}}
}

func (b *documentBench) issue(ctx context.Context, r *documentReport) (codes []gov.DocumentID, err error) {
	system, version := gov.WithActor(ctx, gov.System), ""
	if err := b.a.DB.Read(ctx, func(tx *db.Tx) error {
		p, err := b.a.Packs.Current(tx, benchService)
		if err == nil {
			version = p.Version
		}
		return err
	}); err != nil {
		return nil, err
	}
	stopProfile, err := b.profiled("")
	if err != nil {
		return nil, err
	}
	defer stopProfile()
	codes = make([]gov.DocumentID, b.documents)
	before := spent()
	took, err := b.each(b.documents, func(i int) error {
		return b.a.DB.Write(system, func(tx *db.Tx) error {
			d, err := b.a.Issuer.Issue(tx, b.draft(version, i))
			codes[i] = d.ID
			return err
		})
	})
	r.IssuedPerSecond = float64(b.documents) / took.Seconds()
	r.Ratio, r.IssuedCost = r.IssuedPerSecond/r.Limit, perTurn(spent()-before, b.documents)
	return codes, err
}

// verify asks a server of this process, as anybody may, for documents one after another.
func (b *documentBench) verify(ctx context.Context, codes []gov.DocumentID, r *documentReport) error {
	_, askers, done, err := b.served(ctx)
	if err != nil {
		return err
	}
	defer done()
	before := spent()
	took, err := b.each(b.questions, func(i int) error {
		var said struct{ State document.State }
		err := askers[i%len(askers)].call(ctx, http.MethodGet, "/verify/"+string(codes[i%len(codes)]), nil, &said)
		if err == nil && said.State != document.Valid {
			err = fmt.Errorf("document %s is %s", codes[i%len(codes)], said.State)
		}
		return err
	})
	if err != nil {
		return err
	}
	r.VerifiedPerSecond, r.VerifiedCost = float64(b.questions)/took.Seconds(), perTurn(spent()-before, b.questions)
	seals, err := b.seals(ctx, codes[:min(len(codes), 2000)])
	if err != nil {
		return err
	}
	return b.verifySeals(ctx, askers, seals, r)
}

// verifySeals asks for what seals are worth, and in the same run asks a bare server
// that does nothing but check one signature for each.
func (b *documentBench) verifySeals(ctx context.Context, askers []caller, seals []string, r *documentReport) error {
	bare, done, err := bareServer(askers)
	if err != nil {
		return err
	}
	defer done()
	worth := func(from []caller) (float64, float64, error) {
		before := spent()
		took, err := b.each(b.questions, func(i int) error { return from[i%len(from)].worth(ctx, seals[i%len(seals)]) })
		return float64(b.questions) / took.Seconds(), perTurn(spent()-before, b.questions), err
	}
	if r.BareAnswers, r.BareCost, err = worth(bare); err != nil {
		return err
	}
	stopProfile, err := b.profiled(".seals")
	if err != nil {
		return err
	}
	defer stopProfile()
	r.SealsPerSecond, r.SealsCost, err = worth(askers)
	return err
}

// bareServer answers whatever it is sent with one line, once it has checked one
// ES256 signature: what a verification over HTTP costs at least.
func bareServer(askers []caller) (bare []caller, done func(), err error) {
	key, err := sign.Generate()
	if err != nil {
		return nil, nil, err
	}
	digest := sha256.Sum256([]byte("a document"))
	sig, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	if err != nil {
		return nil, nil, err
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if ecdsa.VerifyASN1(&key.PublicKey, digest[:], sig) {
			io.WriteString(w, sealValid)
		}
	}))
	for _, c := range askers {
		c.base = s.URL
		bare = append(bare, c)
	}
	return bare, s.Close, nil
}

// sealValid stands in the answer to a seal that is valid.
const sealValid = `"form":"seal","state":"valid"`

// perTurn is the processor time of one turn of n, in microseconds.
func perTurn(all time.Duration, n int) float64 {
	return float64(all.Microseconds()) / float64(n)
}

// seals are the texts of the codes printed on documents.
func (b *documentBench) seals(ctx context.Context, codes []gov.DocumentID) (out []string, err error) {
	for i, code := range codes {
		holder := gov.WithActor(ctx, gov.Actor{Person: b.residents[i%len(b.residents)], Channel: gov.Portal})
		d, err := b.a.Issuer.Get(holder, code)
		if err != nil {
			return nil, err
		}
		text, err := b.a.Issuer.QRText(holder, d)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

// worth asks what the text of a code is worth; it must be a valid seal.
func (c caller) worth(ctx context.Context, text string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/api/v1/verify", strings.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", "text/plain")
	res, err := c.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err == nil && !bytes.Contains(said, []byte(sealValid)) {
		err = fmt.Errorf("%s: %.400s", res.Status, said)
	}
	return err
}

// print draws and signs papers one after another, as holders download them.
func (b *documentBench) print(ctx context.Context, codes []gov.DocumentID, r *documentReport) error {
	watch := &clockwork{}
	for i := range b.papers {
		var out bytes.Buffer
		holder := gov.WithActor(ctx, gov.Actor{Person: b.residents[i%len(b.residents)], Channel: gov.Portal})
		err := watch.time("pdf", func() error { return b.a.Issuer.Render(holder, &out, codes[i%len(codes)], gov.Arabic, gov.English) })
		if err != nil {
			return err
		}
		r.PaperBytes = out.Len()
	}
	r.Paper = watch.spreads()["pdf"]
	return nil
}
