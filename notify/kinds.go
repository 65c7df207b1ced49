package notify

import "diwan.example/gov"

// Kind classes messages. It decides what is said outside the house and whether
// a text message is worth sending.
type Kind string

// The kinds of message.
const (
	Received Kind = "received" // an application has come in
	Needed   Kind = "needed"   // the person must do something
	Reminder Kind = "reminder" // they still must, and time runs
	Decided  Kind = "decided"  // there is a decision
	Issued   Kind = "issued"   // a document is ready
	Paid     Kind = "paid"     // a payment or refund was made
	Progress Kind = "progress" // the case moved on
	Work     Kind = "work"     // for staff: work has come
	General  Kind = "general"  // anything else
)

// Notice is what is said outside about a kind of message; %s is the reference.
type Notice struct {
	Name    gov.Text // of the kind, for settings and lists
	Subject gov.Text
	Body    gov.Text
	Urgent  bool // worth a text message
}

// Kinds are the notices of all kinds.
var Kinds = map[Kind]Notice{
	Received: {
		Name:    gov.T("استلام الطلبات", "Applications received"),
		Subject: gov.T("استلمنا طلبك", "We received your application"),
		Body:    gov.T("استلمنا طلبك رقم %s. يمكنك متابعته في أي وقت من حسابك.", "We received your application %s. You can follow it at any time in your account."),
	},
	Needed: {
		Name:    gov.T("ما يلزم منك", "What you need to do"),
		Subject: gov.T("ننتظر منك خطوة في طلبك", "Your application needs you"),
		Body:    gov.T("لا يمضي الطلب رقم %s قبل خطوة منك. افتحه لترى المطلوب وموعده.", "Application %s is waiting for you. Open your account to see what is needed and by when."),
		Urgent:  true,
	},
	Reminder: {
		Name:    gov.T("التذكير بالمواعيد", "Reminders"),
		Subject: gov.T("تذكير بموعد يخص طلبك", "Reminder about your application"),
		Body:    gov.T("للطلب رقم %s موعد قريب أو انقضى. افتحه لترى المطلوب.", "A date of application %s is near, or has passed. Open it to see what is needed."),
		Urgent:  true,
	},
	Decided: {
		Name:    gov.T("القرارات", "Decisions"),
		Subject: gov.T("صدر قرار بشأن طلبك", "There is a decision on your application"),
		Body:    gov.T("صدر قرار بشأن الطلب رقم %s. افتح حسابك للاطلاع عليه.", "There is a decision on application %s. Open your account to read it."),
		Urgent:  true,
	},
	Issued: {
		Name:    gov.T("الوثائق الصادرة", "Documents issued"),
		Subject: gov.T("وثيقتك جاهزة", "Your document is ready"),
		Body:    gov.T("صدرت وثيقة عن الطلب رقم %s، وهي محفوظة في حسابك.", "A document was issued for application %s. It is kept in your account."),
		Urgent:  true,
	},
	Paid: {
		Name:    gov.T("المدفوعات", "Payments"),
		Subject: gov.T("دفع أو ردّ مبلغ في طلبك", "A payment on your application"),
		Body:    gov.T("سُجّل دفع أو ردّ مبلغ في الطلب رقم %s، والإيصال في حسابك.", "A payment or refund was recorded for application %s. The receipt is in your account."),
	},
	Progress: {
		Name:    gov.T("سير الطلبات", "Progress"),
		Subject: gov.T("جديد في طلبك", "News about your application"),
		Body:    gov.T("في الطلب رقم %s جديد. افتحه لتقرأه.", "There is news of application %s. Open it to read it."),
	},
	Work: {
		Name:    gov.T("عمل وارد", "Incoming work"),
		Subject: gov.T("وردك عمل جديد", "New work for you"),
		Body:    gov.T("وردك عمل على الطلب رقم %s.", "There is work for you on application %s."),
	},
	General: {
		Name:    gov.T("رسائل عامة", "General messages"),
		Subject: gov.T("لديك رسالة جديدة", "You have a new message"),
		Body:    gov.T("وصلت رسالة إلى صندوقك في ديوان. المرجع: %s", "A message has come to your Diwan inbox. Reference: %s"),
	},
}
