// Package ui is the frame around every page: routes and their guards, the
// layout, components, texts in both languages, assets, security headers and
// error pages. It knows people only as gov.Actor and imports gov alone; app
// gives it its hooks. Every component stands in web/gallery, at /gallery.
//
// A page package embeds its templates and texts and mounts routes:
//
//	//go:embed *.html texts.yaml
//	var files embed.FS
//
//	var pages = ui.MustPages(files) // panics on a template that does not parse
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
// uitest.CheckTexts and uitest.CheckRoutes are the tests every page package runs.
package ui
