package pdf

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// xmp is the metadata that archives read: titles in all languages, the time, and
// which standards the file keeps: PDF/A-3b (ISO 19005-3) and PDF/UA-1 (ISO 14289-1).
func (p *press) xmp() []byte {
	var titles, langs strings.Builder
	fmt.Fprintf(&titles, `<rdf:li xml:lang="x-default">%s</rdf:li>`, escape(p.title()))
	for _, l := range p.langs {
		if s := p.doc.Title[l]; s != "" {
			fmt.Fprintf(&titles, `<rdf:li xml:lang="%s">%s</rdf:li>`, pdfName(string(l)), escape(stripDirection(s)))
		}
		fmt.Fprintf(&langs, `<rdf:li>%s</rdf:li>`, pdfName(string(l)))
	}
	at := p.doc.Created.UTC().Format(time.RFC3339)
	return fmt.Appendf(nil, `<?xpacket begin="%s" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format><dc:title><rdf:Alt>%s</rdf:Alt></dc:title><dc:identifier>%s</dc:identifier><dc:language><rdf:Bag>%s</rdf:Bag></dc:language>
<xmp:CreateDate>%s</xmp:CreateDate><xmp:CreatorTool>Diwan</xmp:CreatorTool><pdf:Producer>Diwan</pdf:Producer>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>%s</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`, "\uFEFF", titles.String(), escape(p.doc.Number), langs.String(), at, accessibleSchema)
}

// accessibleSchema describes the one property above that PDF/A itself does not know.
const accessibleSchema = `
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>`

// escape writes text for XML.
func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
