package diwan

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// machine are the addresses outside the site's frame: open on purpose to balancers,
// metrics, verifiers of documents, gateways and partners who sign their messages; and the
// API, which asks for tokens and tests every operation of its own.
var machine = []string{"GET /wallet/request/{code}", "POST /wallet/answer/{code}",
	"/", "/api/", "/bank/", "/centre/", "/log", "/log/", "GET /healthz", "GET /readyz", "GET /metrics", "GET /.well-known/jwks.json", "POST /hooks/payment/{provider}",
	"GET /status", "GET /status/{list}",
	"/vci/", "GET /vct/", "GET /.well-known/openid-credential-issuer", "GET /.well-known/oauth-authorization-server", "GET /.well-known/jwt-vc-issuer",
}

// personal are names of what must never stand in an address, where logs and
// neighbours would read it.
const personal = `civil|civil_number|cpr|phone|email|mail|iban|passport|birth|full_name|person_name|password|code_sent`

var (
	pattern      = regexp.MustCompile(`Pattern:\s*"([^"]+)"`)
	rootPattern  = regexp.MustCompile(`\broot\.Handle(?:Func)?\("([^"]+)"`)
	inPath       = regexp.MustCompile(`(?i)\{(` + personal + `)(\.\.\.)?\}`)
	inQuery      = regexp.MustCompile(`(?i)[?&](` + personal + `|name)=`)
	queryRead    = regexp.MustCompile(`(?i)(?:URL\.Query\(\)\.Get|URL\.Query\(\)\[)\(?"(` + personal + `|name)"`)
	formTag      = regexp.MustCompile(`(?is)<form\b[^>]*>.*?</form>`)
	posted       = regexp.MustCompile(`(?is)^<form\b[^>]*\bmethod="?post`)
	personalName = regexp.MustCompile(`(?i)<(?:input|textarea)\b[^>]*\bname="(` + personal + `|name)"`)
)

// Every route of a page package goes through the frame, which refuses a route
// without a guard when it is mounted; nothing else may register an address.
func TestEveryRouteIsGuarded(t *testing.T) {
	for _, s := range goFiles(t) {
		if s.proof() {
			continue
		}
		text := string(s.text)
		for _, m := range rootPattern.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(machine, m[1]) {
				t.Errorf("%s opens %q without a guard", s.file, m[1])
			}
		}
		if s.dir == "app" || s.dir == "web/ui" || s.dir == "api" || strings.HasPrefix(s.dir, "payment/provider/") {
			continue
		}
		if strings.Contains(text, "NewServeMux") || strings.Contains(text, ".HandleFunc(") {
			t.Errorf("%s registers addresses itself; give routes with a guard to the frame", s.file)
		}
	}
}

// pagePackages are the folders under web/ with pages, and api.
func pagePackages(t *testing.T) []string {
	list, err := filepath.Glob("web/*/texts.yaml")
	if err != nil || len(list) < 2 {
		t.Fatalf("no pages found (%v)", err)
	}
	for i, f := range list {
		list[i] = filepath.ToSlash(filepath.Dir(f))
	}
	return list
}

func TestPagesCheckTheirTextsAndRoutes(t *testing.T) {
	for _, dir := range pagePackages(t) {
		var checked, all string
		for _, s := range goFiles(t) {
			if s.dir == dir && s.test() {
				checked += string(s.text)
			}
			if s.dir == dir {
				all += string(s.text)
			}
		}
		if !strings.Contains(checked, "uitest.CheckTexts(") {
			t.Errorf("no test of %s runs uitest.CheckTexts", dir)
		}
		if dir != "web/ui" && strings.Contains(all, "[]ui.Route") && !strings.Contains(checked, "uitest.CheckRoutes(") {
			t.Errorf("no test of %s runs uitest.CheckRoutes", dir)
		}
	}
}

func TestPagesAreMounted(t *testing.T) {
	wiring := ""
	for _, s := range goFiles(t) {
		if s.dir == "app" && !s.test() {
			wiring += string(s.text)
		}
	}
	for _, dir := range pagePackages(t) {
		if dir != "web/ui" && !strings.Contains(wiring, `"`+module+dir+`"`) {
			t.Errorf("app does not mount %s", dir)
		}
	}
}

func TestNoPersonalDataInAddresses(t *testing.T) {
	for _, s := range goFiles(t) {
		if s.test() {
			continue
		}
		text := string(s.text)
		for _, m := range pattern.FindAllStringSubmatch(text, -1) {
			if inPath.MatchString(m[1]) {
				t.Errorf("%s: the address %q names a person", s.file, m[1])
			}
		}
		for _, m := range queryRead.FindAllString(text, -1) {
			t.Errorf("%s reads personal data from an address: %s", s.file, m)
		}
		if strings.HasPrefix(s.dir, "web/") {
			for _, m := range inQuery.FindAllString(text, -1) {
				t.Errorf("%s writes personal data into an address: %s", s.file, m)
			}
		}
	}
	err := eachFile(func(file string, b []byte) error {
		if path.Ext(file) != ".html" {
			return nil
		}
		for _, m := range inQuery.FindAllString(string(b), -1) {
			t.Errorf("%s writes personal data into an address: %s", file, m)
		}
		for _, form := range formTag.FindAllString(string(b), -1) {
			if m := personalName.FindString(form); m != "" && !posted.MatchString(form) {
				t.Errorf("%s sends personal data in an address: a form with %s must be posted", file, m)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What looks like left and right must follow the language: only logical properties.
func TestStylesFollowTheLanguage(t *testing.T) {
	sided := regexp.MustCompile(`(?i)(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)(?:-\w+)*|left|right|text-align|float)\s*:\s*([^;}]*)`)
	list, err := filepath.Glob("web/ui/assets/css/*.css")
	if err != nil || len(list) == 0 {
		t.Fatalf("no stylesheet found (%v)", err)
	}
	for _, f := range list {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range sided.FindAllStringSubmatch(string(b), -1) {
			if m[1] != "text-align" && m[1] != "float" || strings.Contains(m[2], "left") || strings.Contains(m[2], "right") {
				t.Errorf("%s: %s: %s stands on one side in every language", f, m[1], m[2])
			}
		}
	}
}
