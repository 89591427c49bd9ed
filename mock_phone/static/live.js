// Waits for news of this phone: a sign-in that asks, a change made elsewhere. The screen goes to what is asked for,
// shows itself anew, or tells of it at its upper edge (screen.html says which does what).
"use strict";
{
  const { live, news, next, own, over } = document.currentScript.dataset;
  const time = document.getElementById("status-time");
  const push = document.getElementById("push");
  const leaving = new AbortController();
  let address = live;

  const tell = (words) => {
    const link = document.createElement("a");
    const show = document.createElement("span");
    link.className = "push__link";
    link.href = next;
    show.className = "push__show";
    show.textContent = push.dataset.show;
    link.append(words, " ", show);
    push.replaceChildren(...(words ? [link] : []));
  };

  // Whether the screen stays as it is.
  const stays = ({ changed, phone_changed, requests, new: added }) => {
    if (!changed) return true;
    if (own) {
      if (!requests.includes(own)) return location.replace(over);
      if (added.length) tell(push.dataset.request);
      return true;
    }
    if (news === "follow") return location.replace(next);
    if (phone_changed && news === "renew") return location.reload();
    if (requests.length) tell(push.dataset.request);
    else tell(phone_changed ? push.dataset.change : "");
    return true;
  };

  const follow = async () => {
    for (;;) {
      const answer = await (await fetch(address, { signal: leaving.signal })).json();
      if (leaving.signal.aborted || !stays(answer)) return;
      time.textContent = answer.time;
      address = answer.again;
    }
  };

  // Where the line breaks, looking at the page again is the moment to try again.
  const start = () => follow().catch(() => addEventListener("focus", start, { once: true }));

  // What the person does here is news too: it must not overtake the way that the person goes.
  addEventListener("beforeunload", () => leaving.abort());
  start();
}
