// Hands what the page asks for to the browser's passkeys, and their answer to the page's own form. Sends nothing itself.
"use strict";

const form = document.querySelector("form[data-passkey]");
const said = document.querySelector("[data-passkey-said]");

function say(words) {
  said.textContent = words;
  said.hidden = false;
}

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function asked(options) {
  const known = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  read.excludeCredentials = known(options.excludeCredentials);
  read.allowCredentials = known(options.allowCredentials);
  return read;
}

function answer(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  const id = text(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response });
}

async function ask() {
  if (!window.PublicKeyCredential) {
    say("This browser has no passkeys. Please use another way.");
    return;
  }
  try {
    const publicKey = asked(JSON.parse(form.dataset.passkey));
    const made = publicKey.user
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    form.elements.credential.value = answer(made);
    form.submit();
  } catch (error) {
    say(
      error.name === "InvalidStateError"
        ? "This device has a passkey for your account already."
        : "No passkey was used: you stopped it, it took too long, or there is none here. Press the button to try again.",
    );
  }
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  form.querySelector("button").disabled = false;
}
