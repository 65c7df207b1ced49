package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// tasks are the operations of officers and co-signers.
func tasks(s *server) {
	const tag = "tasks"
	add(s, route{id: "list-tasks", method: http.MethodGet, path: "/tasks", tag: tag, scope: tasksRead, name: gov.T("مهام الجهة بحسب المهلة النظامية", "The organisation's queue by legal deadline")}, s.queue)
	add(s, route{id: "count-tasks", method: http.MethodGet, path: "/tasks/counts", tag: tag, scope: tasksRead, name: gov.T("عدد المهام", "How much is in the queue")}, s.queueCounts)
	add(s, route{id: "list-asked", method: http.MethodGet, path: "/tasks/asked", tag: tag, scope: tasksRead, name: gov.T("موافقات مطلوبة مني", "Co-signatures asked of me")}, s.asked)
	add(s, route{id: "get-task", method: http.MethodGet, path: "/tasks/{task}", tag: tag, scope: tasksRead, name: gov.T("مهمة واحدة وطلبها", "One task and its application")}, s.getTask)
	add(s, route{id: "claim-task", method: http.MethodPost, path: "/tasks/{task}/claim", tag: tag, scope: tasksWrite, name: gov.T("استلام مهمة", "Claim a task")}, s.claim)
	add(s, route{id: "release-task", method: http.MethodPost, path: "/tasks/{task}/release", tag: tag, scope: tasksWrite, name: gov.T("إعادة مهمة إلى القائمة", "Give a task back")}, s.release)
	add(s, route{id: "assign-task", method: http.MethodPost, path: "/tasks/{task}/assign", tag: tag, scope: tasksWrite, name: gov.T("إسناد مهمة إلى موظف", "Give a task to an officer"), about: "For supervisors."}, s.assign)
	add(s, route{id: "decide-task", method: http.MethodPost, path: "/tasks/{task}/decision", tag: tag, scope: tasksDecide,
		name: gov.T("البتّ في مهمة", "Decide a task, give an opinion, or co-sign"), about: "Which outcomes are open stands in offered of the application. An opinion has no outcome, only answers."}, s.decide)
	add(s, route{id: "write-note", method: http.MethodPost, path: "/applications/{id}/notes", tag: tag, scope: tasksWrite, status: http.StatusCreated, name: gov.T("تدوين ملاحظة للزملاء", "Write a note for colleagues")}, s.note)
}

// Task is work on an application.
type Task struct {
	ID           gov.TaskID         `json:"id"`
	Application  gov.CaseID         `json:"application"`
	Reference    string             `json:"reference"`
	Service      gov.ServiceID      `json:"service"`
	Step         string             `json:"step"`
	Kind         pack.StepKind      `json:"kind" enum:"review,opinion,cosign"`
	Organisation gov.OrgID          `json:"organisation,omitempty"`
	Role         gov.Role           `json:"role,omitempty"`
	Assignee     gov.PersonID       `json:"assignee,omitempty"`
	State        casework.TaskState `json:"state" enum:"open,done,cancelled"`
	Urgent       bool               `json:"urgent,omitempty"`
	Created      time.Time          `json:"created"`
	Due          *time.Time         `json:"due,omitempty"`
	Ended        *time.Time         `json:"ended,omitempty"`
}

func showTask(t casework.Task) Task {
	return Task{
		ID: t.ID, Application: t.Case, Reference: t.Ref, Service: t.Service, Step: t.Step, Kind: t.Kind, Organisation: t.Organisation, Role: t.Role,
		Assignee: t.Assignee, State: t.State, Urgent: t.Urgent, Created: t.Created.UTC(), Due: when(t.Due), Ended: when(t.Ended),
	}
}

func taskPlace(t casework.Task) string {
	due, id := t.Place()
	return fmt.Sprintf("%d %s", due, id)
}

func (s *server) queue(ctx context.Context, in *struct {
	Paging
	Service gov.ServiceID `query:"service" maxLength:"120"`
	Mine    bool          `query:"mine" doc:"Only what I have claimed"`
	Free    bool          `query:"free" doc:"Only what nobody has claimed"`
	Urgent  bool          `query:"urgent" doc:"Only what was escalated"`
}) (*answer[*List[Task]], error) {
	at, err := in.at()
	if err != nil {
		return nil, err
	}
	f := casework.QueueFilter{Service: in.Service, Free: in.Free, Urgent: in.Urgent, Limit: in.Limit + 1}
	if f.AfterDue, f.AfterID, err = keyset(at); err != nil {
		return nil, err
	}
	if in.Mine {
		f.Assignee = gov.ActorFrom(ctx).Person
	}
	var rows []casework.Task
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) { rows, err = s.Cases.Queue(tx, f); return err })
	return say(list(rows, in.Limit, showTask, taskPlace), err)
}

// Counts say how much is in a queue.
type Counts struct {
	Open int `json:"open"`
	Mine int `json:"mine" doc:"Claimed by me"`
	Free int `json:"free"`
	Late int `json:"late"`
}

func (s *server) queueCounts(ctx context.Context, _ *nothing) (*answer[Counts], error) {
	var n casework.Counts
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { n, err = s.Cases.QueueCounts(tx); return err })
	return say(Counts(n), err)
}

func (s *server) asked(ctx context.Context, _ *nothing) (*answer[[]Task], error) {
	var rows []casework.Task
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { rows, err = s.Cases.Asked(tx); return err })
	return say(each(rows, showTask), err)
}

// OfTask names a task.
type OfTask struct {
	Task gov.TaskID `path:"task" maxLength:"64" doc:"Id of the task"`
}

// TaskView is a task with its application.
type TaskView struct {
	Task        Task     `json:"task"`
	Application CaseView `json:"application"`
}

func (s *server) getTask(ctx context.Context, in *OfTask) (*answer[TaskView], error) {
	var v TaskView
	err := s.DB.Write(ctx, func(tx *db.Tx) error { // the look is recorded
		t, err := s.alone(tx, in.Task)
		if err != nil {
			return err
		}
		v.Task = showTask(t)
		v.Application, err = s.view(tx, t.Case)
		return err
	})
	return say(v, err)
}

// alone finds a task of the caller's organisation, or one asked of the caller.
func (s *server) alone(tx *db.Tx, id gov.TaskID) (t casework.Task, err error) {
	t, err = s.Cases.TaskAlone(tx, id)
	if gov.KindOf(err) != gov.NotFound {
		return t, err
	}
	mine, other := s.Cases.Asked(tx)
	for _, m := range mine {
		if m.ID == id {
			return m, nil
		}
	}
	return t, cmp.Or(other, err)
}

func (s *server) claim(ctx context.Context, in *OfTask) (*change[Task], error) {
	return write(s, ctx, func(tx *db.Tx) (Task, error) { return s.after(tx, in.Task, s.Cases.Claim(tx, in.Task)) })
}

func (s *server) release(ctx context.Context, in *OfTask) (*change[Task], error) {
	return write(s, ctx, func(tx *db.Tx) (Task, error) { return s.after(tx, in.Task, s.Cases.Release(tx, in.Task)) })
}

func (s *server) assign(ctx context.Context, in *struct {
	OfTask
	Body struct {
		To gov.PersonID `json:"to" minLength:"1" maxLength:"64" doc:"Id of the officer"`
	}
}) (*change[Task], error) {
	return write(s, ctx, func(tx *db.Tx) (Task, error) {
		return s.after(tx, in.Task, s.Cases.Assign(tx, in.Task, in.Body.To))
	})
}

// after shows a task as it stands after something was done to it.
func (s *server) after(tx *db.Tx, id gov.TaskID, err error) (Task, error) {
	if err != nil {
		return Task{}, err
	}
	t, err := s.Cases.TaskAlone(tx, id)
	return showTask(t), err
}

// Verdict is what is decided on a task.
type Verdict struct {
	Outcome string         `json:"outcome,omitempty" maxLength:"64" doc:"Id of the outcome; none for an opinion" example:"approve"`
	Reason  string         `json:"reason,omitempty" maxLength:"64" doc:"Id of a ready reason"`
	Words   string         `json:"words,omitempty" maxLength:"8000" doc:"Free words"`
	Answers map[string]any `json:"answers,omitempty" doc:"What the step asks the person deciding"`
	Marked  []string       `json:"marked,omitempty" maxItems:"200" doc:"Answers that the applicant is to correct"`
	Seen    int64          `json:"seen,omitempty" minimum:"0" doc:"The revision of the application that you saw; refused when it has changed since"`
}

func (s *server) decide(ctx context.Context, in *struct {
	OfTask
	Body Verdict
}) (*change[Case], error) {
	b := in.Body
	v := casework.Verdict{Outcome: b.Outcome, Reason: b.Reason, Words: b.Words, Answers: form.Answers(b.Answers), Marked: b.Marked, Seen: b.Seen}
	return write(s, ctx, func(tx *db.Tx) (Case, error) {
		c, err := s.Cases.Decide(tx, in.Task, v)
		if err == nil {
			err = s.onSite(tx, c)
		}
		return shown(c, err)
	})
}

var errOnSite = gov.Fail(gov.Denied, "يُتخذ هذا القرار في الموقع بعد إثبات هويتك من جديد، ولا يُتخذ برمز وصول",
	"This decision is taken on the site after you have proved again who you are, not with an access token").At("outcome")

// onSite refuses the decision just taken when its outcome wants fresh proof of
// who decides: a token cannot prove anything again.
func (s *server) onSite(tx *db.Tx, c *casework.Case) error {
	last := c.Track.Decisions[len(c.Track.Decisions)-1]
	p, err := s.Cases.Packs.At(tx, c.Service, c.Version)
	if err != nil {
		return err
	}
	for i := len(c.Track.Decisions) - 1; i >= 0 && last.By == ""; i-- { // rules may have decided since
		last = c.Track.Decisions[i]
	}
	step := p.Step(last.Step)
	if step == nil {
		return nil
	}
	for _, o := range step.Outcomes {
		if o.ID == last.Outcome && o.StepUp {
			return errOnSite
		}
	}
	return nil
}

func (s *server) note(ctx context.Context, in *struct {
	OfCase
	Body Words
}) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, s.Cases.Note(tx, in.ID, in.Body.Words) })
}
