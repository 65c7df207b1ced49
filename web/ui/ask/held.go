package ask

import (
	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
)

// hold shows a question that a registry answers: its answer with where it comes
// from, or how the question stands without it.
func (p Page) hold(f *ui.Field, q form.Question) {
	h := p.Held.Held[q.Attribute]
	switch {
	case p.Held.Held.Answers(q) && p.Held.Proofs[q.Name] == "" && (q.Kind == form.File || !blank(p.Answers[q.Name])):
		f.Locked, f.Source, f.AsOf, f.Said = true, p.From(h), h.At, p.Held.Disputes[q.Name].Words
		if q.Kind == form.File {
			f.Kind, f.Held, f.Files = string(form.ShortText), "paper", nil
		}
		if p.Wrong != nil {
			f.Wrong = p.Wrong(q.Name)
		}
	case q.Away == form.AwayWait && blank(p.Answers[q.Name]):
		f.Locked, f.Held = true, "waiting"
		if h.Gap == gov.GapNone {
			f.Held = "none"
		}
	case q.Away == form.AwayDocument && q.Kind != form.File && blank(p.Answers[q.Name]):
		f.Locked, f.Held = true, "document"
	default:
		p.typed(f, q, h)
	}
	if h.Gap == gov.GapConsent && p.Held.Proofs[q.Name] == "" {
		f.Held = "consent"
	}
}

// blank reports whether nothing was answered; a form sends an empty string then.
func blank(v any) bool { return v == nil || v == "" }

// typed says of an answer that was typed why it was, or how it compares.
func (p Page) typed(f *ui.Field, q form.Question, h gov.Held) {
	switch p.Held.Proofs[q.Name] {
	case casework.ProofSame:
		f.Held, f.Source, f.AsOf = "same", p.From(h), h.At
	case casework.ProofDiffers:
		f.Held, f.Source, f.AsOf, f.Other = "differs", p.From(h), h.At, gov.Text{}
		for _, l := range gov.Spoken {
			f.Other[l] = form.Display(q, h.Value, l, p.Currency)
		}
	case casework.ProofAway:
		f.Held = "asked"
	case casework.ProofNone:
		f.Held = "none"
	default:
		switch h.Gap {
		case gov.GapAway:
			f.Held = "asked"
		case gov.GapNone:
			f.Held = "none"
		}
	}
}
