package seal

import (
	"net/url"
	"strings"

	"diwan.example/gov"
)

// LongestQR is how many characters the text in a printed code may have, so that
// its squares stay large enough for a telephone's camera.
const LongestQR = 720

// QR is the text in the printed code: the address of the document in capitals,
// which phone cameras open, and the seal in its fragment, which never reaches a
// server. All of it but one character is of a QR code's alphanumeric mode.
func QR(base, code string, raw []byte) string {
	address := strings.ToUpper(base) + "/V/" + code
	if strings.Trim(address, alphabet) != "" { // an address that capitals would change for the worse
		address = base + "/v/" + code
	}
	return address + "#" + escaped.Replace(Base45(raw))
}

var (
	escaped   = strings.NewReplacer(" ", "%20", "%", "%25")
	unescaped = strings.NewReplacer("%20", " ", "%25", "%")
)

// Kind is what somebody has scanned.
type Kind string

// The kinds of scans.
const (
	Sealed  Kind = "sealed"  // a seal of ours or of a house that seals as we do: Host, Code, Raw
	Coded   Kind = "coded"   // an address or code alone: it says nothing without a network
	Foreign Kind = "foreign" // the certificate of another scheme, such as HC1
	Nothing Kind = "nothing" // something else
)

// Scan is a text from a QR code, told apart.
type Scan struct {
	Kind Kind
	Host string // in small letters; empty when the text names none
	Code string
	Raw  []byte // the seal
}

// longestScan bounds what is looked at: a QR code holds no more than 7,089
// characters, and the long form never stands in one.
const longestScan = 8 << 10

// ReadQR tells apart what stands in a QR code. A seal names the host of its
// issuer, which may be another country's: the keys decide, not the host.
func ReadQR(text string) Scan {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > longestScan {
		return Scan{Kind: Nothing}
	}
	if scheme, _, ok := strings.Cut(text, ":"); ok && foreign[strings.ToUpper(scheme)] {
		return Scan{Kind: Foreign}
	}
	address, fragment, has := strings.Cut(text, "#")
	s := readAddress(address)
	if !has {
		return s
	}
	raw, err := FromBase45(unescaped.Replace(fragment))
	if err != nil || s.Kind == Nothing || len(raw) < 16 {
		return Scan{Kind: Nothing, Host: s.Host}
	}
	s.Kind, s.Raw = Sealed, raw
	return s
}

// readAddress reads what stands before the seal.
func readAddress(text string) Scan {
	u, err := url.Parse(text)
	if err != nil {
		return Scan{Kind: Nothing}
	}
	if u.Scheme == "" {
		if code := strings.ToUpper(gov.Digits(text)); len(code) >= 14 && strings.Trim(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ- ") == "" {
			return Scan{Kind: Coded, Code: strings.NewReplacer("-", "", " ", "").Replace(code)}
		}
		return Scan{Kind: Nothing}
	}
	host := strings.ToLower(u.Host)
	cut := strings.LastIndex(strings.ToLower(u.Path), "/v/")
	if u.Scheme != "https" && u.Scheme != "http" || host == "" || cut < 0 || strings.Contains(u.Path[cut+3:], "/") {
		return Scan{Kind: Nothing, Host: host}
	}
	return Scan{Kind: Coded, Host: host, Code: strings.ToUpper(u.Path[cut+3:])}
}

// foreign are the prefixes of other countries' certificates.
var foreign = map[string]bool{"HC1": true, "SHC": true, "VC1": true, "LT1": true, "VDS": true, "DC": true, "OPENID4VP": true, "MDOC": true, "NZCP": true}

// Fits reports whether the text of a seal will keep to LongestQR, before it is
// signed: spaces and percent signs, which are written as three characters, are
// counted as often as chance makes them, and some more.
func Fits(s Seal, base string) bool {
	c, err := s.content()
	if err != nil {
		return false
	}
	payload, err := encoding.Marshal(c)
	chars := (len(payload) + len(s.Key) + envelope) * 3 / 2
	return err == nil && chars+chars*4/45+margin+len(base)+len("/V/#")+len(s.Code) <= LongestQR
}

// The bytes around a payload: tag, headers, lengths, signature; and the
// characters by which chance may exceed the mean.
const (
	envelope = 82
	margin   = 24
)
