package app

import (
	"net/http"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

// areas are the parts of the site with their navigation.
func areas() []ui.Area {
	return []ui.Area{
		{Name: gov.T("الخدمات", "Services"), Home: "/", Guard: ui.Anyone, Links: []ui.Link{
			{Text: gov.T("الخدمات", "Services"), URL: "/services"},
			{Text: gov.T("الجهات", "Organisations"), URL: "/entities"},
			{Text: gov.T("طلباتي", "My applications"), URL: "/cases", Guard: ui.Resident},
			{Text: gov.T("وثائقي", "My documents"), URL: "/documents", Guard: ui.Resident},
			{Text: gov.T("تحقق من وثيقة", "Verify a document"), URL: "/verify"},
		}},
		{Name: gov.T("مكتب العمل", "Desk"), Home: "/desk", Guard: ui.Role(gov.Officer, gov.Supervisor), Links: []ui.Link{
			{Text: gov.T("قائمة العمل", "Queue"), URL: "/desk"},
			{Text: gov.T("بحث", "Search"), URL: "/desk/search"},
			{Text: gov.T("الشباك", "Counter"), URL: "/desk/counter"},
		}},
		{Name: gov.T("المتابعة", "Oversight"), Home: "/oversight", Guard: ui.Role(gov.Authority, gov.Committee, gov.Head, gov.Auditor, gov.Owner)},
		{Name: gov.T("الإدارة", "Administration"), Home: "/admin", Guard: ui.Role(gov.Operator, gov.Owner, gov.Auditor, gov.Head)},
	}
}

// mountPages mounts the page packages.
func (a *App) mountPages(mux *http.ServeMux) error { return nil }
