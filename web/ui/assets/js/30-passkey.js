// Passkeys: <form data-passkey="register|sign-in" data-begin="/…" data-finish="/…">.
// begin answers the options of WebAuthn as JSON ({publicKey: …}); finish takes
// the credential as JSON and answers {"to": "/where next"}.
const bytes = s => Uint8Array.from(atob(s.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
const base64 = b => btoa(String.fromCharCode(...new Uint8Array(b))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const optionsOf = o => {
  const decoded = { ...o, challenge: bytes(o.challenge) };
  if (o.user) decoded.user = { ...o.user, id: bytes(o.user.id) };
  for (const list of ['excludeCredentials', 'allowCredentials']) {
    if (o[list]) decoded[list] = o[list].map(c => ({ ...c, id: bytes(c.id) }));
  }
  return decoded;
};
const credentialJSON = c => {
  const response = {};
  for (const key of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (c.response[key]) response[key] = base64(c.response[key]);
  }
  if (c.response.getTransports) response.transports = c.response.getTransports();
  return { id: c.id, rawId: base64(c.rawId), type: c.type, response, clientExtensionResults: c.getClientExtensionResults(), authenticatorAttachment: c.authenticatorAttachment };
};
const postJSON = async (url, body) => {
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body) });
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(data.detail || words.passkey);
  return data;
};
const ceremony = async form => {
  const fields = Object.fromEntries(readForm(form));
  const begun = await postJSON(form.dataset.begin, fields);
  const publicKey = optionsOf(begun.publicKey || begun);
  const credential = form.dataset.passkey === 'register'
    ? await navigator.credentials.create({ publicKey })
    : await navigator.credentials.get({ publicKey });
  const done = await postJSON(form.dataset.finish, { ...credentialJSON(credential), fields });
  location.assign(done.to || '/');
};
all('form[data-passkey]').forEach(form => {
  if (!window.PublicKeyCredential || /^[\d.]+$|:/.test(location.hostname)) return; // a number has no passkeys, a name has
  form.hidden = false;
  on(form, 'submit', event => {
    event.preventDefault();
    form.querySelector('.error')?.remove();
    ceremony(form).catch(e => {
      const note = element('p', 'error', e instanceof DOMException ? words.passkey : e.message);
      note.setAttribute('role', 'alert');
      form.prepend(note);
    }).finally(() => release(form));
  });
});
