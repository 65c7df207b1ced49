package api

import (
	"context"
	"net/http"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/programme/policy"
)

// packs are the operations of service owners.
func packs(s *server) {
	const tag = "packs"
	add(s, route{id: "list-pack-versions", method: http.MethodGet, path: "/packs/{area}/{name}/versions", tag: tag, scope: packsRead, name: gov.T("إصدارات الخدمة", "Versions of a service")}, s.versions)
	add(s, route{id: "get-pack-version", method: http.MethodGet, path: "/packs/{area}/{name}/versions/{version}", tag: tag, scope: packsRead,
		name: gov.T("ملفات إصدار", "The files of a version"), about: "For owners of the service's organisation and operators."}, s.packVersion)
	add(s, route{id: "check-pack", method: http.MethodPost, path: "/packs/check", tag: tag, scope: packsRead, keyless: true, name: gov.T("فحص حزمة خدمة", "Check a pack"),
		about: "Changes nothing. Everything wrong comes back at once, with file, line and column; otherwise what would change for people."}, s.checkPack)
	add(s, route{id: "replay-pack", method: http.MethodPost, path: "/packs/replay", tag: tag, scope: packsPublish, keyless: true, name: gov.T("تجربة حزمة على طلبات سابقة", "Replay a draft over past applications"),
		about: "Changes nothing. Says which closed applications would be charged or would end otherwise."}, s.replay)
	add(s, route{id: "publish-pack", method: http.MethodPost, path: "/packs", tag: tag, scope: packsPublish, status: http.StatusCreated,
		name: gov.T("نشر إصدار", "Publish a version"), about: "For owners of the service's organisation. Applications on their way keep their version."}, s.publishPack)
}

// PackVersion is a published version.
type PackVersion struct {
	Service   gov.ServiceID `json:"service"`
	Version   string        `json:"version"`
	Digest    string        `json:"digest"`
	Published *time.Time    `json:"published"`
	Publisher gov.PersonID  `json:"publisher,omitempty"`
	Current   bool          `json:"current" doc:"In force"`
}

func (s *server) versions(ctx context.Context, in *OfService) (*answer[[]PackVersion], error) {
	var all []pack.Version
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err := s.Cases.Packs.Current(tx, in.id())
		if err == nil {
			err = s.Cases.Packs.MayPublish(tx, p)
		}
		if err != nil {
			return err
		}
		all, err = s.Cases.Packs.Versions(tx, in.id())
		return err
	})
	return say(each(all, func(v pack.Version) PackVersion {
		return PackVersion{Service: v.Service, Version: v.Version, Digest: v.Digest, Published: moment(v.Published), Publisher: v.Publisher, Current: v.Current}
	}), err)
}

// Files are a pack's files by name.
type Files struct {
	Files map[string]string `json:"files" doc:"service.yaml, questions.yaml, procedure.yaml, documents.yaml, examples.yaml"`
}

func (s *server) packVersion(ctx context.Context, in *struct {
	OfService
	Version string `path:"version" maxLength:"32"`
}) (*answer[Files], error) {
	var f Files
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err := s.Cases.Packs.At(tx, in.id(), in.Version)
		if err == nil {
			err = s.Cases.Packs.MayPublish(tx, p)
		}
		if err == nil {
			f.Files = p.Files
		}
		return err
	})
	return say(f, err)
}

// PackCheck says what a pack would change.
type PackCheck struct {
	Service gov.ServiceID `json:"service"`
	Version string        `json:"version"`
	Digest  string        `json:"digest"`
	Changes []pack.Change `json:"changes" doc:"Against the version in force"`
}

// draft reads a pack that the caller may publish.
func (s *server) draft(tx *db.Tx, f Files) (*pack.Pack, error) {
	p, err := s.Cases.Packs.Draft(tx, f.Files)
	if err != nil {
		return nil, err
	}
	return p, s.Cases.Packs.MayPublish(tx, p)
}

func (s *server) checkPack(ctx context.Context, in *struct{ Body Files }) (*answer[PackCheck], error) {
	var out PackCheck
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err := s.draft(tx, in.Body)
		if err != nil {
			return err
		}
		out = PackCheck{Service: p.ID, Version: p.Version, Digest: p.Digest, Changes: []pack.Change{}}
		now, err := s.Cases.Packs.Current(tx, p.ID)
		if gov.KindOf(err) == gov.NotFound {
			return nil
		}
		if err == nil {
			out.Changes = append(out.Changes, pack.Diff(now, p)...)
		}
		return err
	})
	return say(out, err)
}

// Course is how an application runs under a version.
type Course struct {
	Wrong   []string  `json:"wrong,omitempty" doc:"Answers that the version refuses"`
	Fee     gov.Money `json:"fee"`
	Outcome string    `json:"outcome,omitempty" doc:"Absent: it depends on a decision nobody has made"`
	Path    []string  `json:"path"`
}

// Otherwise is a past application that would run otherwise.
type Otherwise struct {
	Application gov.CaseID `json:"application"`
	Reference   string     `json:"reference"`
	Before      Course     `json:"before"`
	After       Course     `json:"after"`
}

// Replayed says what a draft would have done.
type Replayed struct {
	Ran       int         `json:"ran" doc:"Applications looked at"`
	Otherwise []Otherwise `json:"otherwise"`
}

func (s *server) replay(ctx context.Context, in *struct{ Body Files }) (*answer[Replayed], error) {
	var out Replayed
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		p, err := s.draft(tx, in.Body)
		if err != nil {
			return err
		}
		all, ran, err := s.Cases.Replay(tx, p, casework.Filter{Organisation: p.Organisation, Limit: 1000})
		out = Replayed{Ran: ran, Otherwise: each(all, func(d casework.Difference) Otherwise {
			return Otherwise{Application: d.Case, Reference: d.Ref, Before: Course(d.Before), After: Course(d.After)}
		})}
		return err
	})
	return say(out, err)
}

func (s *server) publishPack(ctx context.Context, in *struct{ Body Files }) (*change[PackCheck], error) {
	return write(s, ctx, func(tx *db.Tx) (PackCheck, error) {
		p, err := s.Cases.Packs.Publish(tx, in.Body.Files)
		if err == nil {
			_, err = policy.Publish(tx, p)
		}
		if err != nil {
			return PackCheck{}, err
		}
		return PackCheck{Service: p.ID, Version: p.Version, Digest: p.Digest, Changes: []pack.Change{}}, nil
	})
}
