// The PIN pad: puts digits into the real field, which works by keyboard too.
"use strict";
{
  const field = document.getElementById("pin");
  const pad = document.getElementById("pad");
  const status = document.getElementById("pad-status");

  const say = () => {
    status.textContent = field.value ? status.dataset.text.replace("{count}", field.value.length) : "";
  };

  pad.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const digit = button.dataset.digit ?? "";
    field.value = digit ? (field.value + digit).slice(0, 4) : field.value.slice(0, -1);
    say();
  });
  field.addEventListener("input", () => {
    field.value = field.value.replace(/\D/g, "").slice(0, 4);
    say();
  });
  pad.hidden = false;
  if (matchMedia("(hover: hover)").matches || field.hasAttribute("aria-invalid")) field.focus();
}
