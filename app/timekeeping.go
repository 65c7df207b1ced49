package app

import (
	"context"
	"crypto/x509"
	"os"
	"sync"

	"diwan.example/gov"
	"diwan.example/internal/sign"
	"diwan.example/internal/timestamp"
)

// timekeeping is who stamps the signatures of documents' pages: the authority that
// is configured, else the house's own, whose key is made at the first page.
func (a *App) timekeeping() timestamp.Stamp {
	if a.Config.DocumentsTimestamp != "" {
		return (&timestamp.Client{URL: a.Config.DocumentsTimestamp, Clock: a.DB.Now}).Stamp
	}
	var own *timestamp.Authority
	var once sync.Mutex
	return func(ctx context.Context, data []byte) ([]byte, error) {
		once.Lock()
		if own == nil {
			made, err := a.Issuer.Keys().Timekeeper(ctx)
			if err != nil {
				once.Unlock()
				return nil, err
			}
			own = made
		}
		once.Unlock()
		return own.Stamp(ctx, data)
	}
}

// trustedClocks reads the certificates of the time-stamping authorities that the
// trust list names beside the house's own.
func (a *App) trustedClocks() (out []*x509.Certificate, err error) {
	if a.Config.DocumentsTimestampTrust == "" {
		return nil, nil
	}
	bad := gov.Fail(gov.Invalid, "تعذّرت قراءة شهادات جهة الختم الزمني", "The certificates of the time-stamping authority cannot be read").At("documents-timestamp-trust")
	b, err := os.ReadFile(a.Config.DocumentsTimestampTrust)
	if err != nil {
		return nil, bad.Because(err)
	}
	if out, err = sign.ReadCertificates(b); err != nil {
		return nil, bad.Because(err)
	}
	return out, nil
}
