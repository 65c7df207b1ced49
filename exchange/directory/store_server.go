package directory

import (
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/internal/db"
)

// ServerEntry is a gateway as it is kept.
type ServerEntry struct {
	ID          xroad.ServerID
	Address     string
	State       State
	Maintenance *Maintenance
	Seen        time.Time // when it last asked for the directory; zero: never
	Report      Report
}

// Report is what a gateway says of itself when it asks for the directory.
type Report struct {
	Version  int64  `json:"version"`           // the directory it works by
	Day      string `json:"day,omitempty"`     // UTC; empty: nothing to count
	Messages int64  `json:"messages"`          // on that day, since the last report
	Trouble  string `json:"trouble,omitempty"` // what is wrong there, in English; no personal data
}

func scanServer(scan func(...any) error) (s ServerEntry, err error) {
	var id string
	var seen int64
	if err = scan(&id, &s.Address, &s.State, db.Doc{To: &s.Maintenance}, &seen, db.Doc{To: &s.Report}); err != nil {
		return s, err
	}
	s.Seen = db.Moment(seen)
	s.ID, err = xroad.ParseServer(id)
	return s, err
}

const serverColumns = `id, address, state, maintenance, seen, report`

func servers(tx *db.Tx) ([]ServerEntry, error) {
	return db.Rows(tx, scanServer, `SELECT `+serverColumns+` FROM directory_server ORDER BY id`)
}

func server(tx *db.Tx, id xroad.ServerID) (s ServerEntry, err error) {
	s, _, err = db.One(tx, scanServer, `SELECT `+serverColumns+` FROM directory_server WHERE id = $1`, id.String())
	return s, err
}

func putServer(tx *db.Tx, s ServerEntry) error {
	var maintenance any
	if s.Maintenance != nil {
		maintenance = db.JSON(s.Maintenance)
	}
	return tx.Exec(`INSERT INTO directory_server (id, member, address, state, maintenance, seen, report) VALUES ($1,$2,$3,$4,$5,$6,$7)
		ON CONFLICT (id) DO UPDATE SET address = excluded.address, state = excluded.state, maintenance = excluded.maintenance`,
		s.ID.String(), ownerOf(s.ID).String(), s.Address, string(s.State), maintenance, db.Millis(s.Seen), db.JSON(s.Report))
}

func noteSeen(tx *db.Tx, id xroad.ServerID, r Report) error {
	if err := tx.Exec(`UPDATE directory_server SET seen = $1, report = $2 WHERE id = $3`, tx.Millis(), db.JSON(r), id.String()); err != nil || r.Day == "" {
		return err
	}
	return tx.Exec(`INSERT INTO directory_traffic (server, day, messages) VALUES ($1,$2,$3)
		ON CONFLICT (server, day) DO UPDATE SET messages = directory_traffic.messages + excluded.messages`, id.String(), r.Day, r.Messages)
}

// Day is how many messages all gateways together reported of a day.
type Day struct {
	Day      string // such as 2026-11-29, UTC
	Messages int64
}

// traffic are the n latest days, the newest first; server "": of all.
func traffic(tx *db.Tx, server string, n int) ([]Day, error) {
	return db.Rows(tx, func(scan func(...any) error) (d Day, err error) { return d, scan(&d.Day, &d.Messages) },
		`SELECT day, sum(messages) FROM directory_traffic WHERE $1 = '' OR server = $1 GROUP BY day ORDER BY day DESC LIMIT $2`, server, n)
}

// ownerOf is the member that owns a gateway.
func ownerOf(id xroad.ServerID) xroad.ClientID {
	return xroad.ClientID{Instance: id.Instance, Class: id.Class, Member: id.Member}
}

func setServing(tx *db.Tx, s xroad.ServerID, c xroad.ClientID) error {
	return tx.Exec(`INSERT INTO directory_serving (server, client) VALUES ($1,$2) ON CONFLICT (server, client) DO NOTHING`, s.String(), c.String())
}

func clearServing(tx *db.Tx, s xroad.ServerID, c xroad.ClientID) (int64, error) {
	return tx.Changed(`DELETE FROM directory_serving WHERE server = $1 AND client = $2`, s.String(), c.String())
}

// serving are the clients of every gateway, by the gateway's identifier.
func serving(tx *db.Tx) (map[string][]xroad.ClientID, error) {
	type pair struct {
		server string
		client xroad.ClientID
	}
	list, err := db.Rows(tx, func(scan func(...any) error) (p pair, err error) {
		var c string
		if err = scan(&p.server, &c); err != nil {
			return p, err
		}
		p.client, err = xroad.ParseClient(c)
		return p, err
	}, `SELECT server, client FROM directory_serving ORDER BY server, client`)
	out := map[string][]xroad.ClientID{}
	for _, p := range list {
		out[p.server] = append(out[p.server], p.client)
	}
	return out, err
}

// ServiceEntry is a service as it is kept.
type ServiceEntry struct {
	Service
	State State
}

func scanService(scan func(...any) error) (s ServiceEntry, err error) {
	return s, scan(db.Doc{To: &s.Service}, &s.State)
}

func services(tx *db.Tx) ([]ServiceEntry, error) {
	return db.Rows(tx, scanService, `SELECT body, state FROM directory_service ORDER BY id`)
}

func service(tx *db.Tx, id xroad.ServiceID) (s ServiceEntry, err error) {
	s, _, err = db.One(tx, scanService, `SELECT body, state FROM directory_service WHERE id = $1`, id.String())
	return s, err
}

func putService(tx *db.Tx, s ServiceEntry) error {
	return tx.Exec(`INSERT INTO directory_service (id, subsystem, body, state) VALUES ($1,$2,$3,$4)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body, state = excluded.state`,
		s.ID.String(), s.ID.ClientID.String(), db.JSON(s.Service), string(s.State))
}

// GrantEntry is a right that an operator set, as it is kept.
type GrantEntry struct {
	Grant
	State State
}

func scanGrant(scan func(...any) error) (g GrantEntry, err error) {
	return g, scan(db.Doc{To: &g.Grant}, &g.State)
}

func grants(tx *db.Tx) ([]GrantEntry, error) {
	return db.Rows(tx, scanGrant, `SELECT body, state FROM directory_grant ORDER BY client, service`)
}

func grant(tx *db.Tx, c xroad.ClientID, s xroad.ServiceID) (g GrantEntry, err error) {
	g, _, err = db.One(tx, scanGrant, `SELECT body, state FROM directory_grant WHERE client = $1 AND service = $2`, c.String(), s.String())
	return g, err
}

func putGrant(tx *db.Tx, g GrantEntry) error {
	return tx.Exec(`INSERT INTO directory_grant (client, service, body, state) VALUES ($1,$2,$3,$4)
		ON CONFLICT (client, service) DO UPDATE SET body = excluded.body, state = excluded.state`,
		g.Client.String(), g.Service.String(), db.JSON(g.Grant), string(g.State))
}
