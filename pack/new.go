package pack

import (
	"embed"
	"encoding/json"
	"strings"

	"diwan.example/gov"
)

// beginnings are the files of a new pack, with {{…}} to be filled in.
//
//go:embed new/*.yaml
var beginnings embed.FS

// New makes the files of a small working pack to begin from, explained in both
// languages. Write them to the folder packs/<id>. Error: Invalid when the id is
// not like area/name.
func New(id gov.ServiceID, org gov.OrgID, title gov.Text) (map[string]string, error) {
	if !serviceShape.MatchString(string(id)) {
		return nil, gov.Fail(gov.Invalid, "معرّف الخدمة على صورة area/name بحروف لاتينية صغيرة", "A service's id looks like area/name in small letters")
	}
	if len(title.Missing(gov.Arabic, gov.English)) > 0 {
		return nil, gov.Fail(gov.Invalid, "اكتب اسم الخدمة بالعربية والإنجليزية", "Write the service's name in Arabic and English")
	}
	fill := strings.NewReplacer("{{id}}", string(id), "{{organisation}}", string(org), "{{prefix}}", initials(id),
		"{{ar}}", quoted(title[gov.Arabic]), "{{en}}", quoted(title[gov.English]))
	files := map[string]string{}
	for _, name := range fileNames {
		b, err := beginnings.ReadFile("new/" + name)
		if err != nil {
			return nil, gov.Wrap(err, "reading "+name)
		}
		files[name] = fill.Replace(string(b))
	}
	return files, nil
}

// quoted writes a text so that YAML reads it back whatever it holds.
func quoted(s string) string {
	clean, _ := gov.CleanText(s)
	b, _ := json.Marshal(strings.ReplaceAll(clean, "\n", " ")) // a string always marshals
	return string(b)
}

// initials makes a prefix of a service's name: "small-claim" gives SC, "renewal" RE.
func initials(id gov.ServiceID) string {
	_, name, _ := strings.Cut(string(id), "/")
	words := strings.FieldsFunc(name, func(r rune) bool { return r < 'a' || r > 'z' })
	out := ""
	for _, w := range words {
		out += w[:1]
	}
	if len(out) < 2 {
		out = (strings.Join(words, "") + "xx")[:2]
	}
	return strings.ToUpper(out[:min(3, len(out))])
}
