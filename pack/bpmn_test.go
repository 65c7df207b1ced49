package pack_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/internal/need"
	"diwan.example/pack"
)

// TestBPMNReadsWithoutWarnings gives every pack's BPMN to bpmn-moddle.
func TestBPMNReadsWithoutWarnings(t *testing.T) {
	home, err := filepath.Abs("../e2e")
	if err != nil {
		t.Fatal(err)
	}
	node := need.Tool(t, "node", "Debian: nodejs")
	need.File(t, filepath.Join(home, "node_modules", "bpmn-moddle"), "npm ci in e2e")
	args := []string{"testdata/bpmn.mjs", home}
	for _, p := range all(t) {
		f := filepath.Join(t.TempDir(), strings.ReplaceAll(string(p.ID), "/", "-")+".bpmn")
		if err := os.WriteFile(f, pack.BPMN(p), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, f)
	}
	out, err := exec.Command(node, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

func TestBPMNRefersOnlyToWhatItHas(t *testing.T) {
	for _, p := range all(t) {
		ids, refs := map[string]bool{}, map[string]string{}
		d := xml.NewDecoder(strings.NewReader(string(pack.BPMN(p))))
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", p.ID, err)
			}
			e, ok := tok.(xml.StartElement)
			if !ok {
				continue
			}
			for _, a := range e.Attr {
				switch a.Name.Local {
				case "id":
					if ids[a.Value] {
						t.Errorf("%s: id %s occurs twice", p.ID, a.Value)
					}
					ids[a.Value] = true
				case "sourceRef", "targetRef", "bpmnElement", "attachedToRef", "messageRef", "default":
					refs[a.Value] = e.Name.Local
				}
			}
		}
		for ref, from := range refs {
			if !ids[ref] {
				t.Errorf("%s: %s refers to %s, which is not there", p.ID, from, ref)
			}
		}
	}
}
