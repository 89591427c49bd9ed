// The browser's own prompt for a fingerprint, a face or the screen lock: opens by itself; its answer is sent.
"use strict";
{
  const form = document.querySelector("form[data-sensor]");

  const hasSensor = async () =>
    "PublicKeyCredential" in globalThis &&
    "parseRequestOptionsFromJSON" in PublicKeyCredential &&
    (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());

  const ask = async () => {
    const options = JSON.parse(form.dataset.options);
    const found =
      form.dataset.sensor === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    return JSON.stringify(found);
  };

  const answer = async () => {
    try {
      if (await hasSensor()) form.elements.credential.value = await ask();
      else form.elements.problem.value = "NoSensor";
    } catch (error) {
      form.elements.problem.value = error.name;
    }
    form.submit();
  };

  document.getElementById("sensor-asking").hidden = false;
  answer();
}
