// Shows the page in the language that was chosen, and keeps what was typed, secrets excepted.
"use strict";

{
  const SILENT = new Set(["password", "file", "submit", "button", "reset"]);
  const place = `typed ${location.pathname}${location.search}`;

  // The second step of signing in holds the user name in a hidden field; in another language it begins anew.
  const fields = () => [...document.querySelectorAll("main :is(input, select, textarea)[name]")]
    .filter((field) => !SILENT.has(field.type) && (field.type !== "hidden" || field.name === "username"));
  const isBox = (field) => field.type === "checkbox" || field.type === "radio";

  document.querySelector("#language-form").addEventListener("submit", () => {
    const typed = fields().map((field) => [field.name, field.value, isBox(field) && field.checked]);
    sessionStorage.setItem(place, JSON.stringify(typed));
  });

  /* Chosen by mouse or finger it is shown at once. The keys pass through the list: their choice waits for the button. */
  const picker = document.querySelector("#page-language");
  let byKeys = false;
  picker?.addEventListener("keydown", () => { byKeys = true; });
  picker?.addEventListener("pointerdown", () => { byKeys = false; });
  picker?.addEventListener("change", () => { if (!byKeys) picker.form.requestSubmit(); });

  const kept = JSON.parse(sessionStorage.getItem(place) ?? "[]");
  sessionStorage.removeItem(place);
  for (const [name, value, checked] of kept) {
    for (const field of fields().filter((one) => one.name === name && one.type !== "hidden")) {
      if (isBox(field)) field.checked = field.value === value ? checked : field.checked;
      else if (field.type !== "select-one" || [...field.options].some((option) => option.value === value)) field.value = value;
    }
  }
}
