package portal

import (
	"html/template"
	"net/http"
	"slices"
	"strings"

	"diwan.example/document"
	"diwan.example/document/vci"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

// walletPart is what a document's page says of wallets.
type walletPart struct {
	Offered bool // it may go into one now
	Copies  []walletCopy
}

type walletCopy struct {
	vci.Copy
	Tag tag
}

var copyTones = map[vci.State]string{vci.Accepted: "good", vci.Handed: "good", vci.Failed: "bad", vci.Taken: "warn", vci.Deleted: "quiet"}

var copyWords = map[vci.State]gov.Text{
	vci.Handed:   gov.T("أُرسلت إلى المحفظة", "Sent to the wallet"),
	vci.Accepted: gov.T("محفوظة في المحفظة", "Kept in the wallet"),
	vci.Failed:   gov.T("لم تستطع المحفظة حفظها", "The wallet could not keep it"),
	vci.Deleted:  gov.T("حُذفت من المحفظة", "Deleted in the wallet"),
	vci.Taken:    gov.T("ألغيتَها", "You ended it"),
}

func (p *Portal) walletPart(r *http.Request, d document.Document) (out walletPart, err error) {
	if p.Wallets == nil {
		return out, nil
	}
	all, err := p.Wallets.Copies(me(r), d.ID)
	if gov.KindOf(err) == gov.NotFound { // an officer's view of it, or an altered one
		return out, nil
	}
	if err != nil {
		return out, err
	}
	for _, c := range all {
		out.Copies = append(out.Copies, walletCopy{c, tag{copyWords[c.State], copyTones[c.State]}})
	}
	out.Offered, err = p.Wallets.Offered(me(r), d)
	return out, err
}

// makeOffer begins handing a document to a wallet.
func (p *Portal) makeOffer(w http.ResponseWriter, r *http.Request) error {
	id := gov.DocumentID(r.PathValue("id"))
	if p.Wallets == nil {
		return errNoWallets
	}
	x, err := p.Wallets.Make(me(r), id)
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/documents/"+string(id)+"/wallet/"+x.ID)
}

var errNoWallets = gov.Fail(gov.NotFound, "لا توجد هذه الصفحة", "There is no such page")

type offerPage struct {
	vci.Offer
	QR   template.URL
	Open template.URL // the same, for a wallet on this device
	Left int          // tries
}

// offer shows how a wallet fetches a document: the square, the link and the code.
func (p *Portal) offer(w http.ResponseWriter, r *http.Request) error {
	if p.Wallets == nil {
		return errNoWallets
	}
	x, err := p.Wallets.Offer(me(r), gov.DocumentID(r.PathValue("id")), r.PathValue("offer"))
	if err != nil {
		return err
	}
	data := offerPage{Offer: x, Open: template.URL(x.Link)} // our own link
	if data.QR, err = qrOf(x.Link); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return pages.Render(w, r, "wallet-offer", data)
}

// takeBack ends a copy in a wallet.
func (p *Portal) takeBack(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	if p.Wallets == nil {
		return errNoWallets
	}
	if err := p.Wallets.TakeBack(me(r), r.PostForm.Get("copy")); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/documents/"+r.PathValue("id")+"#wallet")
}

type consentPage struct {
	vci.Asked
	Problems gov.Problems
	Nothing  bool // the reader holds none of what is asked for

	chosen []gov.DocumentID // what was sent, when it was wrong
}

// One reports whether one of several documents of a kind is chosen.
func (c consentPage) One(x vci.AskedItem) bool { return !c.Several && len(x.Choices) > 1 }

// Chosen reports whether a document is ticked: what was sent; before that, the
// only one of a kind when it is the person's own.
func (c consentPage) Chosen(x vci.AskedItem, d vci.Choice) bool {
	if c.Problems != nil {
		return slices.Contains(c.chosen, d.Document)
	}
	return len(x.Choices) == 1 && len(d.For) == 0
}

// walletConsent asks a person whether a wallet may have their documents.
func (p *Portal) walletConsent(w http.ResponseWriter, r *http.Request) error {
	return p.showConsent(w, r, http.StatusOK, nil, nil)
}

func (p *Portal) showConsent(w http.ResponseWriter, r *http.Request, status int, chosen []gov.DocumentID, wrong gov.Problems) error {
	if p.Wallets == nil {
		return errNoWallets
	}
	a, err := p.Wallets.Asked(me(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	data := consentPage{Asked: a, Problems: wrong, Nothing: true, chosen: chosen}
	for _, x := range a.Items {
		data.Nothing = data.Nothing && len(x.Choices) == 0
	}
	return pages.RenderStatus(w, r, status, "wallet-consent", data)
}

type backPage struct {
	To      template.URL
	Allowed bool
}

// answerWallet does what the person decided and leads back to the wallet.
func (p *Portal) answerWallet(w http.ResponseWriter, r *http.Request) (err error) {
	if err := formOf(r); err != nil {
		return err
	}
	if p.Wallets == nil {
		return errNoWallets
	}
	var to string
	var chosen []gov.DocumentID
	allowed := r.PostForm.Get("decision") == "allow"
	if allowed {
		chosen = chosenIn(r)
		to, err = p.Wallets.Allow(me(r), r.PathValue("id"), chosen)
	} else {
		to, err = p.Wallets.Decline(me(r), r.PathValue("id"))
	}
	if problems, wrong := fieldProblems(err); wrong {
		return p.showConsent(w, r, http.StatusUnprocessableEntity, chosen, problems)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return pages.Render(w, r, "wallet-back", backPage{template.URL(to), allowed}) // vci let only such addresses through
}

// chosenIn are the documents ticked on the page, of every kind.
func chosenIn(r *http.Request) (out []gov.DocumentID) {
	for name, all := range r.PostForm {
		if !strings.HasPrefix(name, "document-") {
			continue
		}
		for _, id := range all {
			if id != "" {
				out = append(out, gov.DocumentID(id))
			}
		}
	}
	return out
}

func (p *Portal) walletRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "POST /documents/{id}/wallet", Guard: ui.Resident, Page: p.makeOffer},
		{Pattern: "GET /documents/{id}/wallet/{offer}", Guard: ui.Resident, Page: p.offer},
		{Pattern: "POST /documents/{id}/wallet/back", Guard: ui.Resident, Page: p.takeBack},
		{Pattern: "GET /wallet/consent/{id}", Guard: ui.Resident, Page: p.walletConsent},
		{Pattern: "POST /wallet/consent/{id}", Guard: ui.Resident, Page: p.answerWallet},
	}
}
