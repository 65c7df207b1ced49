package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"os"
	"path/filepath"

	"diwan.example/app"
	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

func newSubsystems() *command {
	return &command{
		name: "subsystem", short: "information systems of members, as clients and providers",
		sub: []*command{
			newSubsystemAdd(),
			one("list", "list the subsystems", "", 0, nil, listSubsystems),
			moveSubsystem("suspend", "keep a subsystem out of the directory for a while", directory.Suspend),
			moveSubsystem("resume", "let it in again", directory.Resume),
			moveSubsystem("end", "end a subsystem", directory.End),
			newSystemCertificate(),
			newSystemTrust(),
		},
	}
}

func newSubsystemAdd() *command {
	var n named
	var plain bool
	var server string
	return one("add", "register a subsystem, or change it", "SUBSYSTEM", 1, func(fs *flag.FlagSet) {
		n.flags(fs)
		fs.StringVar(&server, "server", "", "gateway that serves it, INSTANCE/CLASS/MEMBER/SERVER; empty: none yet")
		fs.BoolVar(&plain, "plain", false, "its systems may come without TLS, from the gateway's own machine only")
	}, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		id, err := xroad.ParseClient(args[0])
		if err == nil {
			err = c.PutSubsystem(tx, id, n.text(), plain)
		}
		if err == nil && server != "" {
			var gw xroad.ServerID
			if gw, err = xroad.ParseServer(server); err == nil {
				err = c.Serve(tx, gw, id)
			}
		}
		if err != nil {
			return err
		}
		return done(io, id, "registered")
	})
}

func moveSubsystem(name, short, event string) *command {
	return one(name, short, "SUBSYSTEM", 1, nil, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		id, err := xroad.ParseClient(args[0])
		if err == nil {
			err = c.MoveSubsystem(tx, id, event)
		}
		if err != nil {
			return err
		}
		return done(io, id, "now "+past(event))
	})
}

func listSubsystems(tx *db.Tx, c *directory.Centre, io stdio, _ []string) error {
	r, err := c.Read(tx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, s := range r.Subsystems {
		comes := "TLS"
		if s.Plain {
			comes = "TLS or plain"
		}
		rows = append(rows, []string{s.ID.String(), string(s.State), comes, s.Name[gov.English]})
	}
	return table(io, "SUBSYSTEM\tSTATE\tSYSTEMS COME BY\tNAME", rows)
}

// newSystemCertificate makes a key here and has it certified, or answers a request.
func newSystemCertificate() *command {
	var c *app.Config
	var out, csr string
	return &command{
		name: "certify", args: "SUBSYSTEM", short: "issue a certificate to an information system",
		long: "Makes a key and a certificate in a folder: key.pem, cert.pem and centre.pem, the authority that issued it.\n" +
			"With --csr it answers a PKCS #10 request instead, and the key stays where it was made.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&out, "out", ".", "folder to write to")
			fs.StringVar(&csr, "csr", "", "file of a certificate request (P-256); empty: make a key here")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			id, err := xroad.ParseClient(args[0])
			if err != nil {
				return err
			}
			der, key, err := request(csr, id)
			if err != nil {
				return err
			}
			var cert []byte
			var trusted [][]byte
			err = atCentre(ctx, io, c, func(tx *db.Tx, centre *directory.Centre) (err error) {
				if cert, err = centre.CertifySystem(tx, id, der); err == nil {
					trusted, err = centre.Roots(tx)
				}
				return err
			})
			if err != nil {
				return err
			}
			return writeCertificate(io, id, out, key, cert, trusted)
		},
	}
}

// request reads a certificate request, or makes a key and one for it.
func request(file string, id xroad.ClientID) (der, key []byte, err error) {
	if file == "" {
		private, err := sign.Generate()
		if err != nil {
			return nil, nil, err
		}
		if key, err = x509.MarshalPKCS8PrivateKey(private); err != nil {
			return nil, nil, err
		}
		der, err = directory.Request(private, id.String())
		return der, key, err
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	if block, _ := pem.Decode(b); block != nil {
		b = block.Bytes
	}
	return b, nil, nil
}

func writeCertificate(io stdio, id xroad.ClientID, folder string, key, cert []byte, trusted [][]byte) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if key != nil {
		if err := os.WriteFile(filepath.Join(folder, "key.pem"), sign.KeyPEM(key), 0o600); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "cert.pem"), sign.CertificatesPEM(cert), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "centre.pem"), sign.CertificatesPEM(trusted...), 0o644); err != nil {
		return err
	}
	return done(io, id, "certificate in "+filepath.Join(folder, "cert.pem"))
}

func newSystemTrust() *command {
	return one("trust", "register a certificate of its own of an information system", "SUBSYSTEM FILE", 2, nil,
		func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
			id, err := xroad.ParseClient(args[0])
			if err != nil {
				return err
			}
			list, err := certificatesIn(args[1])
			if err != nil {
				return err
			}
			if err := c.TrustSystem(tx, id, list[0]); err != nil {
				return err
			}
			return done(io, id, "certificate registered")
		})
}
