package ui

import (
	"fmt"
	"html/template"
)

// icons are drawn on a 24×24 grid with strokes of the text's colour.
var icons = map[string]string{
	"arrow":    "M5 12h14M13 6l6 6-6 6",
	"back":     "M19 12H5M11 6l-6 6 6 6",
	"chevron":  "M9 5l7 7-7 7",
	"down":     "M5 9l7 7 7-7",
	"check":    "M4 13l5 5L20 6",
	"cross":    "M6 6l12 12M18 6L6 18",
	"plus":     "M12 5v14M5 12h14",
	"minus":    "M5 12h14",
	"search":   "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5",
	"info":     "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v6M12 7.5v.5",
	"warn":     "M12 4L2.5 20h19zM12 10v5M12 17.5v.5",
	"bad":      "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v6M12 16v.5",
	"good":     "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12.5l3 3 5-6.5",
	"file":     "M6 3h8l4 4v14H6zM14 3v4h4",
	"upload":   "M12 16V4M7 9l5-5 5 5M4 20h16",
	"download": "M12 4v12M7 11l5 5 5-5M4 20h16",
	"inbox":    "M3 6h18v13H3zM3 7l9 7 9-7",
	"person":   "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21c0-4 3.5-6 8-6s8 2 8 6",
	"people":   "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M2.5 20c0-3.5 3-5 6.5-5s6.5 1.5 6.5 5M16 5.500a3.3 3.3 0 0 1 0 6M18 15.500c2.3.6 3.5 2 3.5 4.5",
	"clock":    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2",
	"calendar": "M4 6h16v15H4zM4 10h16M8 3v4M16 3v4",
	"lock":     "M6 11h12v10H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
	"key":      "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8M11 12l9-9M16 7l3 3",
	"globe":    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c3 3 3.5 6 3.5 9s-.5 6-3.5 9c-3-3-3.5-6-3.5-9s.5-6 3.5-9",
	"pin":      "M12 21c-4-5-6.5-8-6.5-11.500a6.5 6.5 0 0 1 13 0C18.5 13 16 16 12 21M12 7.500a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
	"print":    "M7 9V3h10v6M7 17H3V9h18v8h-4M7 14h10v7H7z",
	"edit":     "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
	"trash":    "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14",
	"money":    "M3 6h18v12H3zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M6 9v.500M18 14.500v.5",
	"shield":   "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.500L15.5 9.5",
	"sort":     "M8 4v16M4 8l4-4 4 4M16 20V4M12 16l4 4 4-4",
	"up":       "M12 20V5M6 11l6-6 6 6",
	"menu":     "M4 6h16M4 12h16M4 18h16",
	"home":     "M3 11l9-8 9 8M5 10v11h14V10",
	"chart":    "M4 20h16M7 20v-8M12 20V5M17 20v-5",
	"link":     "M10 14l4-4M8 11l-3 3a3.5 3.5 0 0 0 5 5l3-3M16 13l3-3a3.5 3.5 0 0 0-5-5l-3 3",
	"eye":      "M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
	"dot":      "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
}

// pointing icons turn around in right-to-left pages.
var pointing = map[string]bool{"arrow": true, "back": true, "chevron": true}

// icon draws a decorative icon; words must stand beside it.
func icon(name string) (template.HTML, error) {
	d, ok := icons[name]
	if !ok {
		return "", fmt.Errorf("no icon %q", name)
	}
	class := "icon"
	if pointing[name] {
		class += " icon-turn"
	}
	return template.HTML(`<svg class="` + class + `" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d="` + d + `"/></svg>`), nil
}

// crest is the neutral mark of the platform: two squares that make a star.
const crest = template.HTML(`<svg class="crest" viewBox="0 0 48 48" width="40" height="40" aria-hidden="true" focusable="false">` + crestShape + `</svg>`)

const crestShape = `<g fill="none" stroke="currentColor" stroke-width="2.5"><path d="M9 9h30v30H9z"/><path d="M24 2.800L45.2 24 24 45.2 2.8 24z"/></g><circle cx="24" cy="24" r="6.5" fill="currentColor"/>`

const crestFile = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" color="#44505c">` + crestShape + `</svg>`
