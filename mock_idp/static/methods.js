/* The drop-down of verification methods: a list box for mouse, keyboard and screen reader.
   "On Mobile" needs no password, so that the field goes, and what was typed there is not sent. */
"use strict";

const box = document.querySelector(".verif-method-dd");

function setUp() {
  const trigger = box.querySelector("#verif-method-dd-id");
  const list = box.querySelector(".verif-method-dd-options");
  const options = [...list.querySelectorAll("[role=option]")];
  const chosen = document.getElementById("loginStrength");
  const password = document.querySelector("[data-password]");
  let active = Math.max(0, options.findIndex((option) => option.dataset.strength === chosen.value));

  const mark = (index) => {
    active = (index + options.length) % options.length;
    options.forEach((option, i) => option.classList.toggle("is-active", i === active));
    list.setAttribute("aria-activedescendant", options[active].id);
  };
  const open = () => {
    list.hidden = false;
    trigger.setAttribute("aria-expanded", "true");
    mark(active);
    list.focus();
  };
  const close = () => {
    list.hidden = true;
    trigger.setAttribute("aria-expanded", "false");
  };
  const choose = (index) => {
    mark(index);
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    chosen.value = options[index].dataset.strength;
    box.querySelector(".verif-method-dd__label").textContent = options[index].dataset.label;
    box.querySelector(".verif-method-dd-placeholder__icon-container").textContent = options[index].dataset.icon;
    trigger.setAttribute("aria-label", `${trigger.dataset.title}: ${options[index].dataset.label}`);
    askPassword();
    close();
    trigger.focus();
  };

  const askPassword = () => { password.hidden = chosen.value === "MOBILE_APP"; };
  chosen.form.addEventListener("submit", () => {
    if (password.hidden) password.querySelector("input").value = "";
  });
  trigger.addEventListener("click", () => (list.hidden ? open() : close()));
  trigger.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open();
  });
  options.forEach((option, index) => option.addEventListener("click", () => choose(index)));
  list.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: options.length - 1 };
    if (event.key in steps) mark(steps[event.key]);
    else if (event.key === "Enter" || event.key === " ") choose(active);
    else if (event.key === "Escape") { close(); trigger.focus(); }
    else return;
    event.preventDefault();
  });
  list.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) close();
  });
  askPassword();
  box.hidden = false;
}

if (box) setUp();
