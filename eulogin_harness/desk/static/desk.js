// Live parts of the desk's pages: waits for news, fetches the page anew and swaps what is marked `data-live`.
"use strict";
(() => {
  const page = document.querySelector("[data-changes]");
  if (!page) return;

  let pressed = Promise.resolve(); // kept until the pointer is up again, so that nothing moves under it
  let release = () => {};
  addEventListener("pointerdown", () => {
    pressed = new Promise((up) => (release = () => setTimeout(up)));
  });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => release());

  function swap(fresh) {
    for (const part of document.querySelectorAll("[data-live]")) {
      const other = fresh.getElementById(part.id);
      const focused = part.contains(document.activeElement) ? document.activeElement : null;
      const busy = focused && !focused.matches("a, button");
      if (!other || busy || other.innerHTML === part.innerHTML) continue;
      part.replaceWith(other);
      if (focused) focusAgain(other, focused);
    }
  }

  // The same button or link, else the part itself, so that a keyboard goes on from there.
  function focusAgain(part, before) {
    const alike = (one) => ["name", "value", "href"].every((name) => one.getAttribute(name) === before.getAttribute(name));
    const again = [...part.querySelectorAll(before.localName)].find(alike);
    if (!again) part.tabIndex = -1;
    (again || part).focus();
  }

  async function news(after) {
    const answer = await fetch(`${page.dataset.changes}?after=${after}`);
    if (answer.status === 204) return after;
    if (!answer.ok) throw new Error("no news to be had");
    const { last } = await answer.json();
    const text = await (await fetch(page.dataset.self)).text();
    await pressed;
    swap(new DOMParser().parseFromString(text, "text/html"));
    return last;
  }

  async function follow() {
    let after = page.dataset.lastEvent;
    try {
      for (;;) after = await news(after);
    } catch {
      // The process ended or the page is being left: what is shown stays, and reloading asks again.
    }
  }

  const arrived = { world: null, real: 0 };

  function tick() {
    const seconds = document.querySelector("[data-seconds][data-frozen=false]");
    const time = seconds && seconds.parentElement.querySelector("time");
    if (!time) return;
    if (arrived.world !== time.dateTime) {
      arrived.world = time.dateTime;
      arrived.real = performance.now();
    }
    const now = new Date(Date.parse(time.dateTime) + performance.now() - arrived.real);
    const clock = now.toLocaleTimeString("en-GB", { timeZone: "Europe/Brussels" });
    time.textContent = time.textContent.replace(/\d\d:\d\d$/, clock.slice(0, 5));
    seconds.textContent = clock.slice(5);
  }

  follow();
  setInterval(tick, 1000);
})();
