// Package ui is the frame around every page: routes and their guards, the
// layout, components, texts in both languages, assets, security headers and
// error pages. It knows people only as gov.Actor and imports gov and
// internal/reply alone; app gives it its hooks. Every component stands in
// web/gallery, at /gallery.
//
// A page package embeds its templates and texts and mounts routes:
//
//	//go:embed *.html texts.yaml
//	var files embed.FS
//
//	var pages = ui.MustPages(files) // read when they are first needed
//
//	func Routes(c *casework.Cases) []ui.Route {
//		d := desk{c}
//		return []ui.Route{
//			{Pattern: "GET /desk/{$}", Guard: ui.Staff, Page: d.queue},
//			{Pattern: "POST /desk/tasks/{id}/decide", Guard: ui.Role(gov.Officer).AndStepUp(), Page: d.decide},
//		}
//	}
//
//	func (d desk) queue(w http.ResponseWriter, r *http.Request) error {
//		rows, err := d.cases.Queue(r.Context(), …)
//		if err != nil {
//			return err // becomes the error page of its gov.Kind
//		}
//		return pages.Render(w, r, "queue", rows)
//	}
//
// queue.html then defines what goes into the frame; files that begin with _ are
// shared by the pages of the package:
//
//	{{define "title"}}{{t "desk.queue"}}{{end}}
//	{{define "before"}}{{template "back" (dict "URL" "/desk")}}{{end}}
//	{{define "main"}}
//	{{template "title-block" (dict "Text" (t "desk.queue") "Lead" (t "desk.waiting" (len .Data)))}}
//	{{range .Data}}<p><a href="{{url (print "/desk/tasks/" .ID)}}">{{tx .Title}}</a> {{template "due" .Due}}</p>{{end}}
//	{{end}}
//
// The dot of a page is *View: .Data is what the handler gave, .Lang, .Actor,
// .Path, .Now, .Query "q", and .Here "cursor" "x" (this page with another query).
// Inside range and with, $ is the View.
//
// texts.yaml holds the phrases, keys sorted and beginning with the package's
// name; {0}, {1} are arguments, and the first whole number chooses the form:
//
//	desk.queue: {ar: "قائمة العمل", en: "Work queue"}
//	desk.waiting:
//	  ar: {zero: "لا معاملات", one: "معاملة واحدة", two: "معاملتان", few: "{0} معاملات", many: "{0} معاملة", other: "{0} معاملة"}
//	  en: {one: "{0} case", other: "{0} cases"}
//
// A form posts to its own address and is shown again when something is wrong:
//
//	fields := ui.Fill(fields, ui.Read(r.PostForm, fields), problems, currency)
//	return pages.RenderInvalid(w, r, "apply", form{fields, problems})
//
//	<form method="post" data-keep>
//	{{template "problems" .Data.Problems}}{{template "fields" .Data.Fields}}
//	{{template "button" (dict "Text" (t "portal.go-on"))}}
//	</form>
//
// data-keep keeps what was typed in the browser until the form is sent. Inline
// scripts and styles are refused by the Content-Security-Policy. Forms need no
// token: cross-origin writes are refused before any page sees them.
//
// # Components
//
// Each is called as {{template "name" ARGS}}; phrases may be strings or gov.Text,
// URLs are paths without language (url is applied), tones are info, good, warn,
// bad, accent. Optional arguments stand in brackets.
//
//	back          dict URL [Text]
//	crumbs        list of dict Text [URL]
//	title-block   dict Text [Over Lead Tag]
//	button        dict Text [URL Look Icon Name Value Skip Disabled]   Look: secondary, quiet, danger
//	tag           dict Text [Tone]
//	notice        dict Tone [Title Text Link(dict Text URL)]
//	confirmed     dict Title [Text Reference]
//	confirm       dict Title Yes No Back [Text Action Look Name Value Keep Fields]
//	empty         dict Title [Icon Text Link]
//	details       dict Summary Text [Open]
//	tabs          dict Items(list of dict Text URL|Here [Current Count]) [Label]
//	summary       list of dict Key Value [Note Change]
//	answers       dict Fields [Change]
//	tasks         list of dict Text [URL Hint Tag]
//	timeline      list of dict State(done, current, next) Text [Who When Due Note]
//	due           a time
//	progress      dict Step Of [Text]
//	fees          dict Lines(list of dict Text Amount [Note]) Total [Title]
//	money-box     dict Text Amount
//	service-card  dict URL Title [Org Text Tag Facts]          inside <div class="cards">
//	figure        dict Label Value [URL Basis Trend Note]      inside <div class="figures">; Basis: proven, declared, estimated
//	table         dict Columns(list of dict Text [Num Sort Sorted]) Rows(list of dict Cells [URL Tone]) [Caption Keys]
//	pager         dict [Prev Next Text]
//	facets        list of dict Title Items(list of dict Text URL [Count Current])
//	search        dict URL Label [Query Keep]
//	preview       dict File [Image]
//	qr            dict Src [Text Size]
//	keys          nothing: help on the keyboard, on pages with table Keys
//	print-button  nothing
//	problems      gov.Problems
//	field         a Field, or (field "Kind" "email" "Name" "mail" "Label" (t "x"))
//	fields        a list of Field
//	bar-chart, stacked-chart, line-chart    a Chart
//
// Prev, Next, Here, Sort and facets' URL are whole addresses: write them with
// .Here. Bodies with markup of their own are plain HTML with these classes:
// narrow, prose, actions (a row of buttons), filters (a form in one row), split
// (two halves), with-side and with-facets (main and aside), side, cards, figures,
// table in table-wrap (td with data-label), quiet, lead, report (prints on one page), sr (for screen readers).
//
// # Functions
//
// t, tx (Text, marked with its language when it is not the page's), text (Text as
// bare words, for titles), date, longdate, clock, datetime, isodate, days, due,
// money, number, percent, bytes, month, url, ltr, code, icon, dict, with, list,
// seq, add, id, has, field, answer, spark, meter.
//
// # In the browser
//
// form data-keep keeps drafts; data-when="name=value" shows a field; table
// data-keys takes j, k, Enter, x; data-mark-all marks all rows; data-print and
// data-locate are buttons that only scripts can answer; form data-passkey="register"
// or "sign-in" with data-begin and data-finish posts the fields, then
// the credential with "fields" as JSON; write it hidden, the script shows it.
//
// uitest.CheckTexts and uitest.CheckRoutes are the tests every page package runs.
package ui
