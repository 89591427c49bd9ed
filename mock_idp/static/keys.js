/* The browser's own question for a security key: opens by itself; its answer, or why there is none, is sent. */
"use strict";

const question = document.querySelector("form[data-key]");

async function askKey() {
  const options = JSON.parse(question.dataset.options);
  const key =
    question.dataset.key === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  return JSON.stringify(key);
}

async function answer() {
  try {
    question.elements.credential.value = await askKey();
  } catch (error) {
    question.elements.keyProblem.value = error.name;
  }
  question.submit();
}

const known = globalThis.PublicKeyCredential && "parseRequestOptionsFromJSON" in PublicKeyCredential;
question.querySelector(known ? "[data-key-asking]" : "[data-key-missing]").hidden = false;
if (known) answer();
