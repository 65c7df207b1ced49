package xroad

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestEveryFaultIsExplained(t *testing.T) {
	source, err := os.ReadFile("fault.go")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/protocols/xroad-rest.md")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`(?m)^\t[A-Z]\w+\s+= "([A-Z][A-Za-z]+)"`).FindAllSubmatch(source, -1)
	if len(codes) < 25 {
		t.Fatalf("only %d codes found", len(codes))
	}
	for _, c := range codes {
		if code := string(c[1]); code != Caller && !strings.Contains(string(page), "`"+code+"`") {
			t.Errorf("docs/protocols/xroad-rest.md does not explain %s", code)
		}
	}
}
