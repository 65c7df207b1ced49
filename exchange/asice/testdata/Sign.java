import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.xml.crypto.Data;
import javax.xml.crypto.OctetStreamData;
import javax.xml.crypto.dom.DOMStructure;
import javax.xml.crypto.URIDereferencer;
import javax.xml.crypto.dsig.*;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfoFactory;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.ExcC14NParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Signs data.txt with the JDK's own XML signatures: Sign DIR ALGORITHM CANONICALIZATION SIGNATURE. */
class Sign {
    static final String XADES = "http://uri.etsi.org/01903/v1.3.2#";

    public static void main(String[] a) throws Exception {
        Path dir = Path.of(a[0]);
        for (String line : Files.readAllLines(dir.resolve("jobs"))) {
            String[] job = line.split(" ");
            sign(dir, job[0], job[1], job[2], job[3], job.length > 4 ? job[4] : "");
        }
    }

    static void sign(Path dir, String name, String algorithm, String c14n, String method, String prefixes) throws Exception {
        PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(dir.resolve(algorithm + ".key"))));
        byte[] der = Files.readAllBytes(dir.resolve(algorithm + ".cer"));
        X509Certificate cert = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        byte[] data = Files.readAllBytes(dir.resolve("data.txt"));

        DocumentBuilderFactory dbf = DocumentBuilderFactory.newInstance();
        dbf.setNamespaceAware(true);
        Document doc = dbf.newDocumentBuilder().parse(new InputSource(new StringReader(
            "<asic:XAdESSignatures xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\" xmlns:z=\"urn:z\" xmlns=\"urn:default\" xml:lang=\"ar\" z:b=\"2\" a=\"&lt;1&gt;\">\n<!-- around -->\n</asic:XAdESSignatures>")));
        String digest = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(der));
        Document props = dbf.newDocumentBuilder().parse(new InputSource(new StringReader(
            "<xades:QualifyingProperties xmlns:xades=\"" + XADES + "\" xmlns:ds=\"" + XMLSignature.XMLNS + "\" Target=\"#sig\">"
            + "<xades:SignedProperties Id=\"props\"><xades:SignedSignatureProperties><xades:SigningTime>2026-11-29T12:00:00Z</xades:SigningTime>"
            + "<xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm=\"" + DigestMethod.SHA256 + "\"></ds:DigestMethod><ds:DigestValue>" + digest
            + "</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2><xades:SignatureProductionPlaceV2><!-- a comment --><xades:City xmlns:q=\"urn:q\" q:z=\"&quot;&amp;\" z=\"1\">"
            + "المنامة &amp; &gt; &#13;\n<![CDATA[<x>]]></xades:City><plain xmlns=\"\"/><?pi some data?></xades:SignatureProductionPlaceV2></xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties>")));
        Element qualifying = (Element) doc.importNode(props.getDocumentElement(), true);

        XMLSignatureFactory f = XMLSignatureFactory.getInstance("DOM");
        C14NMethodParameterSpec spec = prefixes.isEmpty() ? null : new ExcC14NParameterSpec(List.of(prefixes.split(",")));
        DigestMethod sha512 = f.newDigestMethod(DigestMethod.SHA512, null);
        List<Reference> refs = new ArrayList<>();
        refs.add(f.newReference("data.txt", sha512, null, null, "r1"));
        refs.add(f.newReference("#props", sha512, List.of(f.newTransform(c14n, (TransformParameterSpec) spec)), "http://uri.etsi.org/01903#SignedProperties", null));
        SignedInfo info = f.newSignedInfo(f.newCanonicalizationMethod(c14n, spec), f.newSignatureMethod(method, null), refs);
        KeyInfoFactory kif = f.getKeyInfoFactory();
        XMLSignature s = f.newXMLSignature(info, kif.newKeyInfo(List.of(kif.newX509Data(List.of(cert)))), List.of(f.newXMLObject(List.of(new DOMStructure(qualifying)), null, null, null)), "sig", "value");
        DOMSignContext ctx = new DOMSignContext(key, doc.getDocumentElement());
        ctx.setDefaultNamespacePrefix("ds");
        ctx.putNamespacePrefix(XMLSignature.XMLNS, "ds");
        ctx.setProperty("org.jcp.xml.dsig.secureValidation", false);
        ctx.setIdAttributeNS((Element) qualifying.getElementsByTagNameNS(XADES, "SignedProperties").item(0), null, "Id");
        URIDereferencer usual = f.getURIDereferencer();
        ctx.setURIDereferencer((ref, c) -> ref.getURI().equals("data.txt") ? (Data) new OctetStreamData(new ByteArrayInputStream(data)) : usual.dereference(ref, c));
        s.sign(ctx);
        Transformer t = TransformerFactory.newInstance().newTransformer();
        t.setOutputProperty(OutputKeys.ENCODING, "UTF-8");
        t.transform(new DOMSource(doc), new StreamResult(dir.resolve(name + ".xml").toFile()));
    }
}
