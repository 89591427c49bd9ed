(() => {
  const form = document.querySelector(".search"), field = form.querySelector("input"), status = form.querySelector("[role=status]");
  const nothing = document.querySelector(".nothing"), items = [...document.querySelectorAll("[data-item]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").toLowerCase();
  const title = (item) => item.closest("[data-group]").querySelector("h2").textContent;
  const texts = items.map((item) => plain([title(item), item.textContent, ...[...item.querySelectorAll("img")].map((image) => image.alt)].join(" ")));

  function search() {
    const words = plain(field.value).split(" ").filter(Boolean);
    items.forEach((item, place) => { item.hidden = !words.every((word) => texts[place].includes(word)); });
    const shown = items.filter((item) => !item.hidden);
    groups.forEach((group) => { group.hidden = words.length > 0 && !group.querySelector("[data-item]:not([hidden])"); });
    status.textContent = words.length ? `${shown.length} / ${items.length}` : "";
    nothing.hidden = shown.length > 0;
    document.body.classList.toggle("searching", words.length > 0);
    return shown;
  }

  function clear() {
    field.value = "";
    search();
  }

  form.hidden = false;
  field.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search()[0]?.querySelector("a.number, h3, dt")?.scrollIntoView();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement === field) clear();
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || document.activeElement === field) return;
    event.preventDefault();
    field.focus();
  });
  addEventListener("hashchange", () => { // what is led to may be filtered out
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || target.checkVisibility()) return;
    clear();
    target.scrollIntoView();
  });
  if (location.hash === "") clear(); else search();

  const links = [...document.querySelectorAll(".wide a")];
  const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
  function mark() {
    const current = headings.findLastIndex((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    links.forEach((link, place) => { place === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"); });
  }
  addEventListener("scroll", mark, { passive: true });
  mark();
})();
