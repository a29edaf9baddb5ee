// <passkey-form does="get"> or <passkey-form does="create"> around a plain form with a hidden field `credential`: the
// browser asks for the finger, the face or the PIN, and the form takes along what the passkey answered (WebAuthn level 3,
// https://www.w3.org/TR/webauthn-3/). What is asked of it stands in a JSON script beside the form, or comes from the
// address `from`. Where a browser knows no passkeys the button stays away, and words say so; sentences are in the page
// (templates/ui/passkey.html).

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function create({ publicKey }) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: known(publicKey.excludeCredentials),
      authenticatorSelection: { ...publicKey.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  });
  const { clientDataJSON, attestationObject } = credential.response;
  const transports = credential.response.getTransports?.() ?? [];
  return answer(credential, { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject), transports });
}

async function get({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: known(publicKey.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return answer(credential, {
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle && text(userHandle),
  });
}

const answer = (credential, response) => ({
  type: credential.type,
  id: credential.id,
  rawId: text(credential.rawId),
  response,
  clientExtensionResults: credential.getClientExtensionResults(),
});

const KNOWN = ["NotAllowedError", "InvalidStateError", "SecurityError"];

/** A passkey belongs to a name, never to a number such as 127.0.0.1 (the relying party's id is a domain). */
const named = !/^[\d.]+$|:/.test(location.hostname);

class PasskeyForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    const hindered = !window.PublicKeyCredential ? "none" : named ? "" : "SecurityError";
    this.hidden = Boolean(hindered) && this.hasAttribute("from");
    this.form.hidden = Boolean(hindered);
    this.#say(hindered);
    this.form.addEventListener("submit", (event) => this.#send(event));
  }

  async #send(event) {
    event.preventDefault();
    const button = this.form.querySelector("button");
    button.disabled = true;
    this.#say("");
    try {
      const asked = await this.#asked();
      const credential = await (this.getAttribute("does") === "create" ? create(asked) : get(asked));
      this.form.elements.credential.value = JSON.stringify(credential);
      this.form.submit();
    } catch (error) {
      button.disabled = false;
      this.#say(KNOWN.includes(error.name) ? error.name : "problem");
    }
  }

  async #asked() {
    const from = this.getAttribute("from");
    if (!from) {
      const said = JSON.parse(this.querySelector("script[type='application/json']").textContent);
      return said.creation_options ?? said.request_options;
    }
    const response = await fetch(from, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(response.statusText);
    return (await response.json()).request_options;
  }

  #say(what) {
    for (const one of this.querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== what;
  }
}
customElements.define("passkey-form", PasskeyForm);
