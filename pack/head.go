package pack

import (
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Head is a published version as lists show it: who it is, without its questions
// and steps. It is read without compiling anything.
type Head struct {
	Service
	Others []gov.OrgID // organisations beside the owner that its steps name
}

// Head is what lists show of the pack.
func (p *Pack) Head() Head {
	h := Head{Service: p.Service}
	for i := range p.Steps {
		if o := p.Steps[i].Organisation; o != "" && !isRule(o) && !slices.Contains(h.Others, gov.OrgID(o)) {
			h.Others = append(h.Others, gov.OrgID(o))
		}
	}
	return h
}

// Heads lists the version in force of every service, or of one organisation's, by
// the service's id.
func (l *Library) Heads(tx *db.Tx, org gov.OrgID) (out []Head, err error) {
	rows, err := headsInForce(tx)
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		h := x.head
		if h.ID == "" { // published before heads were kept
			p, err := l.Current(tx, x.service)
			if err != nil {
				return nil, err
			}
			h = p.Head()
		}
		if org == "" || h.Organisation == org {
			out = append(out, h)
		}
	}
	return out, nil
}

// most versions that are kept compiled; each takes some 70 KB.
var mostKept = 400

// keep remembers a compiled version; when there are too many, some other goes.
func (l *Library) keep(p *Pack) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.versions == nil {
		l.versions = map[versionKey]*Pack{}
	}
	for k := range l.versions {
		if len(l.versions) < mostKept {
			break
		}
		delete(l.versions, k)
	}
	l.versions[versionKey{p.ID, p.Version}] = p
}

// versionKey names a version.
type versionKey struct {
	service gov.ServiceID
	version string
}
