// A recording that is dropped onto the form is sent at once; one that is too large is not sent at all.
"use strict";
(() => {
  const form = document.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const tooLarge = form.querySelector("[data-too-large]");
  form.querySelector("[data-drop-hint]").hidden = false;

  function fits() {
    const [file] = input.files;
    tooLarge.hidden = !file || file.size < Number(form.dataset.limit) - 10000; // the form has other fields too
    return tooLarge.hidden;
  }

  input.addEventListener("change", fits);
  form.addEventListener("submit", (event) => {
    if (!fits()) event.preventDefault();
  });
  for (const kind of ["dragenter", "dragover"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("drop--over");
    });
  }
  form.addEventListener("dragleave", () => form.classList.remove("drop--over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("drop--over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
})();
