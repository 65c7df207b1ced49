package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/merkle"
)

func newLogKeygen() *command {
	var out string
	return &command{
		name: "keygen", args: "NAME", short: "make the key of a witness",
		long: "Makes a private key for diwan log witness in a file of its own, and prints the public key that logs and\n" +
			"monitors are given. NAME is an address without its scheme, such as witness.example/w1.",
		flags: func(fs *flag.FlagSet) { fs.StringVar(&out, "out", "", "file to write; it must not be there yet") },
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) != 1 || out == "" {
				return errUsage
			}
			seed := make([]byte, 32)
			rand.Read(seed)
			c, err := merkle.NewCosigner(args[0], seed)
			if err != nil {
				return err
			}
			f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(f, "%s\n%s\n", args[0], base64.StdEncoding.EncodeToString(seed))
			if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
				_, err = fmt.Fprintln(io.out, c.VKey())
			}
			return err
		},
	}
}

// witnessing is what diwan log witness is told.
type witnessing struct {
	listen, key, state string
	logs               []merkle.Keys
}

func newLogWitness() *command {
	var w witnessing
	return &command{
		name: "witness", short: "cosign the checkpoints of other people's logs",
		long: "Serves POST /add-checkpoint as C2SP tlog-witness says: cosigns a checkpoint of a known log when it continues the\n" +
			"one cosigned before, and never two that differ. The state is durable before a cosignature leaves. Put TLS in\n" +
			"front of it. Make the key with diwan log keygen; each --log is the first line of …/log/documents/key.",
		flags: func(fs *flag.FlagSet) {
			w = witnessing{}
			fs.StringVar(&w.listen, "listen", "127.0.0.1:8444", "address and port to listen on")
			fs.StringVar(&w.key, "key", "", "file with the private key")
			fs.StringVar(&w.state, "state", "", "file that remembers what was cosigned")
			fs.Func("log", "public key of a log to cosign; may be given more than once", func(s string) error {
				k, err := merkle.ReadKeys(s)
				w.logs = append(w.logs, k)
				return err
			})
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 || w.key == "" || w.state == "" || len(w.logs) == 0 {
				return errUsage
			}
			return w.serve(ctx, io)
		},
	}
}

func (w *witnessing) witness() (*merkle.Witness, error) {
	b, err := os.ReadFile(w.key)
	if err != nil {
		return nil, err
	}
	f := strings.Fields(string(b))
	if len(f) != 2 {
		return nil, gov.Fail(gov.Invalid, "ملف مفتاح الشاهد غير مقروء", "The witness's key file cannot be read")
	}
	seed, err := base64.StdEncoding.DecodeString(f[1])
	if err != nil {
		return nil, err
	}
	out := &merkle.Witness{Logs: w.logs, Clock: time.Now, Trees: map[string]merkle.Tree{}}
	if out.Signer, err = merkle.NewCosigner(f[0], seed); err != nil {
		return nil, err
	}
	if b, err = os.ReadFile(w.state); err == nil {
		err = json.Unmarshal(b, &out.Trees) // a damaged state must not be taken for none
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	out.Save = func(trees map[string]merkle.Tree) error {
		b, err := json.MarshalIndent(trees, "", "  ")
		if err != nil {
			return err
		}
		return replaced(w.state, append(b, '\n'))
	}
	return out, err
}

func (w *witnessing) serve(ctx context.Context, std stdio) error {
	handler, err := w.witness()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", w.listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.err, "http://%s/add-checkpoint\n%s\n", l.Addr(), handler.Signer.VKey())
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second, WriteTimeout: 20 * time.Second, MaxHeaderBytes: 16 << 10}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	return s.Shutdown(grace)
}
