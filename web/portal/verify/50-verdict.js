// What a scan is worth, and how that is known. world is {now, trust: {list} or
// {problem}, status(uri, issuer) → {…} or null, host}.
const day = 86_400_000, lenient = 30 * day;

const verdictOn = async (text, world) => {
  const scan = scanOf(text), out = {state: '', scan, seal: null, findings: []};
  const say = (grade, what, ...args) => out.findings.push({grade, what, args});
  const end = (state, ...finding) => { if (finding.length) say(...finding); out.state = state; return out; };
  if (scan.kind === 'broken') return end('altered', 'bad', 'broken');
  if (scan.kind !== 'sealed') return end(scan.kind);
  let s;
  try { s = out.seal = readSeal(scan.raw); } catch { return end('altered', 'bad', 'broken'); }
  if (scan.code && scan.code !== s.code) return end('altered', 'bad', 'othercode');
  if (!world.trust?.list) return end('unsure', 'bad', world.trust?.problem ?? 'nolist');
  const list = world.trust.list, found = findKey(list, s.kid);
  const newer = s.issued * 1000 > list.issued; // the list may not know of its key yet
  if (!found && newer && scan.host === world.host) return end('unsure', 'bad', 'newer');
  if (!found) return end(scan.host === world.host ? 'unknown' : 'foreign', 'bad', 'nokey', s.kid);
  if (!await signedBy(s, found.key.jwk).catch(() => false)) return end('altered', 'bad', 'signature');
  return signedVerdict(out, s, found, list, world, say, end);
};

// signedVerdict goes on where the signature is right.
const signedVerdict = async (out, s, {entity, key}, list, world, say, end) => {
  if (entity.id !== s.issuer) return end('altered', 'bad', 'otherissuer');
  out.entity = entity;
  out.type = (list.types ?? []).find(t => t.id === s.type) ?? null;
  say('good', 'signed', s.kid, entity.name);
  const worth = standing(key, s.issued * 1000);
  if (worth !== 'good') return end(worth === 'distrusted' ? 'altered' : 'unknown', 'bad', worth);
  if (!key.use && !(key.types ?? []).includes(s.type) && s.issued * 1000 > list.issued) return end('unsure', 'bad', 'newer');
  if (key.use || !(key.types ?? []).includes(s.type)) return end('altered', 'bad', 'wrongtype');
  if (s.issued * 1000 > world.now + slack || list.issued > world.now + slack) return end('unsure', 'bad', 'clock');
  say(world.now > list.next ? 'note' : 'good', world.now > list.next ? 'listold' : 'list', list.number, list.issued);
  const ended = await statusVerdict(s, world, say);
  if (ended) return end(ended);
  if (s.expires && world.now > s.expires * 1000) return end('expired', 'bad', 'expired', s.expires * 1000);
  if (world.now > list.next + lenient) return end('unsure', 'bad', 'listtooold');
  return end('valid');
};

// statusVerdict asks the status list; '' when nothing stands against the document.
const statusVerdict = async (s, world, say) => {
  if (!s.status) { say('note', 'nostatus'); return ''; }
  let value, list;
  try {
    list = await world.status(s.status.uri, s.issuer);
    if (!list) { say('note', 'notchecked'); return ''; }
    value = statusAt(list, s.status.index);
  } catch { say('note', 'badstatus'); return ''; }
  if (value === 1) { say('bad', 'revoked', list.asOf); return 'revoked'; }
  if (value === 2) { say('bad', 'suspended', list.asOf); return 'suspended'; }
  if (value !== 0) { say('bad', 'otherstatus', list.asOf); return 'unsure'; }
  const old = list.until && world.now > list.until;
  say(old ? 'note' : 'good', old ? 'statusold' : 'status', list.asOf);
  return '';
};
