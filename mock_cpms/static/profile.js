/* Complete Profile: the country narrows the hospitals, the hospital's networks come first, and what was typed is kept. */
"use strict";

{
  const PATIENCE = 5000; // milliseconds for which leaving waits until what was typed is kept
  const form = document.querySelector("[data-profile]");
  const country = form.querySelector(".profile__country select");
  const hospital = form.querySelector(".profile__hospital input");

  // Hospitals and their networks.

  const codeOf = (box) => box.querySelector("input").value;
  let lastTurn = 0;

  async function lookUp() {
    const turn = ++lastTurn;
    const question = new URLSearchParams({ country: country?.value ?? "", hospital: hospital.value });
    const answer = await fetch(`${form.dataset.hospitals}?${question}`).catch(() => null);
    if (turn !== lastTurn || !answer?.ok || answer.redirected) return;
    const finding = await answer.json();
    if (turn === lastTurn) show(finding);
  }

  function show(finding) {
    const options = finding.hospitals.map(({ name, city }) => Object.assign(new Option(city), { value: name }));
    document.getElementById("known-hospitals").replaceChildren(...options);
    form.querySelector('[data-case="elsewhere"]').textContent = finding.elsewhere;
    for (const words of form.querySelectorAll("[data-case]")) words.hidden = words.dataset.case !== finding.case;
    propose(new Set(finding.networks));
  }

  /* The boxes themselves are moved: what is ticked stays so, and so does what has the focus. */
  function propose(codes) {
    const focused = document.activeElement;
    const [proposed, others] = ["proposed", "others"].map((name) => form.querySelector(`[data-networks="${name}"]`));
    const group = proposed.closest(".proposed");
    const order = group.dataset.order.split(" ");
    const boxes = [...form.querySelectorAll("[data-networks] > li")];
    boxes.sort((one, other) => order.indexOf(codeOf(one)) - order.indexOf(codeOf(other)));
    for (const box of boxes) (codes.has(codeOf(box)) ? proposed : others).append(box);
    group.hidden = codes.size === 0;
    if (document.activeElement !== focused) focused.focus({ preventScroll: true });
  }

  form.querySelector(".show-hospitals")?.remove();
  if (hospital) {
    country?.addEventListener("change", lookUp);
    hospital.addEventListener("change", lookUp);
  }

  // The draft. One is on its way at a time, so that an older one never replaces a newer one.

  const said = form.querySelector(".draft-said");
  let typed = false; // something that is not kept yet
  let saving = null; // the draft that is on its way
  let leaving = false;

  function save() {
    typed = false;
    saving = fetch(form.dataset.draft, {
      method: "POST", body: new FormData(form), keepalive: true, redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
    }).catch(() => null).then((answer) => {
      saving = null;
      said.textContent = answer?.ok ? said.dataset.kept : said.dataset.lost;
      if (typed && !leaving) save();
    });
    return saving;
  }

  function saveSoon() {
    typed = true;
    if (!saving && !leaving) save();
  }

  /* Whatever form is sent, the draft arrives before it: nothing is kept after the profile was completed or discarded. */
  async function afterDraft(event) {
    const sent = event.target;
    const ours = sent === form || sent.closest(".draft-note");
    if (leaving) return;
    leaving = true;
    if (!saving && (ours || !typed)) return;
    event.preventDefault();
    event.stopPropagation();
    await saving;
    if (typed && !ours) await save();
    HTMLFormElement.prototype.requestSubmit.call(sent, event.submitter);
  }

  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("change", saveSoon);
  document.addEventListener("submit", afterDraft, true);
  /* The first comes before the next page is asked for, which may show the draft; phones send the second alone. */
  for (const event of ["beforeunload", "pagehide"]) addEventListener(event, () => { if (typed && !leaving) save(); });
  addEventListener("pageshow", () => { leaving = false; });
}
