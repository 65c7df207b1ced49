package form

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"diwan.example/gov"
)

var nations = map[gov.Lang]display.Namer{gov.Arabic: display.Regions(language.Arabic), gov.English: display.Regions(language.English)}

// Nation is a country's name in words; code is ISO 3166-1 alpha-2. What is no
// country's code comes back as it is.
func Nation(code string, l gov.Lang) string {
	region, err := language.ParseRegion(code)
	names := nations[l]
	if err != nil || names == nil {
		return code
	}
	if s := names.Name(region); s != "" {
		return s
	}
	return code
}
