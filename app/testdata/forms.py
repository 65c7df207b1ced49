"""Reads the text of a printed code with libraries that are not ours, trusting the
authority's root alone: python3 forms.py < {"text", "list", "root", "type"}."""
import base64, json, sys, urllib.parse, cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

given = json.load(sys.stdin)


def b64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def check(public, signed, signature):
    der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    public.verify(der, signed, ec.ECDSA(hashes.SHA256()))


def base45(text):
    digits = ["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".index(c) for c in text]
    out = b""
    for n in range(0, len(digits), 3):
        part = digits[n:n + 3]
        out += sum(v * 45**i for i, v in enumerate(part)).to_bytes(len(part) - 1, "big")
    return out


# The trust list is signed by the root; it says whose keys sign what.
head, body, signature = given["list"].split(".")
root = x509.load_pem_x509_certificate(given["root"].encode())
check(root.public_key(), f"{head}.{body}".encode(), b64(signature))
keys = {k["kid"]: (e["id"], k) for e in json.loads(b64(body))["entities"] for k in e["keys"]}

address, fragment = given["text"].split("#", 1)
tag = cbor2.loads(base45(urllib.parse.unquote(fragment)))
assert tag.tag == 18, "no COSE_Sign1"
protected, unprotected, payload, signature = tag.value
header, claims = cbor2.loads(protected), cbor2.loads(payload)
assert header[1] == -7 and unprotected == {}
entity, key = keys[header[4].decode()]
assert claims[1] == entity and key["state"] == "active"
assert claims[-70002] == given["type"] and given["type"] in key["types"], "not this issuer's type"
public = ec.EllipticCurvePublicNumbers(int.from_bytes(b64(key["jwk"]["x"]), "big"), int.from_bytes(b64(key["jwk"]["y"]), "big"), ec.SECP256R1()).public_key()
check(public, cbor2.dumps(["Signature1", protected, b"", payload]), signature)
certificate = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0]))
root.public_key().verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(certificate.signature_hash_algorithm))
assert certificate.public_key().public_numbers() == public.public_numbers(), "the list's key is not the certificate's"
print(json.dumps({"address": address, "issuer": claims[1], "number": claims[-70001], "code": claims[7].decode(),
                  "claims": claims[-70004], "status": claims[65535]["status_list"]}, ensure_ascii=False))
