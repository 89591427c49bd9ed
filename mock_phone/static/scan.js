// A screenshot that is pasted or dropped is put into the field, as if it had been chosen.
"use strict";
{
  const put = (event, data) => {
    const picture = [...(data?.files ?? [])].find((file) => file.type.startsWith("image/"));
    if (!picture) return;
    event.preventDefault();
    const chosen = new DataTransfer();
    chosen.items.add(picture);
    document.getElementById("image").files = chosen.files;
  };

  addEventListener("paste", (event) => put(event, event.clipboardData));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault(); // a file that is dropped beside the point must not replace the page
    put(event, event.dataTransfer);
  });
}
