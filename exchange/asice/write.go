package asice

import (
	"archive/zip"
	"compress/flate"
	"crypto/x509"
	"errors"
	"hash/crc32"
	"io"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/gov"
)

// Part is one message for a container, with all that proves it.
type Part struct {
	Head    *message.Head
	Signed  message.Signed
	Cert    *x509.Certificate   // the signer's
	Issuers []*x509.Certificate // of Cert, as far as they are known
	Block   []byte              // nil: not kept
	Body    io.Reader           // nil: there was none, or it is left out

	Proof *message.Proof // nil: not sealed yet
	Seal  *message.Seal
	Token []byte // of the authority, over Seal's manifest
}

// Write writes a container of one exchange: a request, a response, or both. It has
//
//	mimetype
//	request.head  request.headers  request.body     what was signed
//	META-INF/ASiCManifest-request.xml               their digests
//	META-INF/signature-request.p7s                  CAdES over the manifest
//	META-INF/proof-request.txt                      where the log kept it, under which seal
//	seal-1.txt  META-INF/ASiCManifest-seal-1.xml    the seal and the manifest that is stamped
//	META-INF/timestamp-seal-1.tst                   RFC 3161
//
// and the same for response. A message that was signed together with others has,
// instead of manifest and signature of its own,
//
//	META-INF/share-request.txt                      its place in the batch
//	batch-0123456789abcdef.txt                      the batch: how many, their root, the time
//	META-INF/ASiCManifest-batch-….xml               the batch's digest
//	META-INF/signature-batch-….p7s                  CAdES over that manifest
//
// Errors: Invalid when two parts are of one kind; those of w.
func Write(w io.Writer, parts ...Part) error {
	if len(parts) == 0 || len(parts) > 2 || len(parts) == 2 && parts[0].Head.Kind == parts[1].Head.Kind {
		return gov.Fail(gov.Invalid, "الحاوية لطلب واحد وجوابه", "A container is for one request and its response")
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	if err := z.SetComment("mimetype=" + mimeType); err != nil {
		return err
	}
	if err := writeMime(z); err != nil {
		return err
	}
	seals, batches := map[uint64]bool{}, map[string]bool{}
	for _, p := range parts {
		if err := p.write(z, batches); err != nil {
			return err
		}
		if p.Proof != nil && !seals[p.Seal.First] {
			seals[p.Seal.First] = true
			if err := p.writeSeal(z); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

// firstDay is the first day that ZIP files know, 1 January 1980. A later time would
// put a field between name and content.
const firstDay = 1<<5 | 1

// writeMime writes the first file as the standard wants it: stored, with nothing
// between its name and its content.
func writeMime(z *zip.Writer) error {
	h := &zip.FileHeader{Name: mimeFile, Method: zip.Store, ModifiedDate: firstDay, CRC32: crc32.ChecksumIEEE([]byte(mimeType)), CompressedSize64: uint64(len(mimeType)), UncompressedSize64: uint64(len(mimeType))}
	f, err := z.CreateRaw(h)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, mimeType)
	return err
}

func put(z *zip.Writer, at time.Time, name string, r io.Reader) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at.UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return err
}

// write writes one message. batches are the signatures over several messages that
// are in the container already.
func (p *Part) write(z *zip.Writer, batches map[string]bool) error {
	f, err := p.Head.Fix()
	if err != nil {
		return err
	}
	kind := string(p.Head.Kind)
	files, err := p.signed(f, batches)
	if err != nil {
		return err
	}
	files = append([]file{{kind + ".head", f.Text}}, files...)
	if len(p.Block) > 0 {
		files = append(files, file{kind + ".headers", p.Block})
	}
	if p.Proof != nil {
		files = append(files, file{meta + "proof-" + kind + ".txt", p.Proof.Text()})
	}
	err = putAll(z, p.Head.Time, files)
	if err == nil && p.Body != nil && p.Head.Size > 0 {
		err = put(z, p.Head.Time, kind+".body", p.Body)
	}
	return err
}

// signed are the files of the signature: of this message alone, or of the batch it
// was signed in, and its share of that.
func (p *Part) signed(f *message.Fixed, batches map[string]bool) ([]file, error) {
	kind := string(p.Head.Kind)
	share, err := p.Signed.Share()
	if err != nil {
		return nil, err
	}
	if share == nil {
		cms, err := message.CMS(p.Signed, p.Head, p.Cert, p.Issuers...)
		return []file{{meta + "ASiCManifest-" + kind + ".xml", f.Manifest()}, {meta + "signature-" + kind + ".p7s", cms}}, err
	}
	batch, err := share.Batch(f)
	if err != nil {
		return nil, err
	}
	files := []file{{meta + "share-" + kind + ".txt", share.Text(f.Head.Kind, batch)}}
	if batches[batch.Name()] {
		return files, nil
	}
	batches[batch.Name()] = true
	cms, err := batch.CMS(p.Signed, share, p.Cert, p.Issuers...)
	return append(files, file{batch.File(), batch.Text()}, file{batch.ManifestFile(), batch.Manifest()}, file{batch.SignatureFile(), cms}), err
}

type file struct {
	name string
	b    []byte
}

func putAll(z *zip.Writer, at time.Time, files []file) (err error) {
	for _, f := range files {
		w, e := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at.UTC().Truncate(time.Second)})
		if e == nil {
			_, e = w.Write(f.b)
		}
		err = errors.Join(err, e)
	}
	return err
}

func (p *Part) writeSeal(z *zip.Writer) error {
	return putAll(z, p.Proof.At, []file{{p.Seal.File(), p.Seal.Text()}, {p.Seal.ManifestFile(), p.Seal.Manifest()}, {p.Seal.StampFile(), p.Token}})
}
