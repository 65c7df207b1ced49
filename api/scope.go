package api

import "diwan.example/gov"

// Scope is something an API token may be allowed to do.
type Scope struct {
	Name  string
	Words gov.Text
}

// public marks operations that need no token.
const public = "public"

// The scopes.
const (
	casesRead       = "cases:read"
	casesWrite      = "cases:write"
	casesMessage    = "cases:message"
	chargesRead     = "charges:read"
	chargesPay      = "charges:pay"
	chargesCounter  = "charges:counter"
	chargesRefund   = "charges:refund"
	tasksRead       = "tasks:read"
	tasksWrite      = "tasks:write"
	tasksDecide     = "tasks:decide"
	documentsRead   = "documents:read"
	documentsShare  = "documents:share"
	documentsRevoke = "documents:revoke"
	mandatesRead    = "mandates:read"
	mandatesWrite   = "mandates:write"
	inboxRead       = "inbox:read"
	inboxWrite      = "inbox:write"
	changesRead     = "changes:read"
	changesPublish  = "changes:publish"
	webhooksManage  = "webhooks:manage"
	packsRead       = "packs:read"
	packsPublish    = "packs:publish"
	figuresRead     = "figures:read"
	peopleManage    = "people:manage"
	tokensManage    = "tokens:manage"
)

// Scopes lists everything a token may be allowed, for the page on which tokens
// are made. A token never can more than its maker.
func Scopes() []Scope {
	return []Scope{
		{casesRead, gov.T("الاطلاع على الطلبات", "Read applications")},
		{casesWrite, gov.T("تقديم الطلبات وتعديلها وسحبها", "Apply, change and withdraw applications")},
		{casesMessage, gov.T("إرسال ما تنتظره الطلبات من أنظمة الجهة", "Send what applications await from the organisation's systems")},
		{chargesRead, gov.T("الاطلاع على الرسوم والإيصالات", "Read charges and receipts")},
		{chargesPay, gov.T("بدء سداد الرسوم", "Begin payments")},
		{chargesCounter, gov.T("تسجيل ما يُسدَّد في المركز", "Record payments at the counter")},
		{chargesRefund, gov.T("رد الرسوم", "Refund charges")},
		{tasksRead, gov.T("الاطلاع على المهام", "Read tasks")},
		{tasksWrite, gov.T("استلام المهام وتدوين الملاحظات", "Claim tasks and write notes")},
		{tasksDecide, gov.T("البتّ في المهام", "Decide tasks")},
		{documentsRead, gov.T("الاطلاع على الوثائق", "Read documents")},
		{documentsShare, gov.T("مشاركة الوثائق", "Share documents")},
		{documentsRevoke, gov.T("إلغاء الوثائق", "Revoke documents")},
		{mandatesRead, gov.T("الاطلاع على التفويضات", "Read mandates")},
		{mandatesWrite, gov.T("منح التفويضات وإنهاؤها", "Grant and end mandates")},
		{inboxRead, gov.T("قراءة الرسائل", "Read messages")},
		{inboxWrite, gov.T("تعليم الرسائل مقروءة", "Mark messages as read")},
		{changesRead, gov.T("جلب ما تغير من بيانات الأشخاص باتفاقية", "Fetch changes of people's data under an agreement")},
		{changesPublish, gov.T("نشر التغيرات في سجلات الجهة", "Publish changes in the organisation's registries")},
		{webhooksManage, gov.T("إدارة الإشعارات المرسلة إلى الأنظمة", "Manage webhooks")},
		{packsRead, gov.T("الاطلاع على إصدارات الخدمات", "Read versions of services")},
		{packsPublish, gov.T("نشر إصدارات الخدمات", "Publish versions of services")},
		{figuresRead, gov.T("الاطلاع على المؤشرات", "Read figures")},
		{peopleManage, gov.T("تعيين الموظفين وإعفاؤهم", "Appoint and dismiss staff")},
		{tokensManage, gov.T("الاطلاع على رموز الوصول وإلغاؤها", "See and revoke access tokens")},
	}
}
