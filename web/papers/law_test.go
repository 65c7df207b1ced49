package papers

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// The law is chosen by some of its words, whether a script runs or not; one that is
// not in the catalogue is added, and can be chosen from then on.
func TestTheLawIsPicked(t *testing.T) {
	b := newBureau(t)
	b.get("head", "/en/document-types/new", 200, `list="laws"`, "Law No. 27 of 2005 on education", "Not in the catalogue?")
	at := b.entered(url.Values{"law": {"27 of 2005"}})
	b.get("head", "/en"+at, 200, "Law No. 27 of 2005 on education")
	b.get("head", "/ar"+at+"/edit", 200, `value="قانون رقم (27) لسنة 2005 بشأن التعليم"`)

	change := func(status int, form url.Values, want ...string) {
		t.Helper()
		body := b.get("head", "/en"+at+"/edit", 200)
		i := strings.Index(body, `name="saves" value="`) + len(`name="saves" value="`)
		form.Set("saves", body[i:i+strings.IndexByte(body[i:], '"')])
		for k, v := range map[string]string{"name": "شهادة قيد", "name_en": "Enrolment certificate", "holders": "person"} {
			form.Set(k, v)
		}
		b.post("head", "/en"+at+"/edit", form, status, want...)
	}
	change(422, url.Values{"law": {"no such thing"}}, "The catalogue has no law or decision with these words", `value="no such thing"`)
	change(422, url.Values{"law": {"Legislative Decree"}}, "Choose one of them", `name="law_found"`, "on value added tax")
	change(303, url.Values{"law": {"Legislative Decree"}, "law_found": {"مرسوم بقانون رقم (27) لسنة 2015 بشأن السجل التجاري"}})
	b.get("head", "/en"+at, 200, "Legislative Decree No. 27 of 2015")
	own := url.Values{"legal": {"قرار بالشهادات الرقمية"}, "legal_en": {"Decision on digital certificates"}, "legal_number": {"٧"}, "legal_year": {"2026"}}
	both := url.Values{"law": {"27 of 2005"}}
	for k, v := range own {
		both[k] = v
	}
	change(422, both, "not both")
	change(422, url.Values{"legal": {"قرار"}}, "with its number and year")
	change(303, own)
	b.get("head", "/en"+at, 200, "Decision on digital certificates, No. 7 of 2026")
	b.get("head", "/en/document-types/new", 200, "Decision on digital certificates, No. 7 of 2026")
	change(303, url.Values{"law": {"Decision on digital certificates, No. 7 of 2026"}}) // as it stood in the box
	change(303, url.Values{})                                                           // taken away
	b.get("head", "/en"+at, 200, "No legal force named")
}

// A register comes as a workbook, and what is wrong with it is told by its cells.
func TestARegisterIsBroughtAsAWorkbook(t *testing.T) {
	b := newBureau(t)
	at := b.entered(nil)
	id := at[strings.LastIndexByte(at, '/')+1:]
	book := func(cells map[string]any) []byte {
		f := excelize.NewFile()
		for c, v := range cells {
			if err := f.SetCellValue("Sheet1", c, v); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		if err := f.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	b.bring("head", id, "1998.xlsx", book(map[string]any{"A1": "number", "B1": "date", "A2": "17", "B2": "17/13/1998", "A3": "18", "B3": "1/1/1998"}), 422, ">B2<", "Nothing of the file was entered", `<p lang="ar" dir="rtl">`)
	b.bring("head", id, "1998.xlsx", []byte("PK\x03\x04 and nothing more"), 422, "no Excel workbook")
	b.bring("stranger", id, "1998.xlsx", book(map[string]any{"A1": "number", "B1": "date", "A2": "17", "B2": "1998-03-17"}), 403)
	b.bring("head", id, "1998.xlsx", book(map[string]any{"A1": "الرقم", "B1": "التاريخ", "A2": "17", "B2": "1998-03-17"}), 200, "1998.xlsx")
	b.get("head", "/en"+at, 200, "The register lists 1 paper")
}
