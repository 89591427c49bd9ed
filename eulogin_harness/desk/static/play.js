// The page on which a guide is played: its buttons leave the frames as they are, and a screen reader hears each step.
"use strict";
(() => {
  const play = document.getElementById("play");
  const said = document.getElementById("play-said");
  const steps = document.querySelector(".play__steps");
  const tabs = [...document.querySelectorAll(".play__tabs button")];

  // On a narrow screen one part is shown at a time.
  function show(part) {
    play.dataset.shown = part;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.value === part));
  }
  for (const tab of tabs) tab.addEventListener("click", () => show(tab.value));

  play.addEventListener("click", (event) => {
    if (event.target.closest("a[target=computer]")) show("computer");
  });

  play.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-quiet]")) return;
    event.preventDefault();
    press(event.target, event.submitter);
  });

  async function press(form, button) {
    const body = new FormData(form, button);
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body });
    if (button.value !== "scan" || !answer.ok) return;
    const phone = document.querySelector("iframe[name=phone]");
    phone.src = phone.getAttribute("src"); // its first page leads to what the code is for
    show("phone");
  }

  // The steps are swapped when the journal has news (desk.js).
  function followCurrentStep() {
    const current = steps.querySelector("[aria-current=step]");
    if (current) steps.scrollTop += current.getBoundingClientRect().top - steps.getBoundingClientRect().top - steps.clientHeight / 4;
  }
  let before = document.getElementById("live-steps").dataset.said;
  new MutationObserver(() => {
    const now = document.getElementById("live-steps").dataset;
    document.body.dataset.state = now.state;
    if (now.said === before) return;
    before = said.textContent = now.said;
    followCurrentStep();
  }).observe(steps, { childList: true });
  followCurrentStep();
})();
