package pack

import (
	"diwan.example/internal/form"
)

// Vars are the values of every name that the pack's rules may use: the
// applicant's answers, what officers filled in at earlier steps, and the
// surroundings in c. Answers are as stored.
func (p *Pack) Vars(answers form.Answers, c form.Context) map[string]any {
	vars := p.Form.Vars(answers, c)
	for i := range p.Steps {
		asks := p.Steps[i].AsksForm()
		if asks == nil {
			continue
		}
		own := form.Answers{}
		for _, q := range asks.Questions() {
			if v, ok := answers[q.Name]; ok {
				own[q.Name] = v
			}
		}
		if len(own) == 0 {
			continue
		}
		typed := asks.Vars(own, c)
		for name := range own {
			vars[name] = typed[name]
		}
	}
	return vars
}
