package asice

import (
	"bytes"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"io/fs"
	"strings"

	"errors"

	"diwan.example/gov"
)

// X-Road signs and stamps batches: what is signed is the result of a hash chain
// (sig-hashchainresult.xml, ts-hashchainresult.xml), and the chain names the files.
const chainSpace = "http://cyber.ee/hashchain"

// follow adds to a signature the files that its hash chain results lead to.
func (v *verifier) follow(s *Signature) (ok bool, err error) {
	for _, name := range s.Covers {
		if !strings.HasSuffix(name, "hashchainresult.xml") {
			continue
		}
		c, err := v.chain(name)
		if gov.KindOf(err) == gov.Invalid {
			return false, err
		}
		if err != nil {
			v.bad("سلسلة البصمات "+quoted(name)+" غير صحيحة", "The hash chain "+quoted(name)+" is wrong")
			return false, nil
		}
		for _, m := range c.missing {
			v.note(fmt.Sprintf("الملف %s الذي تذكره سلسلة البصمات ليس في الحاوية", quoted(m)), fmt.Sprintf("The file %s that the hash chain names is not in the container", quoted(m)))
		}
		s.Covers = append(s.Covers, append(c.files, c.found...)...)
	}
	return true, nil
}

// hashChain is one being worked out.
type hashChain struct {
	v       *verifier
	roots   map[string]*element // chain files
	files   []string            // that the chain itself is kept in
	found   []string
	missing []string
	steps   int
}

var errChain = errors.New("asice: the hash chain does not lead to its result")

// chain works out a hash chain from its result, and compares every file that is here.
func (v *verifier) chain(result string) (*hashChain, error) {
	b, err := v.read(result)
	if err != nil {
		return nil, err
	}
	root, err := parse(b)
	if err != nil {
		return nil, errors.Join(errChain, err)
	}
	algorithm, want, err := digestOf(root)
	h, known := digests[algorithm]
	if err != nil || !known || !root.is(chainSpace, "HashChainResult") {
		return nil, errChain
	}
	c := &hashChain{v: v, roots: map[string]*element{}}
	step, err := c.step(root.attr("URI"), "")
	if err != nil {
		return nil, err
	}
	sum := h.New()
	sum.Write(step)
	if !bytes.Equal(sum.Sum(nil), want) {
		return nil, errChain
	}
	return c, nil
}

// single is one digest as the step's bytes hold it.
type single struct {
	Value      []byte
	Method     string `asn1:"utf8"`
	Transforms []asn1.RawValue
}

// step is the bytes of a step: a DER sequence of the digests in it.
func (c *hashChain) step(uri, file string) ([]byte, error) {
	base, id, ok := strings.Cut(uri, "#")
	if c.steps++; !ok || id == "" || c.steps > 200 {
		return nil, errChain
	}
	if base != "" {
		file = local(base)
	}
	root, err := c.load(file)
	if err != nil {
		return nil, err
	}
	var step *element
	for _, e := range root.elements("HashStep") {
		if e.attr("id") == id {
			step = e
		}
	}
	if step == nil {
		return nil, errChain
	}
	var list []single
	for _, child := range step.children {
		if e, ok := child.(*element); ok {
			s, err := c.value(e, root, file)
			if err != nil {
				return nil, err
			}
			list = append(list, s)
		}
	}
	return asn1.Marshal(list)
}

func (c *hashChain) load(file string) (*element, error) {
	if root := c.roots[file]; root != nil {
		return root, nil
	}
	if file == "" {
		return nil, errChain
	}
	b, err := c.v.read(file)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = errChain
		}
		return nil, err
	}
	root, err := parse(b)
	if err != nil || !root.is(chainSpace, "HashChain") {
		return nil, errors.Join(errChain, err)
	}
	c.roots[file], c.files = root, append(c.files, file)
	return root, nil
}

func (c *hashChain) value(e, root *element, file string) (single, error) {
	algorithm := attrOf(root.down("DefaultDigestMethod"), "Algorithm")
	if m := e.down("DigestMethod"); m != nil {
		algorithm = m.attr("Algorithm")
	}
	h, known := digests[algorithm]
	if !known || e.down("Transforms") != nil {
		return single{}, errChain
	}
	out := single{Method: algorithm, Transforms: []asn1.RawValue{}}
	if e.local == "StepRef" {
		b, err := c.step(e.attr("URI"), file)
		sum := h.New()
		sum.Write(b)
		out.Value = sum.Sum(nil)
		return out, err
	}
	var err error
	if out.Value, err = base64.StdEncoding.Strict().DecodeString(e.down("DigestValue").words()); err != nil || len(out.Value) != h.Size() {
		return out, errChain
	}
	switch e.local {
	case "HashValue":
		return out, nil
	case "DataRef":
		return out, c.file(local(e.attr("URI")), algorithm, out.Value)
	}
	return out, errChain
}

func (c *hashChain) file(name, algorithm string, want []byte) error {
	if name == "" {
		return errChain
	}
	sum, err := c.v.sum(name, algorithm)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c.missing = append(c.missing, name)
		return nil
	case err != nil:
		return err
	case !bytes.Equal(sum, want):
		return errChain
	}
	c.found = append(c.found, name)
	return nil
}
