package main

import (
	"context"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"diwan.example/document/seal"
	"diwan.example/document/verdict"
	"diwan.example/gov"
)

// weighing is what diwan verify was told.
type weighing struct {
	std    stdio
	lang   string
	json   bool
	online bool
	from   string   // address of the house that publishes the trust list
	dir    string   // where the trust list is remembered
	trust  []string // files: a trust list, or PEM certificates
	notes  []gov.Text

	zone    *time.Location      // in which dates are read; nil: the authority's
	anchors []*x509.Certificate // roots that were given without a list
}

func newVerifyDocument() *command {
	v := &weighing{}
	return &command{
		name: "verify", args: "FILE|TEXT|-", short: "say what a document in any form is worth, and how that is known",
		long: "Reads a PDF, a seal, a wallet credential (SD-JWT VC or mdoc), signed data, or the text that a scanner reads\n" +
			"from a code; - reads standard input. Says who issued it, about what, whether it is valid, expired, suspended,\n" +
			"revoked, unknown or altered, one line for each check, and one for each check that could not be made.\n\n" +
			"Without --online it asks nobody. It then trusts the files given by --trust, or else the trust list remembered\n" +
			"in the state folder. --online fetches the trust list from --from (or where it came from before, or the host in\n" +
			"a code), remembers it and its root, and asks the status list whether the document was revoked since. A root\n" +
			"seen for the first time is named with its fingerprint: compare it with the one that the authority publishes.\n" +
			"A PDF brings a trust list of its own day: with --trust ROOT.pem alone it is judged by that one.\n\n" +
			"Exit code 0 means valid; 3 that it was read and judged to be anything else: expired, suspended, replaced,\n" +
			"revoked, unknown or altered; 1 that a file or trust list cannot be read, 4 that the house cannot be reached.",
		flags: v.flags,
		run: func(ctx context.Context, std stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			v.std = std
			data, err := v.read(args[0])
			if err != nil {
				return err
			}
			return v.run(ctx, data)
		},
	}
}

func (v *weighing) flags(fs *flag.FlagSet) {
	*v = weighing{}
	fs.Func("trust", "a trust list, or a PEM file of roots and time-stamping authorities; may be given more than once", func(file string) error {
		v.trust = append(v.trust, file)
		return nil
	})
	fs.BoolVar(&v.online, "online", false, "fetch the trust list and ask the status list")
	fs.StringVar(&v.from, "from", "", "address of the house that publishes the trust list, such as https://gov.example")
	fs.StringVar(&v.dir, "state", "", "folder in which the trust list is remembered; empty: diwan/verify in the user's configuration folder")
	fs.Func("zone", "zone in which dates are read, such as Asia/Bahrain; empty: the one that the trust list names", func(name string) (err error) {
		v.zone, err = time.LoadLocation(name)
		return err
	})
	fs.BoolVar(&v.json, "json", false, "print the verdict as JSON")
	languages(fs, &v.lang)
}

// read is the file, standard input, or the argument itself.
func (v *weighing) read(arg string) ([]byte, error) {
	var from io.Reader = v.std.in
	if arg != "-" {
		f, err := os.Open(arg)
		if err != nil && spoken(arg) {
			return []byte(arg), nil
		}
		if err != nil {
			return nil, errUnread.Because(err)
		}
		defer f.Close()
		from = f
	}
	return io.ReadAll(io.LimitReader(from, verdict.Largest+1))
}

var errUnread = gov.Fail(gov.NotFound, "لا يُقرأ ملف بهذا الاسم، وليس النص المعطى رمزًا ولا وثيقة", "No file of this name can be read, and the text given is neither a code nor a document")

// spoken reports whether an argument that names no file is a code or a token.
func spoken(arg string) bool {
	return seal.ReadQR(arg).Kind != seal.Nothing || strings.Contains(arg, "~") || strings.Count(arg, ".") == 2 && len(arg) > 100 || len(arg) > 300
}

func (v *weighing) run(ctx context.Context, data []byte) error {
	if v.dir == "" {
		base, err := os.UserConfigDir()
		if err != nil {
			return err
		}
		v.dir = filepath.Join(base, "diwan", "verify")
	}
	o := verdict.Options{Now: time.Now(), Zone: v.zone}
	var err error
	if o.Trust, err = v.trusted(ctx, data, o.Now); err != nil {
		return err
	}
	o.Anchors = v.anchors
	if v.online {
		o.Ask = v.ask
		if o.Trust != nil {
			o.Status = v.status(o.Trust)
		}
	}
	got := verdict.Check(ctx, data, o)
	if v.json {
		if err := printJSON(v.std, got); err != nil {
			return err
		}
	} else {
		v.print(got)
	}
	if got.State != verdict.Valid {
		return errProblems
	}
	return nil
}

var findingMarks = map[verdict.Grade]string{verdict.Good: "✓", verdict.Note: "–", verdict.Bad: "✗"}

// genuineOnly is said of what is valid as far as could be seen without asking.
var genuineOnly = gov.T("صحيحة ولم تنتهِ مدتها؛ أما هل أُلغيت بعد إصدارها فلم يُسأل عنه", "Genuine and in time; whether it was revoked since was not asked")

// print says the verdict first, then what the document says, then how it is known.
func (v *weighing) print(got verdict.Verdict) {
	w, mark := v.std.out, "✗"
	head := got.State.Label()
	if got.State == verdict.Valid {
		mark = "✓"
		if got.Unchecked {
			mark, head = "–", genuineOnly
		}
	}
	say(w, v.lang, mark, head)
	v.line(gov.T("ما فُحص", "Form"), got.Form.Label())
	v.line(gov.T("الوثيقة", "Document"), got.Title)
	v.line(gov.T("أصدرتها", "Issued by"), got.IssuerName)
	v.line(gov.T("رقمها", "Number"), gov.T(got.Number, got.Number))
	if !got.Issued.IsZero() {
		v.line(gov.T("تاريخها", "Issued"), at(got.Issued, got.Zone))
	}
	if !got.ValidUntil.IsZero() {
		v.line(gov.T("تسري حتى", "Valid until"), at(got.ValidUntil, got.Zone))
	}
	for _, c := range got.Claims {
		v.line(c.Label, c.Value)
	}
	fmt.Fprintln(w)
	for _, f := range got.Findings {
		say(w, v.lang, findingMarks[f.Grade], f.Text)
	}
	for _, n := range v.notes {
		say(w, v.lang, "–", n)
	}
}

// at is a moment with its zone, the same in both languages.
func at(t time.Time, zone *time.Location) gov.Text {
	s := t.In(zone).Format("2006-01-02 15:04 UTC-07:00")
	return gov.T("\u2066"+s+"\u2069", "\u2066"+s+"\u2069")
}

func (v *weighing) line(label, value gov.Text) {
	ar, en := indented(value.In(gov.Arabic)), indented(value.In(gov.English))
	switch {
	case ar == "" && en == "":
	case v.lang != "":
		fmt.Fprintf(v.std.out, "  %s: %s\n", label.In(gov.Lang(v.lang)), indented(value.In(gov.Lang(v.lang))))
	case ar == en:
		fmt.Fprintf(v.std.out, "  %s · %s: %s\n", label.In(gov.Arabic), label.In(gov.English), ar)
	case strings.Contains(ar, "\n"):
		fmt.Fprintf(v.std.out, "  %s: %s\n  %s: %s\n", label.In(gov.Arabic), ar, label.In(gov.English), en)
	default:
		fmt.Fprintf(v.std.out, "  %s · %s: %s · %s\n", label.In(gov.Arabic), label.In(gov.English), ar, en)
	}
}

// indented puts what has several lines below its label.
func indented(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	return "\n    " + strings.ReplaceAll(s, "\n", "\n    ")
}
