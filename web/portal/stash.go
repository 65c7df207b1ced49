package portal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// When a session ends in the middle of a form, what was typed is kept for half
// an hour: in the database, sealed with a key that stands only in a cookie of
// that browser. It is given back on the same page, which only the owner of the
// application can open.

const (
	stashCookie = "kept"
	stashLife   = 30 * time.Minute
	stashLimit  = 512 << 10
)

// kept is what a stash holds.
type kept struct {
	Path string     `json:"path"`
	Form url.Values `json:"form"`
}

// keep stores the posted form and gives the browser the key to it. Errors:
// TooMany, Invalid when it is larger than any page of questions.
func (p *Portal) keep(w http.ResponseWriter, r *http.Request) error {
	if err := p.Gate.Limit(r.Context(), "keep from "+client(r).Address, 60, stashLife); err != nil {
		return err
	}
	b, err := json.Marshal(kept{r.URL.Path, r.PostForm})
	if err != nil {
		return err
	}
	if len(b) > stashLimit {
		return gov.Fail(gov.Invalid, "ما أرسلته أكبر من المسموح به", "What you sent is larger than allowed")
	}
	key := rand.Text()
	body, err := seal(key, b)
	if err != nil {
		return err
	}
	err = p.write(r, func(tx *db.Tx) error {
		return insertStash(tx, stashID(key), body, tx.Now().Add(stashLife).UnixMilli())
	})
	if err != nil {
		return err
	}
	http.SetCookie(w, p.cookie(stashCookie, key, int(stashLife.Seconds())))
	return nil
}

// keptFor gives back, once, what was kept for this page.
func (p *Portal) keptFor(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	c, err := r.Cookie(stashCookie)
	if err != nil {
		return nil, nil
	}
	var body string
	var ok bool
	err = p.write(r, func(tx *db.Tx) error { body, ok, err = takeStash(tx, stashID(c.Value)); return err })
	if err != nil {
		return nil, err
	}
	http.SetCookie(w, p.cookie(stashCookie, "", -1))
	b, err := open(c.Value, body)
	var k kept
	if !ok || err != nil || json.Unmarshal(b, &k) != nil || k.Path != r.URL.Path {
		return nil, nil
	}
	return k.Form, nil
}

func (p *Portal) cookie(name, value string, age int) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(p.Gate.Origin, "https://")}
}

func stashID(key string) string {
	sum := sha256.Sum256([]byte("id " + key))
	return hex.EncodeToString(sum[:])
}

func stashCipher(key string) (cipher.AEAD, error) {
	sum := sha256.Sum256([]byte("seal " + key))
	block, err := aes.NewCipher(sum[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func seal(key string, b []byte) (string, error) {
	c, err := stashCipher(key)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(c.Seal(nil, nil, b, nil)), nil
}

func open(key, body string) ([]byte, error) {
	c, err := stashCipher(key)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return nil, err
	}
	return c.Open(nil, nil, b, nil)
}
