package register

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"diwan.example/internal/db/dbtest"
)

// changed downloads the workbook of somebody's entity and sets cells of the first
// service: column → value; a value that begins with = is a formula.
func (o *office) changed(as string, set map[string]string) []byte {
	o.Helper()
	w := o.get(as, "/register/workbook/file")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), ".xlsx") {
		o.Fatalf("%d %v", w.Code, w.Header())
	}
	f, err := excelize.OpenReader(w.Body)
	if err != nil {
		o.Fatal(err)
	}
	defer f.Close()
	tab := f.GetSheetList()[2]
	rows, err := f.GetRows(tab)
	if err != nil {
		o.Fatal(err)
	}
	for i, id := range rows[0] {
		v, ok := set[id]
		ref, _ := excelize.CoordinatesToCellName(i+1, 4)
		switch {
		case !ok:
			continue
		case strings.HasPrefix(v, "="):
			err = f.SetCellFormula(tab, ref, v[1:])
		default:
			err = f.SetCellStr(tab, ref, v)
		}
		if err != nil {
			o.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		o.Fatal(err)
	}
	return b.Bytes()
}

func (o *office) given(as string, b []byte) string {
	o.Helper()
	w := o.upload(as, "/register/workbook", "services.xlsx", b)
	to := strings.TrimPrefix(w.Header().Get("Location"), "/en")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/register/workbook/") {
		o.Fatalf("%d to %q: %.600s", w.Code, to, w.Body)
	}
	return to
}

func TestAWorkbookIsFilledCheckedAndTaken(t *testing.T) {
	each(t, func(o *office) {
		o.page(o.get("owner", "/register/workbook"), 200, "Download the workbook", "Check the workbook")
		bad := o.given("owner", o.changed("owner", map[string]string{"working_days": "soon", "name.en": "=A1", "status": "asleep"}))
		o.page(o.get("owner", bad), 200, "3 things are wrong", "formula", "معادلة", "whole number", "not in the list")
		w := o.get("owner", bad+"/marked")
		f, err := excelize.OpenReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		said, err := f.GetComments(f.GetSheetList()[2])
		if err != nil || len(said) != 3 {
			t.Errorf("%d comments, %v", len(said), err)
		}
		o.page(o.post("owner", bad, nil), 422, "3 things are wrong")
		if page := o.get("owner", "/register?state=draft").Body.String(); !strings.Contains(page, "No entries here") {
			t.Error("half taken")
		}

		good := o.given("owner", o.changed("owner", map[string]string{"working_days": "44"}))
		if w := o.get("owner", bad); w.Code != 404 {
			t.Errorf("the first one still waits: %d", w.Code)
		}
		o.page(o.get("owner", good), 200, "1 service would change", "7 services in it do not change", "44", "In the workbook")
		for _, who := range []string{"second", "stranger"} {
			if w := o.get(who, good); w.Code != 404 {
				t.Errorf("%s sees it: %d", who, w.Code)
			}
			if w := o.post(who, good, nil); w.Code != 404 {
				t.Errorf("%s confirms it: %d", who, w.Code)
			}
			if w := o.get(who, good+"/marked"); w.Code != 404 {
				t.Errorf("%s downloads it: %d", who, w.Code)
			}
		}
		o.led(o.post("owner", good, nil), "/register?state=draft&done=taken")
		o.page(o.get("owner", "/register?state=draft&done=taken"), 200, "The workbook is taken", "Being written")
		if w := o.post("owner", good, nil); w.Code != 404 {
			t.Errorf("taken twice: %d", w.Code)
		}
		same := o.given("owner", o.changed("owner", nil))
		o.page(o.get("owner", same), 200, "Nothing in the workbook changes")
	})
}

func TestWhatIsNoWorkbookIsRefusedAtItsPlace(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.page(o.upload("owner", "/register/workbook", "a.csv", []byte("id;name")), 422, "no Excel workbook", "f-file")
	o.page(o.post("owner", "/register/workbook", nil), 422)
	o.page(o.upload("owner", "/register/workbook", "huge.xlsx", make([]byte, 66<<20)), 413, "larger than 64 megabytes")
	// The workbook of another entity.
	b := o.changed("stranger", nil)
	o.page(o.get("owner", o.given("owner", b)), 422, "handed to another entity")
	for _, who := range []string{"head", "authority", "officer"} {
		for _, path := range []string{"/register/workbook", "/register/workbook/file", "/register/workbook/x"} {
			if w := o.get(who, path); w.Code != http.StatusForbidden {
				t.Errorf("%s: %s answers %d", who, path, w.Code)
			}
		}
	}
}
