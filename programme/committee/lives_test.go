package committee

import (
	"os"
	"strings"
	"testing"
)

// The guides draw the lives as they are.
func TestTheGuidesDrawTheLivesAsTheyAre(t *testing.T) {
	for _, file := range []string{"../../docs/guides/committees.md", "../../docs/guides/committees.ar.md"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for what, life := range map[string]string{"meeting": Moves.Mermaid(), "action": Steps.Mermaid()} {
			if !strings.Contains(string(b), life) {
				t.Errorf("%s does not draw the life of a %s:\n%s", file, what, life)
			}
		}
	}
}
