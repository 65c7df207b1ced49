package main

import (
	"archive/zip"
	"context"
	"crypto/x509"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"diwan.example/exchange/asice"
	"diwan.example/gov"
)

func newVerify() *command {
	var roots *x509.CertPool
	var lang string
	return &command{
		name: "verify", args: "FILE", short: "check a container of signed messages, ours or another's",
		long: "Reads an ASiC-E container (CAdES or XAdES, X-Road's too), or an archive of them, and says in words what was\n" +
			"verified, who signed it when, and what could not be verified. With --trust it also holds the issuers of the\n" +
			"certificates against those given. Exit code 3 when anything is wrong. Needs neither database nor network.",
		flags: func(fs *flag.FlagSet) {
			roots = nil
			fs.Func("trust", "PEM file of certificates that are trusted; may be given more than once", func(file string) error { return trust(&roots, file) })
			languages(fs, &lang)
		},
		run: func(_ context.Context, std stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			f, err := os.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			st, err := f.Stat()
			if err != nil {
				return err
			}
			v := &containers{std: std, lang: lang, o: asice.Options{Roots: roots, Now: time.Now()}}
			if z, err := zip.NewReader(f, st.Size()); err == nil && archived(z) {
				return v.archive(z)
			}
			return v.one("", f, st.Size())
		},
	}
}

func languages(fs *flag.FlagSet, lang *string) {
	fs.StringVar(lang, "lang", "", "language of the words: ar or en; empty: both")
}

func trust(roots **x509.CertPool, file string) error {
	list, err := certificatesIn(file)
	if err != nil {
		return err
	}
	if *roots == nil {
		*roots = x509.NewCertPool()
	}
	for _, der := range list {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return err
		}
		(*roots).AddCert(c)
	}
	return nil
}

// archived reports whether a ZIP file is a folder of containers.
func archived(z *zip.Reader) bool {
	for _, f := range z.File {
		if f.Name == "index.jsonl" {
			return true
		}
	}
	return false
}

// containers checks containers and prints what is found.
type containers struct {
	std  stdio
	lang string
	o    asice.Options
}

// say prints a text in the languages asked for, the second under the first.
func say(w io.Writer, lang, mark string, t gov.Text) {
	switch lang {
	case "":
		fmt.Fprintf(w, "%s %s\n  %s\n", mark, t[gov.Arabic], t[gov.English])
	default:
		fmt.Fprintf(w, "%s %s\n", mark, t.In(gov.Lang(lang)))
	}
}

var marks = map[asice.Grade]string{asice.Good: "✓", asice.Note: "–", asice.Bad: "✗"}

func (v *containers) one(name string, r io.ReaderAt, size int64) error {
	report, err := asice.Verify(r, size, v.o)
	if gov.KindOf(err) == gov.Invalid {
		say(v.std.out, v.lang, "✗", gov.PublicOf(err))
		return errProblems
	}
	if err != nil {
		return err
	}
	if name != "" {
		fmt.Fprintf(v.std.out, "%s\n", name)
	}
	for _, f := range report.Findings {
		say(v.std.out, v.lang, marks[f.Grade], f.Text)
	}
	if !report.Valid() {
		say(v.std.out, v.lang, "✗", gov.T("الحاوية غير صحيحة", "The container is not valid"))
		return errProblems
	}
	say(v.std.out, v.lang, "✓", gov.T("الحاوية صحيحة؛ انظر أعلاه ما لم يُتحقق منه", "The container is valid; see above what was not verified"))
	return nil
}

// archive checks every container of an archive; only what is wrong is printed.
func (v *containers) archive(z *zip.Reader) error {
	bar, good, bad := newBar(v.std, gov.T("التحقق", "verifying").In(gov.Lang(v.lang))), 0, 0
	for i, f := range z.File {
		if path.Ext(f.Name) == ".asice" {
			var said strings.Builder
			quiet := &containers{std: stdio{v.std.in, &said, v.std.err}, lang: v.lang, o: v.o}
			switch err := quiet.inner(f); err {
			case nil:
				good++
			case errProblems:
				bad++
				fmt.Fprint(v.std.out, said.String())
			default:
				return err
			}
		}
		bar.at(i+1, len(z.File))
	}
	bar.done()
	say(v.std.out, v.lang, "=", gov.T(fmt.Sprintf("حاويات صحيحة: %d، غير صحيحة: %d", good, bad), fmt.Sprintf("valid containers: %d, not valid: %d", good, bad)))
	if bad > 0 || good == 0 {
		return errProblems
	}
	return nil
}

// inner checks a container within an archive. It is unpacked into a file first, no
// longer than the archive says.
func (v *containers) inner(f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	t, err := os.CreateTemp("", "diwan-container-*")
	if err != nil {
		return err
	}
	defer os.Remove(t.Name())
	defer t.Close()
	n, err := io.Copy(t, io.LimitReader(r, 2<<30))
	if err != nil {
		return err
	}
	return v.one(f.Name, t, n)
}
