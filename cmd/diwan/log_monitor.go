package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/merkle"
)

// watching is what diwan log monitor is told.
type watching struct {
	url, state, key, lang string
	once                  bool
	every, maxAge         time.Duration
	witnesses             []string
}

func newLogMonitor() *command {
	var w watching
	return &command{
		name: "monitor", args: "URL", short: "watch a public log as an outsider, and shout when it cheats",
		long: "URL is a log's address, such as https://diwan.example/log/documents; any C2SP tlog-tiles log will do. Each look\n" +
			"verifies the checkpoint's signature, reads the tiles, checks that the log seen before is the beginning of this\n" +
			"one and that every new entry is in the tree. Run it on a machine of your own, with the log's key from elsewhere.\n" +
			"A fork, a log that shrank, a wrong signature or key and a broken tree end it with exit code 3, and what proves\n" +
			"it is kept beside the state. A log that is away or stale: exit code 4 with --once, else it goes on watching.",
		flags: func(fs *flag.FlagSet) {
			w = watching{}
			fs.StringVar(&w.state, "state", "", "file that remembers what was seen; empty: only while it runs")
			fs.StringVar(&w.key, "key", "", "file with the keys of the log; empty: what the log publishes is trusted at first sight")
			fs.BoolVar(&w.once, "once", false, "look once and end")
			fs.DurationVar(&w.every, "every", time.Minute, "how often to look")
			fs.DurationVar(&w.maxAge, "max-age", time.Hour, "after which a checkpoint that nobody renewed is stale")
			fs.Func("witness", "key of a witness; may be given more than once", func(s string) error {
				w.witnesses = append(w.witnesses, s)
				_, err := merkle.WitnessName(s)
				return err
			})
			languages(fs, &w.lang)
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 || w.every < time.Second {
				return errUsage
			}
			w.url = args[0]
			return w.watch(ctx, io)
		},
	}
}

func (w *watching) watch(ctx context.Context, std stdio) error {
	known, err := w.remembered()
	if a, ok := merkle.AlarmOf(err); ok {
		return w.shout(std, a)
	}
	if err != nil {
		return err
	}
	m := merkle.NewMonitor(w.url, outside())
	m.Witnesses, m.MaxAge = w.witnesses, w.maxAge
	for {
		seen, err := m.Watch(ctx, known, time.Now())
		a, alarmed := merkle.AlarmOf(err)
		fatal := alarmed && a.Name != merkle.Stale
		if fatal {
			return w.shout(std, a)
		}
		if err != nil {
			if err := w.notNow(ctx, std, err, a); err != nil {
				return err
			}
		}
		if seen.State.Note != "" && (err == nil || alarmed) {
			known = seen.State
			if err := w.remember(known); err != nil {
				return err
			}
			w.report(std, seen)
		}
		if w.once {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(w.every):
		}
	}
}

// notNow tells of a log that is away or stale; with --once it ends there.
func (w *watching) notNow(ctx context.Context, std stdio, err error, a *merkle.Alarm) error {
	if ctx.Err() != nil {
		return nil
	}
	text := gov.PublicOf(err)
	if a != nil {
		text = a.Text
	} else if gov.KindOf(err) != gov.Unavailable {
		return err
	}
	say(std.err, w.lang, "!", text)
	if w.once {
		return gov.Fail(gov.Unavailable, text[gov.Arabic], text[gov.English]).Because(err)
	}
	return nil
}

func (w *watching) report(std stdio, s merkle.Seen) {
	say(std.out, w.lang, "✓", gov.T("%s: القيود %d (كانت %d)، قُرئ منها الآن %d وهي في الشجرة", "%s: %d entries (there were %d); %d were read now and are in the tree").
		Sprintf(s.Checkpoint.Origin, s.Checkpoint.Size, s.Before, s.Entries))
	if s.Private && s.Checkpoint.Size > 0 {
		say(std.out, w.lang, "–", gov.T("قيود هذا السجل غير معلنة؛ تُحقق من تجزئاته", "The entries of this log are not published; its hashes were checked"))
	}
	for _, c := range s.Checkpoint.Cosigned {
		say(std.out, w.lang, "✓", gov.T("وقّع معها الشاهد %s في %s", "Cosigned by the witness %s at %s").Sprintf(c.Witness, c.At.Format(time.RFC3339)))
	}
}

// shout tells of what a log must never do, and keeps what proves it.
func (w *watching) shout(std stdio, a *merkle.Alarm) error {
	say(std.out, w.lang, "✗", a.Text)
	fmt.Fprintln(std.err, "diwan: "+a.Error())
	if w.state != "" && len(a.Evidence) > 0 {
		file := fmt.Sprintf("%s.%s-%d", w.state, a.Name, time.Now().Unix())
		text := ""
		for _, e := range a.Evidence {
			text += e + "\n----\n"
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return err
		}
		say(std.out, w.lang, "–", gov.T("حُفظ الدليل في %s", "What proves it is kept in %s").Sprintf(file))
	}
	return errProblems
}

// remembered reads the state, and the keys that were given.
func (w *watching) remembered() (s merkle.State, err error) {
	if w.state != "" {
		b, err := os.ReadFile(w.state)
		if err == nil {
			err = json.Unmarshal(b, &s)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return s, &merkle.Alarm{Name: merkle.Forgetful, Text: gov.T("ملف الحالة %s تالف أو لا يُقرأ؛ لا يُستأنف منه", "The state file %s is damaged or cannot be read; it is not relied on").Sprintf(w.state)}
		}
	}
	if w.key == "" {
		return s, nil
	}
	b, err := os.ReadFile(w.key)
	if err != nil {
		return s, err
	}
	k, err := merkle.ReadKeys(string(b))
	if err == nil && s.Keys.Log != "" && s.Keys.Log != k.Log {
		return s, &merkle.Alarm{Name: merkle.OtherKey, Text: gov.T("مفتاح السجل المحفوظ غير المفتاح المعطى", "The key that was kept for the log is not the one given")}
	}
	k.Witnesses = nil
	s.Keys = k
	return s, err
}

// remember keeps the state, whole or not at all.
func (w *watching) remember(s merkle.State) error {
	if w.state == "" {
		return nil
	}
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return replaced(w.state, append(b, '\n'))
}

// replaced writes a file durably in place of an older one.
func replaced(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".diwan-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
