// Six digits and the seconds left, by the phone's clock: they change when its time says so.
"use strict";
{
  const shown = document.getElementById("one-time-code");
  const left = document.getElementById("seconds-left");
  const [first, second] = shown.children;
  const leaving = new AbortController();
  let ticking = 0;

  const count = (seconds, frozen) => {
    clearInterval(ticking);
    left.textContent = seconds;
    if (frozen) return;
    ticking = setInterval(() => {
      left.textContent = Math.max(0, Number(left.textContent) - 1);
    }, 1000);
  };

  const follow = async () => {
    const address = `${shown.dataset.next}?seen=${shown.dataset.step}`;
    const news = await (await fetch(address, { signal: leaving.signal })).json();
    shown.dataset.step = news.step;
    first.textContent = news.code.slice(0, 3);
    second.textContent = news.code.slice(3);
    count(news.seconds, news.frozen);
    await follow();
  };

  // Where the line breaks, looking at the page again is the moment to try again.
  const start = () => follow().catch(() => addEventListener("focus", start, { once: true }));

  addEventListener("beforeunload", () => leaving.abort());
  count(Number(left.textContent), "frozen" in shown.dataset);
  start();
}
