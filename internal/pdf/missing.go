package pdf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"diwan.example/gov"
)

// noteMissing says on the page which characters stand there by their code only,
// so that nobody takes the code for the name.
func (p *press) noteMissing() {
	if len(p.cleaner.missing) == 0 {
		return
	}
	const most = 12
	var codes []string
	for _, r := range slices.Sorted(maps.Keys(p.cleaner.missing)) {
		if codes = append(codes, fmt.Sprintf("[U+%04X]", r)); len(codes) == most {
			codes = append(codes, "…")
			break
		}
	}
	p.paragraph(&Block{Text: gov.T("حروف ليست في خطوط هذه الوثيقة كُتبت برموزها في يونيكود: %s", "Characters that this document’s fonts lack are written by their Unicode codes: %s").
		French("Les caractères absents des polices de ce document sont écrits par leur code Unicode : %s").Sprintf(Isolate(strings.Join(codes, " ")))},
		style{size: smallSize, ink: grey}, 4)
}

// Unwritable lists, once each, the characters of s that no font of the pages has
// and that have no plain form: what stands as [U+1F600] on a document.
func Unwritable(s string) []rune {
	var c cleaner
	c.clean(s)
	return slices.Sorted(maps.Keys(c.missing))
}
