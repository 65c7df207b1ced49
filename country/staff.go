package country

import (
	"fmt"
	"slices"
	"strings"

	"diwan.example/gov"
)

// Employee is an invented person who works for an organisation. The key is
// "moe-officer", the e-mail officer.moe@example.org.
type Employee struct {
	Person
	Org   gov.OrgID
	Role  gov.Role
	Post  string   // "officer"; the second operator's is "operator-2"
	Title gov.Text // what they are
}

// Account is someone whom a demonstration may enter as.
type Account struct {
	ID     string   // "resident", "officer", …: stable, for links and tests
	Label  gov.Text // what kind of person this is
	Person string   // key of the person
	Name   gov.Text
	Email  string
	Org    gov.OrgID  // empty for residents
	Roles  []gov.Role // empty for residents
}

// posts are the posts of every organisation, and those of the leading one.
var posts = []struct {
	role    gov.Role
	leading bool // only in the organisation that leads
	title   gov.Text
}{
	{gov.Officer, false, gov.T("موظف خدمة", "Front-line officer")},
	{gov.Supervisor, false, gov.T("مشرف", "Supervisor")},
	{gov.Owner, false, gov.T("مسؤول الخدمات", "Service owner")},
	{gov.Head, false, gov.T("رئيس الجهة", "Head of entity")},
	{gov.Authority, true, gov.T("فريق الجهة القائدة", "Leading authority")},
	{gov.Committee, true, gov.T("عضو لجنة المتابعة", "Committee member")},
	{gov.Auditor, true, gov.T("مدقق", "Auditor")},
	{gov.Operator, true, gov.T("مشغل النظام", "Operator")},
}

// Staff invents the employees of every organisation: an officer, a supervisor,
// a service owner and a head each; in the leading one also its own posts, and last
// of all a second operator, because keys are touched by two.
func (c *Country) Staff() (out []Employee) {
	t := c.town(staffSerials)
	hire := func(org gov.OrgID, role gov.Role, post string, title gov.Text) {
		t.given = nil
		e := Employee{Person: t.adult(&c.names.Citizens, true, t.sex(), 26+t.rand.IntN(30), t.address()), Org: org, Role: role, Post: post, Title: title}
		t.add(e.Person)
		e.Key = fmt.Sprintf("%s-%s", org, post)
		e.Email = fmt.Sprintf("%s.%s@example.org", post, org)
		e.Phone, e.Marks = t.people[len(t.people)-1].Phone, nil
		out = append(out, e)
	}
	for _, o := range c.Organisations {
		for _, p := range posts {
			if p.leading && o.ID != c.Authority {
				continue
			}
			hire(o.ID, p.role, string(p.role), p.title)
		}
	}
	last := posts[len(posts)-1]
	hire(c.Authority, last.role, string(last.role)+"-2", last.title)
	return out
}

// Accounts are the people of the demonstration, one of each kind and a second
// operator: the parent is the mother of the first family, the resident lives in the second,
// and the others work for the organisation that leads.
func (c *Country) Accounts() (out []Account) {
	people := c.People(12)
	mother := people[1]
	alone := slices.IndexFunc(people, func(p Person) bool { return len(p.Guardians) == 0 && p.Address.Building != mother.Address.Building })
	out = []Account{
		resident("resident", gov.T("مواطن أو مقيم", "Resident"), people[alone]),
		resident("parent", gov.T("ولي أمر طلبة", "Parent of pupils"), mother),
	}
	for _, e := range c.Staff() {
		if e.Org == c.Authority {
			out = append(out, Account{ID: e.Post, Label: e.Title, Person: e.Key, Name: e.Name, Email: e.Email, Org: e.Org, Roles: []gov.Role{e.Role}})
		}
	}
	return out
}

func resident(id string, label gov.Text, p Person) Account {
	return Account{ID: id, Label: label, Person: p.Key, Name: p.Name, Email: p.Email}
}

// joined puts name parts together in every language.
func joined(parts ...gov.Text) gov.Text {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		var words []string
		for _, p := range parts {
			words = append(words, p[l])
		}
		out[l] = strings.Join(words, " ")
	}
	return out
}

// firstWord and lastWord take the given and the family name out of a full one.
func firstWord(t gov.Text) gov.Text {
	return gov.T(words(t[gov.Arabic], true), words(t[gov.English], true))
}

func lastWord(t gov.Text) gov.Text {
	return gov.T(words(t[gov.Arabic], false), words(t[gov.English], false))
}

func words(s string, first bool) string {
	f := strings.Fields(s)
	if first {
		return f[0]
	}
	return f[len(f)-1]
}
