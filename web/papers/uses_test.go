package papers

import (
	"net/http/httptest"
	"strings"
	"testing"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/pack"
)

// Figures of use open to their months, and these to their days, on pages and as CSV;
// nobody sees those of another entity.
func TestUsesOpenToTheirRows(t *testing.T) {
	b := newBureau(t)
	at := b.entered(nil)
	id := at[strings.LastIndexByte(at, '/')+1:]
	b.get("head", "/en"+at, 200, "What became of what was issued here", "/en/document-types/uses?type="+id+"&amp;use=pdf")
	b.get("head", "/ar/document-types/uses", 200, "لم يقع شيء من هذا بعد")
	v, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	i, err := document.New(b.db, document.Options{Vault: v, Types: func(*db.Tx, gov.ServiceID, string, string) (*pack.Document, error) { return nil, nil }})
	if err != nil {
		t.Fatal(err)
	}
	used := func(u document.Use, times int) {
		t.Helper()
		for range times {
			err := b.db.Write(gov.WithActor(t.Context(), gov.Actor{Person: "p", Channel: gov.Portal}), func(tx *db.Tx) error {
				return i.Used(tx, document.Document{Organisation: "moe", Service: "education/enrolment-certificate"}, u)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	used(document.Downloaded, 3)
	used(document.Verified, 5)
	month := b.db.Now().Format("2006-01")
	b.get("head", "/en"+at, 200, `type=`+id+`&amp;use=check">5<`, `use=pdf">3<`, `use=print">0<`)
	b.get("authority", "/ar/document-types", 200, `use=check">5<`)
	b.get("authority", "/en/document-types/of/moe", 200, "org=moe&amp;use=pdf\">3<")
	b.get("head", "/en/document-types/uses?use=pdf", 200, "Downloaded as PDF", "month="+month, ">3<")
	b.get("head", "/en/document-types/uses?month="+month, 200, "Verified", ">8<")
	b.get("head", "/en/document-types/uses?month=x", 404)
	b.get("head", "/en/document-types/uses?use=x", 404)
	if body := b.get("stranger", "/en/document-types/uses", 200); strings.Contains(body, "Enrolment certificate") {
		t.Error("another entity's figures are shown")
	}
	b.get("stranger", "/en/document-types/uses?org=moe", 404)
	csv, _ := b.send("head", httptest.NewRequest("GET", "/en/document-types/uses.csv?use=check", nil), 200)
	if lines := strings.Split(strings.TrimSpace(csv), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], month+","+id+",Enrolment certificate,education/enrolment-certificate,Verified,portal,5") {
		t.Errorf("%q", csv)
	}
	b.get("head", "/en/document-types/list.csv", 200, "Downloaded as PDF", ",3,0,0,5")
}
