package diwan

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// peopled are the types that hold somebody's data, by package.
var peopled = map[string][]string{
	"casework":    {"Case", "View", "form.Attachment", "form.Context"},
	"document":    {"Document", "Verification", "Share"},
	"document/vp": {"Request", "Presented"},
	"identity":    {"Person", "Mandate", "Contact", "journal.Look"},
	"payment":     {"Charge", "Receipt"},
	"notify":      {"Message"},
	"registry":    {"Record"},
}

// Ways in which a function that hands out personal data keeps to the rule that
// every read of another person's data is in their access log.
const (
	looks     = "looks"   // it writes the look itself
	own       = "own"     // it gives only what is the actor's own
	byMachine = "machine" // it refuses people
	carried   = "carried" // its comment says that the caller has looked, or shows it to nobody
	made      = "made"    // it gives back what the actor has just made
)

// reads are all exported functions that hand out personal data. A new one is
// entered here first, and what is said of it is tried below and by the tests of
// its package.
var reads = map[string]string{
	"casework.Get": looks, "casework.Task": looks, "casework.ByRef": looks, "casework.Search": looks, "casework.Decide": looks, "casework.Message": looks, "casework.Attachment": looks,
	"casework.Mine": own, "casework.Dispute": own, "casework.Save": own, "casework.Submit": own, "casework.Withdraw": own, "casework.Appeal": own, "casework.Correct": own,
	"casework.Start": made, "casework.Apply": made, "casework.Upload": made, "casework.FormContext": carried, "casework.List": byMachine, "casework.Peek": byMachine,
	"document.Get": looks, "document.ByNumber": looks, "document.Held": looks, "document.Everything": looks, "document.Sheet": looks, "document.LongSeal": looks, "document.Verify": looks, "document.VerifyFor": looks,
	"document.Mine": own, "document.Share": own, "document.ShareWith": own, "document.Shares": own, "document.OfCase": carried, "document.ForWallet": carried, "document.HeldNow": carried, "document.Issue": made, "document.Replace": made,
	"document/vp.Ask": made, "document/vp.Of": own, "document/vp.Latest": own, "document/vp.Collect": own,
	"identity.Look": looks, "identity.LookFor": looks, "identity.Find": looks, "identity.AccessLog": looks, "identity.AccessLogLine": own,
	"identity.Known": carried, "identity.RegisteredAt": carried, "identity.ByCivilNumber": carried, "identity.Mandates": carried, "identity.Given": own, "identity.Contact": carried, "identity.Actor": own,
	"payment.Charge": carried, "payment.OfCase": carried, "payment.OfPayer": carried, "payment.Receipts": carried, "payment.Receipt": carried,
	"payment.Ask": made, "payment.Settle": made, "payment.SettleAtCounter": made, "payment.Return": own,
	"notify.Inbox": own, "notify.Read": own,
	"registry.Lookup": looks, "registry.Search": looks, "registry.LookupElsewhere": looks, "registry.Own": looks, "registry.Write": made, "registry.Correct": made, "registry.Rectify": made, "registry.EnterAll": made,
	"registry.OfPerson": carried, "registry.OfCivil": carried, "registry.ByID": carried, "registry.History": carried, "registry.Elsewhere": carried, "registry.ElsewhereOfPerson": carried,
}

// Whoever reads another person's data stands in that person's access log. The
// functions that hand it out are listed; each is what it is said to be.
func TestEveryReadOfPersonalDataLooks(t *testing.T) {
	found := map[string]bool{}
	for dir, types := range peopled {
		bodies := functionsOf(t, dir)
		for name, f := range bodies {
			if !f.Name.IsExported() || !gives(f, types) || hidden(f) {
				continue
			}
			key := dir + "." + name
			found[key] = true
			switch said := reads[key]; said {
			case "":
				t.Errorf("%s hands out personal data and is not in the list of reads", key)
			case looks:
				if !reaches(bodies, name, []string{"journal.Looked", "identity.LookFor", "identity.Find"}) {
					t.Errorf("%s is said to record a look, and does not", key)
				}
			case byMachine:
				if !reaches(bodies, name, []string{"gov.System"}) {
					t.Errorf("%s is said to refuse people, and does not", key)
				}
			case own:
				if !reaches(bodies, name, []string{"tx.Actor", "gov.ActorFrom"}) {
					t.Errorf("%s is said to give only the actor's own, and does not ask who acts", key)
				}
			case carried:
				if doc := strings.ToLower(f.Doc.Text()); !slices.ContainsFunc([]string{"caller", "machine", "whoever calls", "look", "as elsewhere"}, func(s string) bool { return strings.Contains(doc, s) }) {
					t.Errorf("%s leaves the look to its caller and does not say so", key)
				}
			}
		}
	}
	for key := range reads {
		if !found[key] {
			t.Errorf("the list of reads names %s, which hands out nothing personal", key)
		}
	}
}

// functionsOf are a package's functions by name; methods of several types that
// share a name are told apart by nothing, so the exported one wins.
func functionsOf(t *testing.T, dir string) map[string]*ast.FuncDecl {
	out := map[string]*ast.FuncDecl{}
	for _, s := range goFiles(t) {
		if s.dir != dir || s.test() {
			continue
		}
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil && (out[f.Name.Name] == nil || f.Name.IsExported()) {
				out[f.Name.Name] = f
			}
		}
	}
	return out
}

// hidden reports whether f is a method of a type that is not exported, or of the
// data itself.
func hidden(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return false
	}
	x := f.Recv.List[0].Type
	if p, ok := x.(*ast.StarExpr); ok {
		x = p.X
	}
	id, ok := x.(*ast.Ident)
	return !ok || !id.IsExported()
}

func gives(f *ast.FuncDecl, types []string) bool {
	if f.Type.Results == nil {
		return false
	}
	for _, r := range f.Type.Results.List {
		hit := false
		ast.Inspect(r.Type, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && slices.Contains(types, x.Name+"."+n.Sel.Name) {
					hit = true
				}
				return false
			case *ast.Ident:
				hit = hit || slices.Contains(types, n.Name)
			}
			return true
		})
		if hit {
			return true
		}
	}
	return false
}

// reaches reports whether name's body, or a function of the package that it
// uses, mentions one of the goals.
func reaches(bodies map[string]*ast.FuncDecl, name string, goals []string) bool {
	seen := map[string]bool{}
	var visit func(string) bool
	visit = func(name string) bool {
		f := bodies[name]
		if f == nil || seen[name] {
			return false
		}
		seen[name] = true
		hit := false
		var next []string
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && slices.Contains(goals, x.Name+"."+n.Sel.Name) {
					hit = true
				}
				next = append(next, n.Sel.Name)
			case *ast.Ident:
				hit = hit || slices.Contains(goals, n.Name)
				next = append(next, n.Name)
			}
			return true
		})
		return hit || slices.ContainsFunc(next, visit)
	}
	return visit(name)
}
