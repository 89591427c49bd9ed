/* A page that goes on by itself: asks for the state until it differs from the page's own, then opens anew. */
"use strict";

const waiting = document.querySelector("[data-wait]");
let leaving = false; // a button was chosen: what it changes must not open this page anew

/* What the page says of it: that it goes on by itself, or that the button does. */
function say(goesOn) {
  for (const [name, hidden] of [["goes-on", !goesOn], ["stopped", goesOn]]) {
    for (const part of document.querySelectorAll(`[data-wait-${name}]`)) part.hidden = hidden;
  }
}

async function goOnWhenChanged() {
  say(true);
  for (;;) {
    const answer = await fetch(waiting.dataset.wait, { headers: { Accept: "application/json" } }).catch(() => null);
    if (leaving) return;
    if (!answer || !answer.ok) {
      say(false);
      return;
    }
    const { state } = await answer.json();
    if (leaving) return;
    if (state !== waiting.dataset.waitState) {
      location.replace(location.href.split("#")[0]);
      return;
    }
  }
}

addEventListener("beforeunload", () => { leaving = true; });
if (waiting) goOnWhenChanged();
