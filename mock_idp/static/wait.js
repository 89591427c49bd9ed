/* A page that goes on by itself: asks for the state until it differs from the page's own, then opens anew. */
"use strict";

const waiting = document.querySelector("[data-wait]");

async function goOnWhenChanged() {
  for (;;) {
    const answer = await fetch(waiting.dataset.wait, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok) return; // the button goes on
    const { state } = await answer.json();
    if (state !== waiting.dataset.waitState) {
      location.replace(location.href.split("#")[0]);
      return;
    }
  }
}

if (waiting) goOnWhenChanged();
