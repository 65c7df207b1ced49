package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/lifecycle"
	"diwan.example/programme/policy"
)

func newPolicies() *command {
	q := &standing{}
	return &command{
		name: "policies", short: "say how far every entity keeps the five policies",
		long: "Prints for every organisation and policy how many checks its services pass, those proven by records and\n" +
			"those declared by the organisation apart. With --format json or csv: the same with exceptions and failures.",
		flags: q.flags,
		run: func(ctx context.Context, io stdio, args []string) error {
			var list []policy.Result
			a, err := q.read(ctx, io, args, func(tx *db.Tx, when time.Time) (err error) {
				list, err = policy.At(tx, when, gov.OrgID(q.org))
				return err
			})
			if err != nil {
				return err
			}
			defer a.Close()
			rows, _ := policy.Matrix(list)
			switch q.format {
			case "json":
				return policiesJSON(io, rows)
			case "csv":
				return policiesCSV(io, rows)
			}
			return policiesText(io, rows)
		},
	}
}

// cellOf is one organisation's count in one policy, in the JSON form.
type cellOf struct {
	Organisation gov.OrgID       `json:"organisation"`
	Policy       string          `json:"policy"`
	Basis        lifecycle.Basis `json:"basis"`
	Pass         int             `json:"pass"`
	Excepted     int             `json:"excepted"`
	Fail         int             `json:"fail"`
}

// cells lists every count, proven and declared apart.
func cells(rows []policy.Row) (out []cellOf) {
	out = []cellOf{}
	for _, r := range rows {
		for _, p := range policy.Policies() {
			c := r.Cells[p.ID]
			out = append(out, cellOf{r.Organisation, p.ID, lifecycle.Proven, c.Proven.Pass, c.Proven.Excepted, c.Proven.Fail},
				cellOf{r.Organisation, p.ID, lifecycle.Declared, c.Declared.Pass, c.Declared.Excepted, c.Declared.Fail})
		}
	}
	return out
}

func policiesJSON(io stdio, rows []policy.Row) error {
	return printJSON(io, cells(rows))
}

func policiesCSV(io stdio, rows []policy.Row) error {
	fmt.Fprint(io.out, "\uFEFF")
	w := csv.NewWriter(io.out)
	w.UseCRLF = true
	w.Write([]string{"organisation", "policy", "basis", "pass", "excepted", "fail"})
	for _, c := range cells(rows) {
		w.Write(programme.Plain(string(c.Organisation), c.Policy, string(c.Basis), strconv.Itoa(c.Pass), strconv.Itoa(c.Excepted), strconv.Itoa(c.Fail)))
	}
	w.Flush()
	return w.Error()
}

func policiesText(io stdio, rows []policy.Row) error {
	fmt.Fprintf(io.out, "passed of applied, proven | declared\n%-12s", "organisation")
	for _, p := range policy.Policies() {
		fmt.Fprintf(io.out, " %17s", p.ID)
	}
	for _, r := range rows {
		fmt.Fprintf(io.out, "\n%-12s", r.Organisation)
		for _, p := range policy.Policies() {
			c := r.Cells[p.ID]
			fmt.Fprintf(io.out, " %17s", fmt.Sprintf("%d/%d | %d/%d", c.Proven.Pass, c.Proven.All(), c.Declared.Pass, c.Declared.All()))
		}
	}
	_, err := fmt.Fprintln(io.out)
	return err
}
