// Passkeys: asks the browser to make or use one, and sends what it gives with the form.
// Without this, or where the browser knows none, the buttons stay hidden.

import { word } from "./words.js";

const SAID = {
  NotAllowedError: "passkey-cancelled",
  InvalidStateError: "passkey-known",
  SecurityError: "passkey-elsewhere",
};

function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The options of the server, whose bytes come as text (base64url). */
function read({ publicKey }) {
  const known = (list) => list?.map((one) => ({ ...one, id: toBytes(one.id) }));
  const read = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (read.user) read.user = { ...read.user, id: toBytes(read.user.id) };
  for (const name of ["excludeCredentials", "allowCredentials"]) {
    if (read[name]) read[name] = known(read[name]);
  }
  return read;
}

/** What the browser gave, as the server reads it. */
function told(credential) {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  };
}

/** Whether a passkey shall open the account alone is chosen in the form. */
function create(form) {
  const publicKey = read(JSON.parse(form.dataset.options));
  const alone = form.elements.passwordless?.checked;
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: Boolean(alone),
    ...(alone && { userVerification: "required" }),
  };
  return navigator.credentials.create({ publicKey });
}

function get(form) {
  return navigator.credentials.get({ publicKey: read(JSON.parse(form.dataset.options)) });
}

/** At the sign-in form nobody is known yet: what to ask for is fetched when it is wanted. */
async function signIn(form) {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status === 429 ? word("too-many-tries") : "");
  return navigator.credentials.get({ publicKey: read((await answer.json()).request_options) });
}

const DO = { create, get, "sign-in": signIn };

async function go(form) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const credential = await DO[form.dataset.passkey](form);
    form.elements.credential.value = JSON.stringify(told(credential));
    form.submit();
  } catch (error) {
    form.removeAttribute("aria-busy"); // sending.js has seen it go already
    failed.querySelector("span").textContent = error.name in SAID ? word(SAID[error.name]) : error.message || word("passkey-failed");
    failed.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.querySelector("[data-passkey-go]").hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go(form);
    });
  }
}
