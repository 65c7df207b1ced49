package asice

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/timestamp"
)

// stamps checks the timestamps in META-INF: over an ASiCManifest as the standard
// has it, or as X-Road has it over the result of a hash chain or over the value of
// the one signature.
func (v *verifier) stamps() error {
	for _, file := range v.inMeta("timestamp", ".tst") {
		raw, err := v.read(file)
		if err != nil {
			return err
		}
		m := v.manifestOf(file)
		if m != nil {
			ok, err := v.references(m.refs, &Signature{})
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
		}
		what, err := v.stamped(m)
		if err != nil {
			return err
		}
		if err := v.stamp(file, der(raw), what); err != nil {
			return err
		}
	}
	return nil
}

// der takes a token as it is, or in base64 as X-Road writes it.
func der(raw []byte) []byte {
	if len(raw) > 0 && raw[0] != 0x30 {
		if b, err := base64.StdEncoding.Strict().DecodeString(strings.Join(strings.Fields(string(raw)), "")); err == nil {
			return b
		}
	}
	return raw
}

func (v *verifier) manifestOf(stamp string) *manifest {
	for _, file := range v.inMeta("ASiCManifest", ".xml") {
		b, err := v.read(file)
		if err != nil {
			return nil
		}
		if m, err := readManifest(file, b); err == nil && m.signature == stamp {
			return m
		}
	}
	return nil
}

// content is something that a token may be over, and what that proves.
type content struct {
	bytes  []byte
	files  []string // it is about
	proves []string // signatures that must have been there
	ar, en string
}

// stamped are the things that a token may stand for, the standard's first.
func (v *verifier) stamped(m *manifest) (out []content, err error) {
	if m != nil {
		var files []string
		for _, r := range m.refs {
			files = append(files, r.name)
		}
		out = append(out, content{m.bytes, files, files, quoted(strings.Join(files, "، ")), quoted(strings.Join(files, ", "))})
		if len(m.refs) == 1 && strings.HasSuffix(m.refs[0].name, "hashchainresult.xml") {
			b, err := v.read(m.refs[0].name)
			if err != nil && gov.KindOf(err) == gov.Invalid {
				return nil, err
			}
			out = append(out, content{b, files, files, "سلسلة البصمات", "the hash chain"})
		}
	}
	for _, s := range v.Signatures {
		out = append(out, content{s.value, nil, []string{s.File}, "قيمة التوقيع", "the signature's value"})
	}
	return out, nil
}

func (v *verifier) stamp(file string, raw []byte, what []content) error {
	for _, c := range what {
		t, err := timestamp.Check(raw, c.bytes)
		if err != nil {
			continue
		}
		covers := &Signature{Covers: slices.Clone(c.files)}
		if ok, err := v.follow(covers); err != nil || !ok {
			return err
		}
		for _, name := range covers.Covers {
			v.covered[name] = true
		}
		v.Stamps = append(v.Stamps, Stamp{file, t.Time, t.Authority, append(c.proves, covers.Covers...)})
		v.good(fmt.Sprintf("ختم زمني صحيح عند %s من %s على %s", clock(t.Time), subject(t.Authority), c.ar),
			fmt.Sprintf("A valid timestamp of %s by %s over %s", clock(t.Time), subject(t.Authority), c.en))
		v.authority(t)
		return nil
	}
	v.bad("الختم الزمني "+quoted(file)+" غير صحيح أو لبيانات أخرى", "The timestamp "+quoted(file)+" is wrong or for other data")
	return nil
}

func (v *verifier) authority(t *timestamp.Token) {
	switch {
	case v.o.Roots == nil:
		v.note("لم يُتحقق من جهة الختم الزمني "+subject(t.Authority)+": لم تُعطَ شهادة يوثق بها", "The time-stamping authority "+subject(t.Authority)+" was not checked: no certificate to trust was given")
	case t.TrustedBy(v.o.Roots) != nil:
		v.bad("جهة الختم الزمني غير معروفة: "+subject(t.Authority), "The time-stamping authority is unknown: "+subject(t.Authority))
	default:
		v.good("جهة الختم الزمني "+subject(t.Authority)+" يوثق بها", "The time-stamping authority "+subject(t.Authority)+" is trusted")
	}
}

// innerStamps checks the timestamps within an XAdES signature, over its value.
func (v *verifier) innerStamps(file string, x *xades) error {
	properties := x.signature.down("Object", "QualifyingProperties", "UnsignedProperties", "UnsignedSignatureProperties")
	if properties == nil {
		return nil
	}
	for _, e := range properties.elements("SignatureTimeStamp") {
		f, ok := form{}, true
		if m := e.down("CanonicalizationMethod"); m != nil {
			f, ok = formOf(m)
		}
		raw, err := base64.StdEncoding.Strict().DecodeString(e.down("EncapsulatedTimeStamp").words())
		if !ok || err != nil {
			v.note("في "+quoted(file)+" ختم زمني لا يُقرأ هنا", "In "+quoted(file)+" there is a timestamp that is not read here")
			continue
		}
		ar, en, proves := "قيمة التوقيع", "the signature's value", []string{file}
		value := f.canonical(x.signature.down("SignatureValue"))
		what := []content{{value, nil, proves, ar, en}, {x.value, nil, proves, ar, en}} // the standard's way, and X-Road's
		if err := v.stamp(file, raw, what); err != nil {
			return err
		}
	}
	if list := properties.elements("RevocationValues"); len(list) > 0 {
		v.note("في التوقيع أدلة على حال الشهادة (OCSP) لم تُفحص", "The signature brings evidence of the certificate's status (OCSP), which was not examined")
	}
	return nil
}
