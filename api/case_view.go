package api

import (
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/payment"
)

// Case is an application and where it stands.
type Case struct {
	ID           gov.CaseID     `json:"id"`
	Reference    string         `json:"reference" doc:"What people quote" example:"IC-26-7K3M9Q2"`
	Service      gov.ServiceID  `json:"service" example:"identity-card/renewal"`
	Version      string         `json:"version" doc:"Of the service's pack, which the application keeps"`
	Organisation gov.OrgID      `json:"organisation" doc:"Who answers for it"`
	State        casework.State `json:"state" enum:"draft,open,closed,dropped"`
	Stage        casework.Stage `json:"stage" doc:"Who has it" enum:"filling,payment,applicant,office,others,waiting,ended"`
	Outcome      string         `json:"outcome,omitempty" doc:"How it ended" example:"granted"`
	Channel      gov.Channel    `json:"channel"`
	Opened       time.Time      `json:"opened"`
	Submitted    *time.Time     `json:"submitted,omitempty"`
	Due          *time.Time     `json:"due,omitempty" doc:"When the organisation must have decided"`
	Closed       *time.Time     `json:"closed,omitempty"`
	At           []Place        `json:"at" doc:"Every place in the procedure where it stands now"`
}

// Place is a step at which a case stands.
type Place struct {
	Step   string       `json:"step"`
	Since  *time.Time   `json:"since,omitempty"`
	Due    *time.Time   `json:"due,omitempty"`
	Task   gov.TaskID   `json:"task,omitempty" doc:"The task that is to be decided here"`
	Charge gov.ChargeID `json:"charge,omitempty" doc:"The charge that is to be paid here"`
}

func showCase(c *casework.Case) Case {
	v := Case{
		ID: c.ID, Reference: c.Ref, Service: c.Service, Version: c.Version, Organisation: c.Organisation, State: c.State, Stage: c.Stage, Outcome: c.Outcome,
		Channel: c.Channel, Opened: c.Opened.UTC(), Submitted: when(c.Submitted), Due: when(c.Due), Closed: when(c.Closed), At: []Place{},
	}
	for _, t := range c.Track.Tokens {
		v.At = append(v.At, Place{Step: t.Step, Since: moment(t.Since), Due: moment(t.Due), Task: t.Task, Charge: t.Charge})
	}
	return v
}

// CaseView is everything that the caller may see of an application.
type CaseView struct {
	Case
	Title       gov.Text            `json:"title" doc:"Of the service"`
	Mine        bool                `json:"mine" doc:"You are the applicant, or act for them"`
	Staff       bool                `json:"staff" doc:"You work on it"`
	Applicant   gov.PersonID        `json:"applicant,omitempty" doc:"Told to those who act for them and to staff"`
	Company     gov.OrgID           `json:"company,omitempty"`
	Revision    int64               `json:"revision" doc:"Send it as seen with a decision, so that nobody decides on what has changed since"`
	Answers     map[string]any      `json:"answers"`
	Held        []Held              `json:"held,omitempty" doc:"Answers that registries gave, or how they were had instead"`
	Owes        *Owing              `json:"owes,omitempty" doc:"What the applicant must do now"`
	Reason      gov.Text            `json:"reason,omitempty" doc:"Why it was decided so"`
	Decisions   []Decision          `json:"decisions"`
	Documents   []gov.DocumentID    `json:"documents"`
	Charges     []Charge            `json:"charges"`
	Tasks       []Task              `json:"tasks"`
	Notes       []Note              `json:"notes,omitempty" doc:"For staff"`
	History     []Event             `json:"history"`
	MayAppeal   bool                `json:"may_appeal"`
	Correctable []string            `json:"correctable,omitempty" doc:"The answers that may be corrected now"`
	Offered     map[string][]Choice `json:"offered,omitempty" doc:"For staff and co-signers: what may be decided, by step"`
}

// Held is an answer that comes from a registry, or how it was had instead.
type Held struct {
	Question  string          `json:"question"`
	Attribute gov.AttributeID `json:"attribute" example:"person.address"`
	Value     any             `json:"value,omitempty" doc:"What the registry says"`
	Gap       gov.Gap         `json:"gap,omitempty" doc:"Why it says nothing" enum:"none,away,denied,consent"`
	Registry  gov.RegistryID  `json:"registry,omitempty"`
	Version   int64           `json:"version,omitempty" doc:"Of the record"`
	At        *time.Time      `json:"at,omitempty" doc:"When it was fetched"`
	Agreement gov.AgreementID `json:"agreement,omitempty" doc:"Under which it was fetched; absent: the organisation keeps the registry"`
	Proof     casework.Proof  `json:"proof,omitempty" doc:"How far a typed answer is checked" enum:"away,none,same,differs,paper"`
	Dispute   string          `json:"dispute,omitempty" doc:"What the applicant says is wrong"`
}

func showHeld(k casework.Known) Held {
	h := Held{Question: k.Question.Name, Attribute: k.Question.Attribute, Value: k.Held.Value, Gap: k.Held.Gap, Registry: k.Held.Registry, Version: k.Held.Version,
		At: when(k.Held.At), Agreement: k.Held.Agreement, Proof: k.Proof}
	if k.Dispute != nil {
		h.Dispute = k.Dispute.Words
	}
	return h
}

// Owing is what an applicant must do.
type Owing struct {
	Step   string        `json:"step"`
	Kind   pack.StepKind `json:"kind" enum:"pay,correct"`
	Title  gov.Text      `json:"title"`
	By     *time.Time    `json:"by,omitempty"`
	Charge gov.ChargeID  `json:"charge,omitempty"`
}

// Decision is what was decided at a step.
type Decision struct {
	Step    string       `json:"step"`
	Outcome string       `json:"outcome"`
	Reason  gov.Text     `json:"reason,omitempty"`
	Words   string       `json:"words,omitempty"`
	Org     gov.OrgID    `json:"organisation,omitempty"`
	By      gov.PersonID `json:"by,omitempty" doc:"Told to staff only"`
	At      *time.Time   `json:"at"`
	Silent  bool         `json:"silent,omitempty" doc:"Nobody decided in time"`
}

// Note is what an officer wrote for colleagues.
type Note struct {
	At           time.Time    `json:"at"`
	Author       gov.PersonID `json:"author"`
	Organisation gov.OrgID    `json:"organisation"`
	Words        string       `json:"words"`
}

// Event is something that happened to a case.
type Event struct {
	At           time.Time `json:"at"`
	Name         string    `json:"name" example:"case.submitted"`
	Organisation gov.OrgID `json:"organisation,omitempty" doc:"For whom it was done; absent: a resident or the platform"`
}

// Choice is an outcome that may be decided.
type Choice struct {
	ID      string            `json:"id"`
	Label   gov.Text          `json:"label"`
	Words   bool              `json:"words,omitempty" doc:"Free words are required"`
	Reasons map[string]string `json:"reasons,omitempty" doc:"Ready reasons by id, in the language asked for; one must be chosen"`
}

// view puts everything together that the caller may see.
func (s *server) view(tx *db.Tx, id gov.CaseID) (out CaseView, err error) {
	v, err := s.Cases.Get(tx, id)
	if err != nil {
		return out, err
	}
	out = CaseView{
		Case: showCase(v.Case), Title: v.Pack.Title, Mine: v.Mine, Staff: v.Staff, Applicant: v.Applicant, Company: v.Company, Revision: v.Rev,
		Answers: v.Answers, Documents: v.Track.Documents, Tasks: each(v.Tasks, showTask), MayAppeal: v.Appeal, Charges: []Charge{},
		Decisions: []Decision{}, History: each(v.History, showEvent), Notes: each(v.Notes, showNote), Held: each(v.Sources(), showHeld),
	}
	if out.Documents == nil || !own(v, tx) {
		out.Documents = []gov.DocumentID{}
	}
	if v.Owing != nil && v.Mine {
		out.Owes = &Owing{Step: v.Owing.ID, Kind: v.Owing.Kind, Title: v.Owing.Title, By: when(v.OwedBy), Charge: v.Charge}
		out.Correctable = s.Cases.Correctable(v)
	}
	if own(v, tx) {
		out.Reason = v.Track.Reason
		for _, d := range v.Track.Decisions {
			out.Decisions = append(out.Decisions, showDecision(d, v.Staff))
		}
		var all []payment.Charge
		if all, err = s.Cases.Cashier.OfCase(tx, id); err != nil {
			return out, err
		}
		out.Charges = each(all, showCharge)
	} else {
		out.Applicant, out.Company = "", ""
	}
	out.Offered, err = s.offered(tx, v)
	return out, err
}

// own reports whether the caller sees the whole case: its people and the staff
// of its organisation. Others, asked for an opinion or a signature, see their part.
func own(v *casework.View, tx *db.Tx) bool {
	return v.Mine || v.Staff && tx.Actor().Org == v.Organisation
}

// offered are the outcomes of the open tasks that are the caller's to decide.
func (s *server) offered(tx *db.Tx, v *casework.View) (map[string][]Choice, error) {
	a := tx.Actor()
	out := map[string][]Choice{}
	for _, t := range v.Tasks {
		step := v.Pack.Step(t.Step)
		if t.State != casework.TaskOpen || step == nil || t.Person != a.Person && (t.Organisation != a.Org || !v.Staff) {
			continue
		}
		open, err := s.Cases.Offered(tx, v, step)
		if err != nil {
			return nil, err
		}
		lang := langIn(tx.Context())
		for _, o := range open {
			c := Choice{ID: o.ID, Label: o.Label, Words: o.Words}
			for _, r := range o.Reasons {
				if c.Reasons == nil {
					c.Reasons = map[string]string{}
				}
				c.Reasons[r.ID] = r.Text.In(lang)
			}
			out[t.Step] = append(out[t.Step], c)
		}
	}
	return out, nil
}

func showDecision(d casework.Decision, staff bool) Decision {
	v := Decision{Step: d.Step, Outcome: d.Outcome, Reason: d.Reason, Words: d.Words, Org: d.Org, At: moment(d.At), Silent: d.Silent}
	if staff {
		v.By = d.By
	}
	return v
}

func showNote(n casework.Note) Note {
	return Note{At: n.At.UTC(), Author: n.Author, Organisation: n.Organisation, Words: n.Words}
}

func showEvent(f journal.Fact) Event {
	return Event{At: f.At.UTC(), Name: f.Name, Organisation: f.Acting}
}
