package app

import (
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Config is everything an operator can set. Each field has a flag, and an
// environment variable DIWAN_… of the same name in capitals; a flag wins. A
// secret is never a flag: it is given as NAME (environment) or in a file named by
// NAME_FILE, and is never printed.
type Config struct {
	Listen   string `flag:"listen" def:"127.0.0.1:8080" doc:"address and port to listen on"`
	Origin   string `flag:"origin" doc:"public address of the site, such as https://diwan.example; empty: http:// and the listening address"`
	Database string `flag:"database" def:"diwan-data/diwan.db" doc:"postgres:// address, or path of an SQLite file"`
	Blobs    string `flag:"blobs" def:"diwan-data/files" doc:"folder for uploaded files, or s3://host/bucket/prefix with ?region=… and, on closed networks, insecure=true"`
	Country  string `flag:"country" def:"bahrain" doc:"country profile: one that is built in, or a folder"`
	Packs    string `flag:"packs" doc:"folder of further service packs to publish at start; empty: none"`

	Registries string `flag:"registries" doc:"folder of the vocabulary and registries; empty: those that come with the product"`

	Secret string `env:"DIWAN_SECRET" secret:"true" doc:"protects issuing keys and one-time codes; at least 32 characters; empty: made once and kept beside an SQLite database"`

	PKCS11Module string `flag:"pkcs11-module" doc:"library of a hardware module for issuing keys (PKCS #11), such as /usr/lib/softhsm/libsofthsm2.so; empty: none"`
	PKCS11Token  string `flag:"pkcs11-token" doc:"label of the token in that module; several with commas between"`
	PKCS11PIN    string `env:"DIWAN_PKCS11_PIN" secret:"true" doc:"PIN of that token’s user"`

	S3Key    string `env:"DIWAN_S3_KEY" secret:"true" doc:"access key for S3"`
	S3Secret string `env:"DIWAN_S3_SECRET" secret:"true" doc:"secret key for S3"`

	SMTP         string `flag:"smtp" doc:"mail server host:port; empty: messages wait in the outbox"`
	SMTPFrom     string `flag:"smtp-from" def:"no-reply@diwan.example" doc:"sender of mail"`
	SMTPUser     string `flag:"smtp-user" doc:"user at the mail server"`
	SMTPPassword string `env:"DIWAN_SMTP_PASSWORD" secret:"true" doc:"password at the mail server"`
	SMS          string `flag:"sms" doc:"address of an HTTP gateway for SMS; empty: messages wait in the outbox"`
	SMSToken     string `env:"DIWAN_SMS_TOKEN" secret:"true" doc:"bearer token at the SMS gateway"`

	Clamd string `flag:"clamd" doc:"ClamAV daemon, tcp://host:port or unix:///path; empty: files are marked unscanned"`

	SandboxBank   bool   `flag:"sandbox-bank" doc:"offer the built-in sandbox bank, which moves no real money"`
	StripeURL     string `flag:"stripe-url" def:"https://api.stripe.com" doc:"address of the Stripe API"`
	StripeMethod  string `flag:"stripe-method" def:"link" doc:"type of payment method that redirects the payer"`
	StripeKey     string `env:"DIWAN_STRIPE_KEY" secret:"true" doc:"secret key for Stripe; empty: Stripe is not offered"`
	StripeWebhook string `env:"DIWAN_STRIPE_WEBHOOK" secret:"true" doc:"signing secret of the Stripe webhook"`

	ExchangeInstance  string        `flag:"exchange-instance" doc:"first part of every identifier in the exchange; empty: the country's code"`
	ExchangeValid     time.Duration `flag:"exchange-valid" def:"24h" doc:"how long gateways may work by a directory without reaching this centre"`
	ExchangeServer    string        `flag:"exchange-server" doc:"identifier of the gateway to run here, INSTANCE/CLASS/MEMBER/SERVER; empty: none"`
	ExchangeDir       string        `flag:"exchange-dir" def:"diwan-data/exchange" doc:"folder of that gateway: its keys, directory and message log"`
	ExchangePeers     string        `flag:"exchange-peers" def:"127.0.0.1:5500" doc:"address and port at which it listens for other gateways"`
	ExchangeAddress   string        `flag:"exchange-address" doc:"host:port at which other gateways reach it; empty: where it listens"`
	ExchangeSystems   string        `flag:"exchange-systems" def:"127.0.0.1:8443" doc:"address and port at which it listens for information systems over TLS"`
	ExchangeTimestamp string        `flag:"exchange-timestamp" doc:"address of the RFC 3161 authority that seals the gateway's message log; empty: one of its own, whose word is as good as this machine's clock"`
	ExchangePlain     string        `flag:"exchange-plain" doc:"loopback address and port for information systems of this machine without TLS; empty: none"`

	Apostille bool `flag:"apostille" doc:"statements for readers abroad are Apostilles under the Convention of 5 October 1961; only where the competent authority has said so"`

	Witnesses string `flag:"log-witnesses" doc:"witnesses that are asked to cosign the public logs: for each its address, a space and its key, with commas between them; empty: none"`

	DocumentsTimestamp      string `flag:"documents-timestamp" doc:"address of the RFC 3161 authority that stamps the signatures of documents' pages; empty: one of our own, whose word is as good as this machine's clock"`
	DocumentsTimestampTrust string `flag:"documents-timestamp-trust" doc:"PEM file of that authority's certificates, for the trust list"`

	PerMinute int `flag:"api-per-minute" def:"6000" doc:"requests of one API token in a minute, on all nodes together"`

	Traces   string        `flag:"traces" doc:"OTLP/HTTP address for traces, such as http://localhost:4318; empty: none"`
	Shutdown time.Duration `flag:"shutdown" def:"15s" doc:"how long running requests may take to end when the process is asked to stop"`
	OneClick bool          `flag:"one-click" doc:"enter the sample people's accounts by one click; only for diwan try"`

	sources map[string]string
}

// setting is one field with its names.
type setting struct {
	name, env, doc, def string
	secret              bool
	value               reflect.Value
}

func (c *Config) settings() (out []setting) {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		s := setting{name: f.Tag.Get("flag"), env: f.Tag.Get("env"), doc: f.Tag.Get("doc"), def: f.Tag.Get("def"), secret: f.Tag.Get("secret") != "", value: v.Field(i)}
		if s.env == "" {
			s.env = "DIWAN_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
		}
		out = append(out, s)
	}
	return out
}

func (s setting) set(text string) error {
	switch p := s.value.Addr().Interface().(type) {
	case *string:
		*p = text
	case *bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%s: %q is neither true nor false", s.env, text)
		}
		*p = b
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil || n <= 0 {
			return fmt.Errorf("%s: %q is no positive whole number", s.env, text)
		}
		*p = n
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%s: %q is no length of time, such as 15s", s.env, text)
		}
		*p = d
	}
	return nil
}

// Default is the configuration with its defaults.
func Default() *Config {
	c := &Config{sources: map[string]string{}}
	for _, s := range c.settings() {
		if s.def != "" {
			if err := s.set(s.def); err != nil {
				panic(err) // a mistake in the tags above
			}
		}
		c.sources[s.env] = "default"
	}
	return c
}

// FromEnvironment takes what the environment sets, and secrets from files.
func (c *Config) FromEnvironment(getenv func(string) string) error {
	for _, s := range c.settings() {
		if v := getenv(s.env); v != "" {
			if err := s.set(v); err != nil {
				return err
			}
			c.sources[s.env] = s.env
		}
		file := getenv(s.env + "_FILE")
		if !s.secret || file == "" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("%s_FILE: %w", s.env, err)
		}
		if err := s.set(strings.TrimSpace(string(b))); err != nil {
			return err
		}
		c.sources[s.env] = s.env + "_FILE"
	}
	return nil
}

// Flags binds every field that is no secret to a flag. The flags' values win
// over what is set already; sources are noted as the flags are read.
func (c *Config) Flags(fs *flag.FlagSet) {
	for _, s := range c.settings() {
		if s.name == "" {
			continue
		}
		set := func(text string) error {
			c.sources[s.env] = "--" + s.name
			return s.set(text)
		}
		if s.value.Kind() == reflect.Bool {
			fs.BoolFunc(s.name, s.doc, set)
		} else {
			fs.Func(s.name, s.doc, set)
		}
	}
}

// Set sets one field as a program does, noting who did; for diwan try.
func (c *Config) Set(name, value, source string) error {
	for _, s := range c.settings() {
		if s.name == name {
			c.sources[s.env] = source
			return s.set(value)
		}
	}
	return fmt.Errorf("no setting %q", name)
}

// Print writes every setting with its value, its source and what it is for.
func (c *Config) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "VARIABLE\tVALUE\tSOURCE\tWHAT IT IS")
	for _, s := range c.settings() {
		v := fmt.Sprint(s.value.Interface())
		switch {
		case s.secret && v != "":
			v = "(set)"
		case s.secret:
			v = "(not set)"
		case strings.HasPrefix(v, "postgres"):
			v = withoutPassword(v)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", s.env, v, c.sources[s.env], s.doc)
	}
	return t.Flush()
}

// withoutPassword hides the password of a database address.
func withoutPassword(address string) string {
	at := strings.LastIndexByte(address, '@')
	start := strings.Index(address, "://")
	if at < 0 || start < 0 {
		return address
	}
	user, _, has := strings.Cut(address[start+3:at], ":")
	if !has {
		return address
	}
	return address[:start+3] + user + ":***" + address[at:]
}
