// Waits for news of this phone and goes to the right screen when there are any.
"use strict";
{
  const { next } = document.currentScript.dataset;
  let { live } = document.currentScript.dataset;
  const time = document.getElementById("status-time");
  const trouble = document.getElementById("trouble");
  const leaving = new AbortController();

  const follow = async () => {
    const news = await (await fetch(live, { signal: leaving.signal })).json();
    if (leaving.signal.aborted) return;
    if (news.changed) {
      location.replace(next);
    } else if (news.trouble) {
      if (trouble) {
        trouble.textContent = news.trouble;
        trouble.hidden = false;
      }
    } else {
      time.textContent = news.time;
      live = news.live ?? live;
      await follow();
    }
  };

  // Where the line breaks, looking at the page again is the moment to try again.
  const start = () => follow().catch(() => addEventListener("focus", start, { once: true }));

  // What the person does here is news too: it must not overtake the way that the person goes.
  addEventListener("beforeunload", () => leaving.abort());
  start();
}
