package directory

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Finding is what one hop of a connection looks like, in words.
type Finding struct {
	What gov.Text // the hop
	OK   bool
	Say  gov.Text // how it is
	Do   gov.Text // what to do about it; nil when it is well
}

// Diagnosis looks at a gateway's hops one by one. It changes nothing, and sends
// nothing but TLS handshakes.
type Diagnosis struct {
	Server   xroad.ServerID
	Snapshot *Snapshot
	Identity *Identity // nil: not enrolled, or seen from the centre
	Now      time.Time
	Limit    time.Duration // for each hop that is reached over the network; 0: 5 s
}

func well(what, say gov.Text) Finding { return Finding{What: what, OK: true, Say: say} }

func ill(what gov.Text, err error, do gov.Text) Finding {
	return Finding{What: what, Say: gov.PublicOf(err), Do: do}
}

// Keys looks at the gateway's own certificates.
func (d *Diagnosis) Keys() Finding {
	what := gov.T("مفاتيح البوابة وشهاداتها", "Keys and certificates of the gateway")
	if d.Identity == nil {
		return ill(what, errNotEnrolled, gov.T("اطلب من المركز كلمة مرة واحدة وشغّل: diwan exchange enrol", "Ask the centre for a one-time token and run: diwan exchange enrol"))
	}
	for _, c := range []*x509.Certificate{d.Identity.TLS.Leaf, d.Identity.Signing} {
		if err := d.Snapshot.CheckCertificate(c, d.Now); err != nil {
			return ill(what, err, gov.T("إن انتهت الشهادة أو أُلغيت فاحذف ملفات gateway*.pem من مجلد البوابة وسجّلها من جديد بكلمة جديدة", "If it has expired or was revoked, delete gateway*.pem from the gateway's folder and enrol again with a new token"))
		}
	}
	left := Left(d.Identity.TLS.Leaf, d.Now)
	return well(what, gov.T(fmt.Sprintf("سارية، بقي %d يومًا", left), fmt.Sprintf("valid, %d days left", left)))
}

// Centre asks the centre for the directory, as the gateway does.
func (d *Diagnosis) Centre(ctx context.Context, c *Client) Finding {
	what := gov.T("مركز التبادل", "The centre of the exchange")
	ctx, stop := context.WithTimeout(ctx, d.limit())
	defer stop()
	_, _, err := c.Fetch(ctx, 0, 0, Report{Version: d.Snapshot.Version})
	switch {
	case err == nil:
		return well(what, gov.T("يجيب: "+aside(c.Centre), "answers: "+c.Centre))
	case gov.KindOf(err) == gov.Unavailable && errors.Is(err, errNotEnrolled):
		return ill(what, err, gov.T("سجّل البوابة أولًا", "Enrol the gateway first"))
	case gov.KindOf(err) == gov.Unavailable:
		return ill(what, err, gov.T("تحقق من العنوان والشبكة وجدار الحماية؛ تعمل البوابة بدليلها إلى أن تنتهي صلاحيته", "Check the address, the network and the firewall; the gateway works by its directory until that expires"))
	}
	return ill(what, err, gov.T("إن كانت الساعة فاضبطها بخدمة الوقت (NTP)، وإن كانت الشهادة فسجّل البوابة من جديد", "If it is the clock, set it by a time service (NTP); if it is the certificate, enrol the gateway again"))
}

// Directory looks at the directory that the gateway works by.
func (d *Diagnosis) Directory() Finding {
	what := gov.T("الدليل والساعة", "The directory and the clock")
	if err := d.Snapshot.Usable(d.Now); err != nil {
		return ill(what, err, gov.T("أعد وصل البوابة بالمركز، واضبط الساعتين بخدمة الوقت (NTP)", "Connect the gateway to the centre again and set both clocks by a time service (NTP)"))
	}
	v, until := d.Snapshot.Version, stamp(d.Snapshot.Expires)
	return well(what, gov.T(fmt.Sprintf("رقم %d، صالح إلى %s", v, aside(until)), fmt.Sprintf("number %d, good until %s", v, until)))
}

// Entry looks at what the directory says of the gateway itself.
func (d *Diagnosis) Entry() Finding {
	what := gov.T("قيد البوابة في الدليل", "The gateway's entry in the directory")
	me := d.Snapshot.Server(d.Server)
	switch {
	case me == nil:
		return ill(what, errNoEntry, gov.T("اطلب من المركز قيد البوابة: diwan exchange server add", "Have the centre register the gateway: diwan exchange server add"))
	case len(me.TLS) == 0:
		return ill(what, gov.Fail(gov.Invalid, "لا شهادة سارية للبوابة في الدليل", "The directory has no valid certificate of the gateway"), gov.T("سجّل البوابة بكلمة مرة واحدة", "Enrol the gateway with a one-time token"))
	case d.Identity != nil && d.Snapshot.pinned[Fingerprint(d.Identity.TLS.Leaf.Raw)] != me:
		return ill(what, errForeignPeer, gov.T("شهادة البوابة ليست المقيّدة لها: سجّلها من جديد", "The gateway's certificate is not the one registered for it: enrol it again"))
	case me.Maintenance.Holds(d.Now):
		return ill(what, gov.Fail(gov.Unavailable, "البوابة في صيانة", "The gateway is in maintenance"), gov.T("أنهِ الصيانة: diwan exchange server maintenance --off", "End it: diwan exchange server maintenance --off"))
	case len(me.Serves) == 0:
		return ill(what, gov.Fail(gov.Invalid, "البوابة لا تخدم أي نظام فرعي", "The gateway serves no subsystem"), gov.T("اربط بها نظامًا فرعيًا: diwan exchange server serve", "Let it serve a subsystem: diwan exchange server serve"))
	}
	return well(what, gov.T("عنوانها "+aside(me.Address), "its address is "+me.Address))
}

// Peer reaches a gateway at its address and looks at the certificate it shows.
func (d *Diagnosis) Peer(ctx context.Context, s *Server) Finding {
	what := gov.T("البوابة "+aside(s.ID.String()), "Gateway "+s.ID.String())
	conf := &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, VerifyConnection: func(c tls.ConnectionState) error { // pinned by the directory instead
		p, err := d.Snapshot.Peer(c.PeerCertificates, d.Now)
		if err == nil && p.ID != s.ID {
			err = errForeignPeer
		}
		return err
	}}
	conf.GetClientCertificate = d.shown
	if s.Maintenance.Holds(d.Now) {
		return ill(what, gov.Fail(gov.Unavailable, "البوابة في صيانة: "+s.Maintenance.Notice[gov.Arabic], "The gateway is in maintenance: "+s.Maintenance.Notice[gov.English]), gov.T("انتظر نهاية الصيانة أو اسأل صاحبة البوابة", "Wait for its end or ask the gateway's owner"))
	}
	if err := d.shake(ctx, s.Address, conf); err != nil {
		return ill(what, err, gov.T("تحقق من أن البوابة تعمل على "+aside(s.Address)+" وأن جدار الحماية يسمح بها، وأن شهادتها هي المقيّدة في الدليل", "Check that the gateway runs at "+s.Address+", that the firewall lets it through, and that its certificate is the one in the directory"))
	}
	return well(what, gov.T("تجيب بشهادتها المقيّدة على "+aside(s.Address), "answers with its registered certificate at "+s.Address))
}

// Service reaches the address of a registered service.
func (d *Diagnosis) Service(ctx context.Context, s *Service) Finding {
	what := gov.T("الخدمة "+aside(s.ID.String()), "Service "+s.ID.String())
	if s.Disabled != nil {
		return ill(what, &gov.Error{Kind: gov.Unavailable, Public: s.Disabled}, gov.T("شغّلها: diwan exchange service resume", "Switch it on: diwan exchange service resume"))
	}
	u, err := url.Parse(s.URL)
	if err != nil {
		return ill(what, errURL, gov.T("صحّح العنوان: diwan exchange service add", "Correct the address: diwan exchange service add"))
	}
	port := u.Port()
	var conf *tls.Config
	if u.Scheme == "https" {
		conf = serviceTLS(s.Trust, u.Hostname(), d.Now)
		conf.GetClientCertificate = d.shown
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if err := d.shake(ctx, net.JoinHostPort(u.Hostname(), port), conf); err != nil {
		return ill(what, err, gov.T("تحقق من أن الخدمة تعمل على "+aside(u.Host)+" وأن البوابة تثق بشهادتها (الخيار --trust)", "Check that the service runs at "+u.Host+" and that the gateway trusts its certificate (--trust)"))
	}
	return well(what, gov.T("تجيب على "+aside(u.Host), "answers at "+u.Host))
}

// serviceTLS trusts what a service is registered with: a certificate itself, or
// its issuer.
func serviceTLS(trust [][]byte, host string, now time.Time) *tls.Config {
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if len(trust) == 0 {
		return conf
	}
	roots := x509.NewCertPool()
	for _, der := range trust {
		if c, err := x509.ParseCertificate(der); err == nil {
			roots.AddCert(c)
		}
	}
	conf.InsecureSkipVerify = true // decided here, as the gateway does
	conf.VerifyConnection = func(s tls.ConnectionState) error {
		leaf := s.PeerCertificates[0]
		if slices.ContainsFunc(trust, func(der []byte) bool { return bytes.Equal(der, leaf.Raw) }) {
			return nil
		}
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, CurrentTime: now})
		return err
	}
	return conf
}

// shown is the certificate with which the gateway connects; an empty one before
// it is enrolled.
func (d *Diagnosis) shown(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	if d.Identity == nil {
		return &tls.Certificate{}, nil
	}
	return &d.Identity.TLS, nil
}

func (d *Diagnosis) limit() time.Duration {
	if d.Limit > 0 {
		return d.Limit
	}
	return 5 * time.Second
}

// shake connects, over TLS when conf is set, and says which of both failed.
func (d *Diagnosis) shake(ctx context.Context, address string, conf *tls.Config) error {
	ctx, stop := context.WithTimeout(ctx, d.limit())
	defer stop()
	c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return gov.Fail(gov.Unavailable, "لا اتصال بالعنوان "+aside(address), "No connection to "+address).Because(err)
	}
	defer c.Close()
	if conf == nil {
		return nil
	}
	err = tls.Client(c, conf).HandshakeContext(ctx)
	if known := (*gov.Error)(nil); err == nil || errors.As(err, &known) {
		return err
	}
	return gov.Fail(gov.Unavailable, "فشل اتصال TLS بالعنوان "+aside(address), "TLS with "+address+" failed").Because(err)
}

// Call looks at everything that a call of client to service needs, except the
// network: both registered, somebody serving them, and the right.
func (d *Diagnosis) Call(client xroad.ClientID, service xroad.ServiceID) Finding {
	what := gov.T("حق الاستدعاء", "The right to call")
	s := d.Snapshot
	switch {
	case !s.Knows(client):
		return ill(what, errUnknownClient, gov.T("قيّد العميل: diwan exchange subsystem add", "Register the client: diwan exchange subsystem add"))
	case !s.Knows(service.ClientID):
		return ill(what, gov.Fail(gov.NotFound, "مقدّم الخدمة غير مسجَّل في الدليل", "The provider is not registered in the directory"), gov.T("تحقق من المعرّف حرفًا حرفًا", "Check the identifier letter by letter"))
	case len(s.ServersOf(client)) == 0:
		return ill(what, errNotServed, gov.T("اربط العميل ببوابة: diwan exchange server serve", "Let a gateway serve the client: diwan exchange server serve"))
	case len(s.ServersOf(service.ClientID)) == 0:
		return ill(what, gov.Fail(gov.NotFound, "لا بوابة تخدم مقدّم الخدمة", "No gateway serves the provider"), gov.T("اربطه ببوابة: diwan exchange server serve", "Let a gateway serve it: diwan exchange server serve"))
	case len(s.GrantsOf(client, service, d.Now)) == 0:
		return ill(what, errNoRight, gov.T("يلزم اتفاق سارٍ، أو حق يضعه المشغّل: diwan exchange access add", "An active agreement is needed, or a right that the operator sets: diwan exchange access add"))
	}
	return well(what, gov.T("موجود", "is there"))
}

// All looks at everything that the gateway itself can see, except the centre.
func (d *Diagnosis) All(ctx context.Context) []Finding {
	out := []Finding{d.Keys(), d.Directory(), d.Entry()}
	for i := range d.Snapshot.Servers {
		out = append(out, d.Peer(ctx, &d.Snapshot.Servers[i]))
	}
	for i := range d.Snapshot.Local.Services {
		out = append(out, d.Service(ctx, &d.Snapshot.Local.Services[i]))
	}
	return out
}

// FromOutside looks at what others see of the gateway: its entry, and whether it
// answers at its address with its certificate. Identity is whose eyes look.
func (d *Diagnosis) FromOutside(ctx context.Context) []Finding {
	mine := d.Identity
	d.Identity = nil
	out := []Finding{d.Directory(), d.Entry()}
	d.Identity = mine
	if s := d.Snapshot.Server(d.Server); s != nil {
		out = append(out, d.Peer(ctx, s))
	}
	return out
}
