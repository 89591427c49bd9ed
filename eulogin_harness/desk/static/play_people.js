// The helpdesk's page renews itself: what it shows happens in other worlds, of which this one has no news.
"use strict";
(() => {
  const EVERY = 10_000; // milliseconds
  const own = document.querySelector("[data-self]").dataset.self;
  setInterval(async () => {
    const answer = await fetch(own);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["live-players", "live-hard"]) {
      const part = document.getElementById(id);
      const other = fresh.getElementById(id);
      if (other && !part.contains(document.activeElement) && part.innerHTML !== other.innerHTML) part.replaceWith(other);
    }
  }, EVERY);
})();
