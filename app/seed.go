package app

import (
	"context"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/packs"
	"diwan.example/programme/policy"
)

// Seed enters the country's organisations and services, and publishes the packs
// that come with the product and those of the configured folder. It may be
// repeated: what has not changed is left alone.
func (a *App) Seed(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	if err := a.Book.Seed(ctx, a.Country); err != nil {
		return gov.Wrap(err, "seed the catalogue")
	}
	if err := a.seedPacks(ctx, packs.Files); err != nil {
		return err
	}
	if a.Config.Packs == "" {
		return nil
	}
	return a.PublishAll(ctx, os.DirFS(a.Config.Packs))
}

// PublishAll publishes every pack below fsys.
func (a *App) PublishAll(ctx context.Context, fsys fs.FS) error {
	found, err := fs.Glob(fsys, "*/*/service.yaml")
	if err != nil {
		return err
	}
	for _, f := range found {
		p, err := pack.Read(fsys, path.Dir(f), a.Packs.Options)
		if err == nil {
			err = a.Publish(ctx, p.Files)
		}
		if err != nil {
			return gov.Wrap(err, "publish "+path.Dir(f))
		}
	}
	return nil
}

// Publish puts a pack's files into force and says so in the catalogue, unless a
// binding check of the policies refuses it.
func (a *App) Publish(ctx context.Context, files map[string]string) error {
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := a.Packs.Publish(tx, files)
		if err != nil {
			return err
		}
		_, err = policy.Publish(tx, p)
		return err
	})
}

// SeedPeople invents the sample's residents, staff and mandates. It does nothing
// when the first account is known already. Only a sample country has people to invent.
func (a *App) SeedPeople(ctx context.Context, n int) error {
	if !a.Country.Sample {
		return gov.Fail(gov.Invalid, "لا تُختلق بيانات أشخاص إلا لبلد تجريبي", "People are invented for a sample country only")
	}
	ctx = gov.WithActor(ctx, gov.System)
	people := a.Country.People(n)
	staff := a.Country.Staff()
	return a.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := identity.ByCivilNumber(tx, people[0].CivilNumber); gov.KindOf(err) != gov.NotFound {
			return err
		}
		ids, err := register(tx, people, staff)
		if err != nil {
			return err
		}
		if err := appoint(tx, staff, ids); err != nil {
			return err
		}
		if err := guard(tx, people, ids); err != nil {
			return err
		}
		return a.Records.Sample(tx, everybody(people, staff))
	})
}

// everybody are the residents and the employees.
func everybody(people []country.Person, staff []country.Employee) []country.Person {
	out := slices.Clone(people)
	for _, e := range staff {
		out = append(out, e.Person)
	}
	return out
}

func register(tx *db.Tx, people []country.Person, staff []country.Employee) (map[string]gov.PersonID, error) {
	all := make([]identity.Person, 0, len(people)+len(staff))
	keys := make([]string, 0, cap(all))
	for _, p := range people {
		all, keys = append(all, resident(p)), append(keys, p.Key)
	}
	for _, e := range staff {
		all, keys = append(all, resident(e.Person)), append(keys, e.Key)
	}
	if err := identity.RegisterAll(tx, all); err != nil {
		return nil, err
	}
	ids := map[string]gov.PersonID{}
	for i, k := range keys {
		ids[k] = all[i].ID
	}
	return ids, nil
}

func resident(p country.Person) identity.Person {
	return identity.Person{
		CivilNumber: p.CivilNumber, NameAr: p.Name[gov.Arabic], NameEn: p.Name[gov.English], Birth: p.Born, Sex: p.Sex, Nationality: p.Nationality,
		Phone: p.Phone, Email: p.Email, Block: number(p.Address.Block), Road: number(p.Address.Road), Building: number(p.Address.Building), Flat: number(p.Address.Flat),
		Marks: p.Marks, Lang: gov.Arabic,
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func appoint(tx *db.Tx, staff []country.Employee, ids map[string]gov.PersonID) error {
	for _, e := range staff {
		if err := identity.Appoint(tx, ids[e.Key], e.Org, e.Role); err != nil {
			return gov.Wrap(err, e.Key)
		}
	}
	return nil
}

// guard makes parents the guardians of their children.
func guard(tx *db.Tx, people []country.Person, ids map[string]gov.PersonID) error {
	for _, p := range people {
		for _, g := range p.Guardians {
			m := identity.Mandate{Holder: ids[g], For: string(ids[p.Key]), Kind: identity.Guardian, Source: "sample"}
			if born, err := time.Parse(time.DateOnly, p.Born); err == nil {
				m.From = born
			}
			if _, err := identity.Grant(tx, m); err != nil {
				return gov.Wrap(err, p.Key)
			}
		}
	}
	return nil
}

// Account is a sample account that can be entered.
type Account struct {
	country.Account
	ID gov.PersonID
}

// Accounts are the sample accounts with the people they belong to: one of every
// kind, and the officers of the organisations whose services run here.
func (a *App) Accounts(ctx context.Context) (out []Account, err error) {
	civil := map[string]string{}
	for _, p := range a.Country.People(12) {
		civil[p.Key] = p.CivilNumber
	}
	staff := a.Country.Staff()
	for _, e := range staff {
		civil[e.Key] = e.CivilNumber
	}
	err = a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		more, err := a.officers(tx, staff)
		if err != nil {
			return err
		}
		for _, x := range append(a.Country.Accounts(), more...) {
			p, err := identity.ByCivilNumber(tx, civil[x.Person])
			if err != nil {
				return gov.Wrap(err, x.ID)
			}
			out = append(out, Account{Account: x, ID: p.ID})
		}
		return nil
	})
	return out, err
}

// officers are the officers, service owners and heads of organisations, other
// than the leading one, that own a running service or act in one.
func (a *App) officers(tx *db.Tx, staff []country.Employee) (out []country.Account, err error) {
	running, err := a.Packs.Heads(tx, "")
	if err != nil {
		return nil, err
	}
	acts := map[gov.OrgID]bool{}
	for _, p := range running {
		acts[p.Organisation] = true
		for _, o := range p.Others {
			acts[o] = true
		}
	}
	delete(acts, a.Country.Authority)
	shown := []gov.Role{gov.Officer, gov.Owner, gov.Head}
	for _, e := range staff {
		if acts[e.Org] && slices.Contains(shown, e.Role) {
			out = append(out, country.Account{ID: e.Key, Label: e.Title, Person: e.Key, Name: e.Name, Email: e.Email, Org: e.Org, Roles: []gov.Role{e.Role}})
		}
	}
	return out, nil
}
