// Shows by the world's clock how long CPMS does not know a new account, then signs in again automatically.
"use strict";
{
  const shown = document.getElementById("time-left");

  const follow = async () => {
    const answer = await fetch(shown.dataset.timeLeft).catch(() => null);
    const left = answer?.ok ? await answer.json() : null; // else the next second tells, or the button goes on
    if (left?.seconds === 0) {
      location.replace(shown.dataset.again);
      return;
    }
    if (left) shown.textContent = left.shown;
    setTimeout(follow, 1000);
  };

  document.querySelector("[data-goes-on]").hidden = false;
  follow();
}
