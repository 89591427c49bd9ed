// A screenshot that is pasted is put into the field, as if it had been chosen.
"use strict";
addEventListener("paste", (event) => {
  const pictures = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!pictures.length) return;
  event.preventDefault();
  const chosen = new DataTransfer();
  chosen.items.add(pictures[0]);
  document.getElementById("image").files = chosen.files;
});
