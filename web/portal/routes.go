package portal

import "diwan.example/web/ui"

// upload is the largest form with files.
const upload = 40 << 20

// Routes are the addresses of the portal.
func (p *Portal) Routes() []ui.Route {
	out := append(p.openRoutes(), p.catalogueRoutes()...)
	out = append(out, p.entryRoutes()...)
	out = append(out, p.applyRoutes()...)
	out = append(out, p.caseRoutes()...)
	out = append(out, p.taskRoutes()...)
	out = append(out, p.documentRoutes()...)
	out = append(out, p.fileRoutes()...)
	out = append(out, p.walletRoutes()...)
	return append(out, p.accountRoutes()...)
}

func (p *Portal) openRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /{$}", Guard: ui.Anyone, Page: p.home},
		{Pattern: "GET /services", Guard: ui.Anyone, Page: p.search},
		{Pattern: "GET /services/{area}/{name}", Guard: ui.Anyone, Page: p.service},
		{Pattern: "GET /entities", Guard: ui.Anyone, Page: p.entities},
		{Pattern: "GET /entities/{org}", Guard: ui.Anyone, Page: p.entity},
		{Pattern: "GET /life-events/{id}", Guard: ui.Anyone, Page: p.lifeEvent},
		{Pattern: "GET /help", Guard: ui.Anyone, Page: fixed("help")},
		{Pattern: "GET /accessibility", Guard: ui.Anyone, Page: fixed("accessibility")},
		{Pattern: "GET /privacy", Guard: ui.Anyone, Page: fixed("privacy")},
	}
}

func (p *Portal) entryRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /sign-in", Guard: ui.Anyone, Page: p.signIn},
		{Pattern: "POST /sign-in", Guard: ui.Anyone, Page: p.askCode},
		{Pattern: "GET /sign-in/code", Guard: ui.Anyone, Page: p.codePage},
		{Pattern: "POST /sign-in/code", Guard: ui.Anyone, Page: p.enter},
		{Pattern: "POST /sign-in/as", Guard: ui.Anyone, Page: p.enterAs},
		{Pattern: "POST /sign-out", Guard: ui.Anyone, Page: p.signOut},
		{Pattern: "GET /confirm-identity", Guard: ui.Resident, Page: p.confirmPage},
		{Pattern: "POST /confirm-identity", Guard: ui.Resident, Page: p.confirm},
		{Pattern: "POST /passkeys/{purpose}/begin", Guard: ui.Anyone, Page: p.beginPasskey, MaxBody: 64 << 10},
		{Pattern: "POST /passkeys/{purpose}/finish", Guard: ui.Anyone, Page: p.finishPasskey, MaxBody: 64 << 10},
	}
}

func (p *Portal) applyRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /apply/{area}/{name}", Guard: ui.Resident, Page: p.startPage},
		{Pattern: "POST /apply/{area}/{name}", Guard: ui.Resident, Page: p.start},
		{Pattern: "GET /cases/{id}/apply", Guard: ui.Resident, Page: p.progress},
		{Pattern: "GET /cases/{id}/apply/{page}", Guard: ui.Resident, Page: p.questions},
		{Pattern: "POST /cases/{id}/apply/{page}", Guard: ui.Anyone, Page: p.answer, MaxBody: upload}, // keeps what a session that ended would lose
		{Pattern: "GET /cases/{id}/check", Guard: ui.Resident, Page: p.checkPage},
		{Pattern: "POST /cases/{id}/check", Guard: ui.Resident, Page: p.submit},
		{Pattern: "GET /cases/{id}/sent", Guard: ui.Resident, Page: p.sent},
		{Pattern: "GET /cases/{id}/wrong/{question}", Guard: ui.Resident, Page: p.wrongPage},
		{Pattern: "POST /cases/{id}/wrong/{question}", Guard: ui.Resident, Page: p.wrong},
		{Pattern: "GET /cases/{id}/present/{question}", Guard: ui.Resident, Page: p.presentPage},
		{Pattern: "GET /cases/{id}/present/{question}/state", Guard: ui.Resident, Page: p.presentState},
		{Pattern: "POST /cases/{id}/present/{question}", Guard: ui.Resident, Page: p.present},
		{Pattern: "GET /cases/{id}/drop", Guard: ui.Resident, Page: p.dropPage},
		{Pattern: "POST /cases/{id}/drop", Guard: ui.Resident, Page: p.drop},
	}
}

func (p *Portal) caseRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /cases", Guard: ui.Resident, Page: p.cases},
		{Pattern: "GET /cases/{id}", Guard: ui.Resident, Page: p.caseOf},
		{Pattern: "GET /cases/{id}/pay", Guard: ui.Resident.AndStepUp(), Page: p.payPage},
		{Pattern: "POST /cases/{id}/pay", Guard: ui.Resident.AndStepUp(), Page: p.pay},
		{Pattern: "GET /cases/{id}/paid", Guard: ui.Resident, Page: p.paid},
		{Pattern: "GET /receipts/{number}", Guard: ui.Resident, Page: p.receipt},
		{Pattern: "GET /cases/{id}/files/{blob}", Guard: ui.Resident, Page: p.file},
	}
}

func (p *Portal) taskRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /cases/{id}/correct", Guard: ui.Resident, Page: p.correctPage},
		{Pattern: "POST /cases/{id}/correct", Guard: ui.Resident, Page: p.correct, MaxBody: upload},
		{Pattern: "GET /cases/{id}/withdraw", Guard: ui.Resident, Page: p.withdrawPage},
		{Pattern: "POST /cases/{id}/withdraw", Guard: ui.Resident, Page: p.withdraw},
		{Pattern: "GET /cases/{id}/appeal", Guard: ui.Resident, Page: p.appealPage},
		{Pattern: "POST /cases/{id}/appeal", Guard: ui.Resident, Page: p.appeal},
		{Pattern: "GET /tasks/{id}", Guard: ui.Resident, Page: p.taskPage},
		{Pattern: "POST /tasks/{id}", Guard: ui.Resident.AndStepUp(), Page: p.answerTask, MaxBody: upload},
	}
}

func (p *Portal) documentRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /documents", Guard: ui.Resident, Page: p.documents},
		{Pattern: "GET /documents/{id}", Guard: ui.Resident, Page: p.document},
		{Pattern: "GET /documents/all.zip", Guard: ui.Resident, Page: p.bundle},
		{Pattern: "GET /documents/{id}/pdf", Guard: ui.Resident, Page: p.paper},
		{Pattern: "GET /documents/{id}/seal", Guard: ui.Resident, Page: p.sealFile},
		{Pattern: "GET /documents/{id}/view", Guard: ui.Resident, Page: p.sheet},
		{Pattern: "GET /documents/{id}/signed", Guard: ui.Resident, Page: p.signed},
		{Pattern: "POST /documents/{id}/abroad", Guard: ui.Resident, Page: p.attest},
		{Pattern: "GET /documents/{id}/abroad/{number}", Guard: ui.Resident, Page: p.attestation},
		{Pattern: "GET /e-register", Guard: ui.Anyone, Page: p.register},
		{Pattern: "POST /documents/{id}/correct", Guard: ui.Resident, Page: p.correctDocument},
		{Pattern: "POST /documents/{id}/shares", Guard: ui.Resident, Page: p.share},
		{Pattern: "POST /documents/{id}/shares/stop", Guard: ui.Resident, Page: p.stopShare},
		{Pattern: "GET /verify", Guard: ui.Anyone, Page: p.verifyPage},
		{Pattern: "GET /v/{code}", Guard: ui.Anyone, Page: p.verify},
		{Pattern: "GET /V/{code}", Guard: ui.Anyone, Page: p.verify}, // as printed codes have it
		{Pattern: "GET /verify/app/{file}", Guard: ui.Anyone, Page: p.verifyApp},
		{Pattern: "GET /verify/worker.js", Guard: ui.Anyone, Page: p.verifyWorker},
	}
}

func (p *Portal) accountRoutes() []ui.Route {
	fresh := ui.Resident.AndStepUp()
	return []ui.Route{
		{Pattern: "GET /inbox", Guard: ui.Resident, Page: p.inbox},
		{Pattern: "GET /inbox/{id}", Guard: ui.Resident, Page: p.message},
		{Pattern: "POST /inbox/read", Guard: ui.Resident, Page: p.readAll},
		{Pattern: "GET /account", Guard: ui.Resident, Page: p.accountPage},
		{Pattern: "POST /account/hat", Guard: ui.Resident, Page: p.wearHat},
		{Pattern: "POST /account/sessions", Guard: ui.Resident, Page: p.endSession},
		{Pattern: "POST /account/preferences", Guard: ui.Resident, Page: p.prefer},
		{Pattern: "GET /account/contact", Guard: fresh, Page: p.contactPage},
		{Pattern: "POST /account/contact", Guard: fresh, Page: p.setContact},
		{Pattern: "GET /account/passkeys/add", Guard: fresh, Page: p.passkeyPage},
		{Pattern: "POST /account/passkeys/remove", Guard: fresh, Page: p.removePasskey},
		{Pattern: "GET /account/looks", Guard: ui.Resident, Page: p.looks},
		{Pattern: "POST /account/looks/ask", Guard: ui.Resident, Page: p.askWhy},
		{Pattern: "GET /account/data", Guard: ui.Resident, Page: p.myData},
		{Pattern: "POST /account/data/dispute", Guard: ui.Resident, Page: p.dispute},
		{Pattern: "GET /account/consents", Guard: ui.Resident, Page: p.consents},
		{Pattern: "POST /account/consents", Guard: ui.Resident, Page: p.speak},
		{Pattern: "GET /account/mandates", Guard: ui.Resident, Page: p.mandates},
		{Pattern: "POST /account/mandates", Guard: fresh, Page: p.give},
		{Pattern: "POST /account/mandates/revoke", Guard: fresh, Page: p.revoke},
	}
}
