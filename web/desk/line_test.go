package desk

import (
	"strings"
	"testing"

	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
)

// An entity that is asked about a look sees who of its staff it was; the purpose
// is told to nobody else.
func TestAQuestionShowsItsLineToTheEntity(t *testing.T) {
	o := newOffice(t)
	resident := o.Resident(1)
	var line string
	o.Do(o.actors["teacher"], func(tx *db.Tx) error {
		return journal.Looked(tx, journal.Look{Person: resident.Person, What: "record", Purpose: "مراجعة قائمة الناجحين"})
	})
	o.Do(resident, func(tx *db.Tx) error {
		ls, err := journal.Looks(tx, resident.Person, 1)
		line = ls[0].ID
		return err
	})
	c := o.Apply(resident, "personal-data/access-question", form.Answers{"entity": "moe", "line": line, "wish": "question", "words": "لماذا اطّلعتم على بياناتي؟"})
	page := "/desk/cases/" + string(c.ID)
	o.get("teacher", page).is(200, "ما يقوله السطر المسؤول عنه", "مراجعة قائمة الناجحين")
	o.get("auditor", page).is(200, "مراجعة قائمة الناجحين")
	if a := o.get("officer", page); a.Code != 200 || strings.Contains(a.Body, "مراجعة قائمة الناجحين") {
		t.Errorf("an officer of the service's owner sees the line of another entity: %d", a.Code)
	}
	other := o.Resident(2)
	stolen := o.Apply(other, "personal-data/access-question", form.Answers{"entity": "moe", "line": line, "wish": "question", "words": "لماذا اطّلعتم على بياناتي؟"})
	if a := o.get("teacher", "/desk/cases/"+string(stolen.ID)); a.Code != 200 || strings.Contains(a.Body, "مراجعة قائمة الناجحين") {
		t.Errorf("a line of somebody else's log is shown: %d", a.Code)
	}
}
