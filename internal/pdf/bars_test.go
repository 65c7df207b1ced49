package pdf

import (
	"bytes"
	"testing"

	"diwan.example/gov"
)

func TestBarsAreDrawnInEveryLanguage(t *testing.T) {
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		doc := Document{Created: issued, Languages: []gov.Lang{l}, Layout: Layout{Blocks: []Block{{Kind: Bars, Bars: []Bar{
			{Label: gov.T("وزارة", "Ministry"), Value: 0.5, Shown: gov.T("1 من 2", "1 of 2")}, {Label: gov.T("هيئة", "Authority"), Shown: gov.T("0 من 3", "0 of 3")}}}}}}
		file, _ := render(t, doc)
		sane(t, file)
	}
	wrong := Document{Created: issued, Layout: Layout{Blocks: []Block{{Kind: Bars, Bars: []Bar{{Value: -1}}}}}}
	if _, err := Render(new(bytes.Buffer), wrong); gov.KindOf(err) != gov.Invalid {
		t.Errorf("a bar below zero: %v", err)
	}
}
