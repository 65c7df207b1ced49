package unusual

import "diwan.example/gov"

// Words says a reason as people read it.
func (r Reason) Words() gov.Text {
	switch r.Rule {
	case "volume":
		switch {
		case r.Own > 0 && r.Peers > 0:
			return gov.T("قرأ %d مرة في يوم؛ معتاده %d، ومعتاد زملائه في العمل نفسه %d", "%d looks in a day; usually %d, colleagues in the same role %d").Sprintf(r.N, r.Own, r.Peers)
		case r.Own > 0:
			return gov.T("قرأ %d مرة في يوم؛ معتاده %d", "%d looks in a day; usually %d").Sprintf(r.N, r.Own)
		}
		return gov.T("قرأ %d مرة في يوم؛ معتاد زملائه في العمل نفسه %d", "%d looks in a day; colleagues in the same role %d").Sprintf(r.N, r.Peers)
	case "hours":
		return gov.T("خارج أوقات العمل: %d", "Outside working hours: %d").Sprintf(r.N)
	case "bare":
		return gov.T("دون معاملة ولا خدمة: %d", "Without a case or a service: %d").Sprintf(r.N)
	case "relative":
		return gov.T("أقارب أو أهل بيت: %d (%s)", "Relatives or household: %d (%s)").Sprintf(r.N, r.Tie)
	case "colleague":
		return gov.T("زملاء في الجهة نفسها دون معاملة: %d", "Colleagues of the same entity, without a case: %d").Sprintf(r.N)
	case "marked":
		return gov.T("أشخاص يُخشى على بياناتهم، دون معاملة: %d", "People who are watched over, without a case: %d").Sprintf(r.N)
	case "many":
		return gov.T("أشخاص لم تكن له معاملة لأي منهم: %d", "People of none of whom there was a case: %d").Sprintf(r.N)
	}
	return gov.T("الشخص نفسه مرة بعد مرة دون معاملة: %d", "The same person again and again, without a case: %d").Sprintf(r.N)
}

// Rules are the rules in the order of their weight, for those who read a list of
// findings.
func Rules() []string {
	return []string{"relative", "marked", "volume", "many", "hours", "bare", "colleague", "again"}
}
