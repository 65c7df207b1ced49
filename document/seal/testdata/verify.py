"""Reads a seal with somebody else's libraries: python3 verify.py DIR."""
import sys, urllib.parse, cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

d = sys.argv[1]
raw, key, text = (open(f"{d}/{n}", "rb").read() for n in ("seal", "key", "text"))

alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
digits = [alphabet.index(c) for c in urllib.parse.unquote(text.decode().split("#", 1)[1])]
out = b""
for n in range(0, len(digits), 3):
    part = digits[n:n + 3]
    out += sum(v * 45**i for i, v in enumerate(part)).to_bytes(len(part) - 1, "big")
assert out == raw, "the code in the QR is not the seal"

tag = cbor2.loads(raw)
assert tag.tag == 18
protected, unprotected, payload, signature = tag.value
header = cbor2.loads(protected)
assert header[1] == -7 and unprotected == {}
signed = cbor2.dumps(["Signature1", protected, b"", payload])
public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
public.verify(der, signed, ec.ECDSA(hashes.SHA256()))
claims = cbor2.loads(payload)
print(claims[-70001], header[4].decode(), claims[-70004]["pupil_name_ar"], claims[65535]["status_list"]["idx"])
