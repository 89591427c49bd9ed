/* The check list of a new password: marks each rule while the person types. The rules come from the server. */
"use strict";

const list = document.querySelector(".check-list");

function setUp() {
  const password = document.getElementById("newPassword");
  const again = document.getElementById("newPasswordConfirm");
  const status = document.querySelector(".check-list__status");
  const items = [...list.querySelectorAll("[data-rule]")];
  const word = (item) => {
    const span = document.createElement("span");
    span.className = "visually-hidden";
    item.prepend(span);
    return span;
  };
  const words = new Map(items.map((item) => [item, word(item)]));
  const signs = () => [...password.value];
  const obeys = {
    length: () => signs().length >= Number(list.dataset.length),
    group: (item) => signs().some((sign) => item.dataset.signs.includes(sign)),
    same: () => password.value === again.value,
  };

  const check = () => {
    const met = (item) => password.value !== "" && obeys[item.dataset.rule](item);
    const groups = items.filter((item) => item.dataset.rule === "group" && met(item)).length;
    for (const item of items) {
      item.classList.toggle("is-met", met(item));
      words.get(item).textContent = password.value ? `${met(item) ? list.dataset.met : list.dataset.open} ` : "";
    }
    let next = obeys.same() ? "good" : "same";
    if (password.value === "") next = "start";
    else if (!obeys.length()) next = "length";
    else if (groups < Number(list.dataset.groups)) next = "group";
    if (status.textContent !== status.dataset[next]) status.textContent = status.dataset[next];
  };
  password.addEventListener("input", check);
  again.addEventListener("input", check);
  check();
}

if (list) setUp();
