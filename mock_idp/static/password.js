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
    let told = "";
    if (password.value === "") told = "";
    else if (!obeys.length()) told = status.dataset.length;
    else if (groups < Number(list.dataset.groups)) told = status.dataset.group;
    else told = obeys.same() ? status.dataset.good : status.dataset.same;
    if (status.textContent !== told) status.textContent = told;
  };
  password.addEventListener("input", check);
  again.addEventListener("input", check);
  check();
}

if (list) setUp();
