package main

import (
	"flag"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

func newMembers() *command {
	var n named
	var org string
	return &command{
		name: "member", short: "organisations that take part",
		sub: []*command{
			one("add", "register a member, or change it", "MEMBER", 1, func(fs *flag.FlagSet) {
				n.flags(fs)
				fs.StringVar(&org, "organisation", "", "id of its organisation in the catalogue, such as moe; empty: none")
			}, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
				id, err := xroad.ParseClient(args[0])
				if err == nil {
					err = c.PutMember(tx, id, n.text(), gov.OrgID(org))
				}
				if err != nil {
					return err
				}
				return done(io, id.Owner(), "registered")
			}),
			one("list", "list the members", "", 0, nil, listMembers),
			moveMember("suspend", "keep a member out of the directory for a while", directory.Suspend),
			moveMember("resume", "let it in again", directory.Resume),
			moveMember("end", "end a member, with all that belongs to it", directory.End),
		},
	}
}

func moveMember(name, short, event string) *command {
	return one(name, short, "MEMBER", 1, nil, func(tx *db.Tx, c *directory.Centre, io stdio, args []string) error {
		id, err := xroad.ParseClient(args[0])
		if err == nil {
			err = c.MoveMember(tx, id, event)
		}
		if err != nil {
			return err
		}
		return done(io, id, "now "+past(event))
	})
}

// past says what an event made of something.
func past(event string) string {
	return map[string]string{directory.Suspend: "suspended", directory.Resume: "active", directory.End: "ended"}[event]
}

func listMembers(tx *db.Tx, c *directory.Centre, io stdio, _ []string) error {
	r, err := c.Read(tx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, m := range r.Members {
		rows = append(rows, []string{m.ID.String(), string(m.State), string(m.Organisation), m.Name[gov.English]})
	}
	return table(io, "MEMBER\tSTATE\tORGANISATION\tNAME", rows)
}
