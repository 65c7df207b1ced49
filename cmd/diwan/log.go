package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
	"diwan.example/internal/translog"
)

func newLog() *command {
	return &command{name: "log", short: "the public logs: watch, witness, prove, verify",
		sub: []*command{newLogMonitor(), newLogWitness(), newLogCheckpoint(), newLogProof(), newLogVerify(), newLogKeygen()}}
}

// outside is the client by which logs of others are read.
func outside() *http.Client { return &http.Client{Timeout: 20 * time.Second} }

func newLogCheckpoint() *command {
	var c *app.Config
	var name, url string
	return &command{
		name: "checkpoint", short: "print the latest checkpoint of a log, to be kept elsewhere",
		long: "Prints the signed checkpoint of the log of this installation, or of the one at --url. Keep it where nobody who\n" +
			"runs the database can reach it: with it, diwan audit --checkpoint FILE finds a database that was rewritten whole.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&name, "log", "documents", "which log: documents, journal or looks")
			fs.StringVar(&url, "url", "", "address of a log, such as https://diwan.example/log/documents; empty: the one in the database")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 || name != "documents" && name != "journal" && name != "looks" {
				return errUsage
			}
			if url != "" {
				note, err := merkle.Client{Base: url, HTTP: outside()}.Checkpoint(ctx)
				if err == nil {
					_, err = fmt.Fprint(io.out, note)
				}
				return err
			}
			return ownCheckpoint(ctx, io, c, name)
		},
	}
}

func ownCheckpoint(ctx context.Context, io stdio, c *app.Config, name string) error {
	a, err := opened(ctx, io, c)
	if err != nil {
		return err
	}
	defer a.Close()
	l := map[string]*translog.Log{"documents": a.Public, "journal": a.Sealed, "looks": a.Looks}[name]
	var s translog.Status
	var ok bool
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { s, ok, err = l.Status(tx); return err }); err != nil {
		return err
	}
	if !ok {
		return gov.Fail(gov.NotFound, "لم يُفتح السجل بعد: شغّل الخادم أولًا", "The log has not been opened yet: run the server first")
	}
	_, err = fmt.Fprint(io.out, s.Note)
	return err
}

func newLogProof() *command {
	var c *app.Config
	return &command{
		name: "proof", args: "NUMBER", short: "print the proof that a document stands in the public log",
		long: "Prints the proof (C2SP tlog-proof) of the document with this number. It holds nothing that the document says;\n" +
			"whoever has the document's signed record can verify it: diwan log verify PROOF --record FILE.\n" +
			"The look is written into the holder's access log.",
		flags: func(fs *flag.FlagSet) { c = configured(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			s, err := a.Issuer.ProofOf(ctx, args[0])
			if err != nil {
				return err
			}
			if s.Since.IsZero() {
				return gov.Fail(gov.Unavailable, "الوثيقة تنتظر قيدها في السجل؛ أعد المحاولة بعد قليل", "The document waits to be taken into the log; try again shortly")
			}
			_, err = fmt.Fprint(io.out, s.Proof.Text())
			return err
		},
	}
}

// verifying is what diwan log verify is told.
type verifying struct {
	key, url, record, lang string
	witnesses              []string
}

func newLogVerify() *command {
	var v verifying
	return &command{
		name: "verify", args: "PROOF-FILE", short: "check a proof that a document stands in a public log",
		long: "Reads a proof (C2SP tlog-proof) and says whether what it is about stands in the log, and since which size.\n" +
			"The log's keys come from --key FILE (as served at …/log/documents/key) or from --url. With --key and a\n" +
			"proof that holds the record, no network is needed. Exit code 3 when it proves nothing.",
		flags: func(fs *flag.FlagSet) {
			v = verifying{}
			fs.StringVar(&v.key, "key", "", "file with the keys of the log, a line each")
			fs.StringVar(&v.url, "url", "", "address of the log, to ask it for its keys")
			fs.StringVar(&v.record, "record", "", "file with the signed record of the document, when the proof does not hold it")
			fs.Func("witness", "key of a witness that must have cosigned; may be given more than once", func(s string) error {
				v.witnesses = append(v.witnesses, s)
				_, err := merkle.WitnessName(s)
				return err
			})
			languages(fs, &v.lang)
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 || (v.key == "") == (v.url == "") {
				return errUsage
			}
			return v.verify(ctx, io, args[0])
		},
	}
}

func (v *verifying) keys(ctx context.Context) (k merkle.Keys, err error) {
	if v.url != "" {
		k, err = merkle.Client{Base: v.url, HTTP: outside()}.Keys(ctx)
	} else {
		var b []byte
		if b, err = os.ReadFile(v.key); err == nil {
			k, err = merkle.ReadKeys(string(b))
		}
	}
	k.Witnesses = v.witnesses
	return k, err
}

func (v *verifying) verify(ctx context.Context, std stdio, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	k, err := v.keys(ctx)
	if err != nil {
		return err
	}
	var record []byte
	if v.record != "" {
		if record, err = os.ReadFile(v.record); err != nil {
			return err
		}
	}
	c, o, err := proves(string(b), k, strings.TrimSpace(string(record)))
	if kind := gov.KindOf(err); kind == gov.Invalid || kind == gov.Conflict {
		say(std.out, v.lang, "✗", gov.PublicOf(err))
		return errProblems
	}
	if err != nil {
		return err
	}
	say(std.out, v.lang, "✓", gov.T("القيد في السجل %s، وعدد قيوده حينئذ %d", "It stands in the log %s, which then had %d entries").Sprintf(c.Origin, c.Size))
	say(std.out, v.lang, "–", gov.T("ما يثبته القيد: %s، %s", "What the entry stands for: %s, %s").Sprintf(o.Domain, o.Kind))
	if !c.Time.IsZero() {
		say(std.out, v.lang, "–", gov.T("وُقّعت نقطة التحقق في %s", "The checkpoint was signed at %s").Sprintf(c.Time.Format(time.RFC3339)))
	}
	for _, x := range c.Cosigned {
		say(std.out, v.lang, "✓", gov.T("وقّع معها الشاهد %s في %s", "Cosigned by the witness %s at %s").Sprintf(x.Witness, x.At.Format(time.RFC3339)))
	}
	if len(c.Cosigned) < len(v.witnesses) {
		say(std.out, v.lang, "✗", gov.T("لم يوقّع معها كل الشهود المطلوبين", "Not every witness that was asked for has cosigned"))
		return errProblems
	}
	return nil
}

// proves opens a proof and holds it against what it is about.
func proves(text string, k merkle.Keys, record string) (c merkle.Checkpoint, o merkle.Opening, err error) {
	p, err := merkle.ReadProof(text)
	if err != nil {
		return c, o, err
	}
	if o, err = p.Opening(); err != nil {
		return c, o, err
	}
	if record == "" && o.Record == "" {
		return c, o, gov.Fail(gov.Invalid, "لا يحمل الإثبات سجل الوثيقة؛ أعطه بالخيار ‎--record", "The proof does not hold the document's record; give it with --record")
	}
	c, err = p.Verify(o.Entry(cmp.Or(record, o.Record)), k)
	return c, o, err
}
