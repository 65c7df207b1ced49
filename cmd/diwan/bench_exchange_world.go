package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/gateway"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
)

var (
	benchClient   = xroad.ClientID{Instance: "BH", Class: "GOV", Member: "2", Subsystem: "caller"}
	benchProvider = xroad.ServiceID{ClientID: xroad.ClientID{Instance: "BH", Class: "GOV", Member: "1", Subsystem: "provider"}, Service: "echo"}
)

// exchangeWorld is a caller, two gateways, a service, and bare proxies beside them.
type exchangeWorld struct {
	gateways, one, two string // addresses to call
	caller             *http.Client
	undo               []func()
}

func (w *exchangeWorld) close() {
	for i := len(w.undo) - 1; i >= 0; i-- {
		w.undo[i]()
	}
}

func (w *exchangeWorld) later(f func()) { w.undo = append(w.undo, f) }

// benchKey is a key with a certificate of its own that holds for a day.
func benchKey() (tls.Certificate, error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return tls.Certificate{}, err
	}
	t := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "bench"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true, IsCA: true}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &k.PublicKey, k)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: k, Leaf: leaf}, err
}

func newExchangeWorld(folder string) (w *exchangeWorld, err error) {
	w = &exchangeWorld{}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	dir, err := os.MkdirTemp(folder, "diwan-bench-")
	if err != nil {
		return w, err
	}
	w.later(func() { os.RemoveAll(dir) })
	var keys [4]tls.Certificate
	for i := range keys {
		if keys[i], err = benchKey(); err != nil {
			return w, err
		}
	}
	caller, proxy, service, signing := keys[0], keys[1], keys[2], keys[3]
	w.caller = &http.Client{Transport: benchTransport(caller)}
	at, err := w.listen(&http.Server{Handler: http.HandlerFunc(echo), TLSConfig: mutual(service)})
	if err != nil {
		return w, err
	}
	second, err := w.proxy(proxy, "https://"+at)
	if err != nil {
		return w, err
	}
	w.one = second
	if w.two, err = w.proxy(proxy, second); err != nil {
		return w, err
	}
	return w, w.startGateways(dir, caller, service, signing, "https://"+at)
}

// echo answers with what it got.
func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/octet-stream")
	if r.ContentLength > 0 && r.ContentLength <= 64<<10 {
		b := make([]byte, r.ContentLength)
		if _, err := io.ReadFull(r.Body, b); err == nil {
			w.Write(b)
		}
		return
	}
	w.Header()["Content-Length"] = r.Header["Content-Length"]
	io.Copy(w, r.Body)
}

func mutual(own tls.Certificate) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAnyClientCert, NextProtos: []string{"http/1.1"}}
}

// benchTransport trusts everybody: between the ends of a benchmark there is
// nobody else.
func benchTransport(own tls.Certificate) *http.Transport {
	return &http.Transport{MaxIdleConns: 0, MaxIdleConnsPerHost: 1024, DisableCompression: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS13, NextProtos: []string{"http/1.1"}}}
}

func (w *exchangeWorld) listen(s *http.Server) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s.ErrorLog = log.New(io.Discard, "", 0)
	go s.ServeTLS(l, "", "")
	w.later(func() { s.Close() })
	return l.Addr().String(), nil
}

// proxy is a bare reverse proxy over TLS.
func (w *exchangeWorld) proxy(own tls.Certificate, to string) (string, error) {
	u, err := url.Parse(to)
	if err != nil {
		return "", err
	}
	at, err := w.listen(&http.Server{TLSConfig: mutual(own), Handler: &httputil.ReverseProxy{Transport: benchTransport(own), Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(u) }}})
	return "https://" + at, err
}

func (w *exchangeWorld) startGateways(dir string, caller, service, signing tls.Certificate, at string) error {
	d := directory.Directory{Instance: "BH", Version: 1, Issued: time.Now().Add(-time.Minute), Expires: time.Now().Add(24 * time.Hour),
		Grants: []directory.Grant{{Client: benchClient, Service: benchProvider}}}
	var views [2]*directory.View
	var ids [2]xroad.ServerID
	for i, subsystem := range []xroad.ClientID{benchClient, benchProvider.ClientID} {
		own, err := benchKey()
		if err != nil {
			return err
		}
		ids[i] = xroad.ServerID{Instance: "BH", Class: "GOV", Member: subsystem.Member, Server: "gw"}
		log, err := messagelog.Open(filepath.Join(dir, subsystem.Subsystem), messagelog.Options{Name: ids[i].String(), Clock: time.Now})
		if err != nil {
			return err
		}
		w.later(func() { log.Close() })
		id := &directory.Identity{TLS: own, Signer: signing.PrivateKey.(*ecdsa.PrivateKey), Signing: signing.Leaf}
		views[i] = &directory.View{}
		g := &gateway.Gateway{ID: ids[i], View: views[i], Identity: func() *directory.Identity { return id }, Log: log, Clock: time.Now}
		w.later(g.Close)
		peer, err := w.listen(g.PeerServer())
		if err != nil {
			return err
		}
		if i == 0 {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			clients := g.ClientServer()
			go clients.Serve(g.ClientListener(l, true))
			w.later(func() { clients.Close() })
			w.gateways = "https://" + l.Addr().String() + "/r1/" + benchProvider.String()
		}
		d.Members = append(d.Members, directory.Member{ID: subsystem.Owner(), Subsystems: []directory.Subsystem{{Code: subsystem.Subsystem}}})
		d.Servers = append(d.Servers, directory.Server{ID: ids[i], Address: peer, TLS: [][]byte{own.Certificate[0]}, Signing: [][]byte{signing.Certificate[0]}, Serves: []xroad.ClientID{subsystem}})
	}
	views[0].Replace(directory.NewSnapshot(d, directory.Local{Server: ids[0], Systems: []directory.System{{Client: benchClient, Certificates: [][]byte{caller.Certificate[0]}}}}))
	views[1].Replace(directory.NewSnapshot(d, directory.Local{Server: ids[1], Services: []directory.Service{{ID: benchProvider, URL: at, Trust: [][]byte{service.Certificate[0]}}}}))
	return nil
}
