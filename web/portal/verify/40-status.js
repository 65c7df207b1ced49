// Status lists: which documents are revoked or suspended, two bits each.
const largestStatus = 8 << 20;

const inflate = async bytes => {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return joined(...parts);
    if ((size += value.length) > largestStatus) { reader.cancel(); throw new Error('too large'); }
    parts.push(value);
  }
};

// openStatus checks a status list token by the trust list; entity must be the issuer's.
const openStatus = async (text, uri, list, issuer) => {
  const {head, body, signature, signed} = partsOf(text);
  const found = findKey(list, head.kid);
  if (head.alg !== 'ES256' || head.typ !== 'statuslist+jwt' || body.sub !== uri || !found || found.entity.id !== issuer) throw new Error('status');
  if (standing(found.key, body.iat * 1000) !== 'good' || !await crypto.subtle.verify(es256, await keyOfJWK(found.key.jwk), signature, signed)) throw new Error('status');
  const bits = body.status_list?.bits;
  if (![1, 2, 4, 8].includes(bits)) throw new Error('status');
  return {bits, bytes: await inflate(fromBase64(body.status_list.lst)), asOf: body.iat * 1000, until: (body.exp ?? 0) * 1000};
};

const statusAt = (s, index) => {
  const per = 8 / s.bits, byte = s.bytes[Math.floor(index / per)];
  if (byte === undefined) throw new Error('status');
  return byte >> index % per * s.bits & (1 << s.bits) - 1;
};
