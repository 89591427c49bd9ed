// Reports what a person does on the pages of the mock: which page is shown, what is pressed, which form is sent.
"use strict";
(() => {
  const PRESSED = "a[href], button, summary, input[type=submit], input[type=button]";
  const ROLES = { A: "link", SUMMARY: "summary" };

  const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();
  const visible = (element) => element.checkVisibility() && !element.closest("[aria-hidden=true]");
  const role = (element) => element.getAttribute("role") ?? ROLES[element.tagName] ?? "button";

  const words = (element) => {
    const copy = element.cloneNode(true);
    for (const part of copy.querySelectorAll("[aria-hidden=true]")) part.remove();
    return plain(copy.textContent);
  };
  const nameOf = (element) =>
    plain(element.getAttribute("aria-label") || (element.matches("input") ? element.value : words(element)) || element.title);

  // Which of the visible ones of that name it is, counted from 0, and how many there are.
  const pressed = (element) => {
    const all = [...document.querySelectorAll(PRESSED)].filter(visible);
    const same = all.filter((one) => role(one) === role(element) && nameOf(one) === nameOf(element));
    return { role: role(element), name: nameOf(element), index: Math.max(0, same.indexOf(element)), count: same.length };
  };

  const changed = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
    return field.value !== field.defaultValue;
  };
  const asField = (field) => ({
    name: field.name,
    label: plain(field.labels?.[0]?.textContent || field.getAttribute("aria-label")),
    kind: field.type.startsWith("select") ? "select" : field.type,
    value: field.type === "file" ? "" : field.value,
    text: field.selectedOptions ? plain(field.selectedOptions[0]?.textContent) : "",
    checked: field.checked ?? false,
    changed: changed(field),
  });
  const NO_FIELDS = new Set(["submit", "button", "image", "reset", "fieldset", "output"]);
  const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !NO_FIELDS.has(field.type)).map(asField);

  const report = (kind, more) => {
    const { actor } = document.documentElement?.dataset ?? {};
    if (!actor || !document.body?.dataset.page || (window !== top && actor !== "phone")) return;
    const { page, state } = document.body.dataset;
    globalThis.reportAction({ kind, actor, page, state, url: location.href, ...more });
  };
  const shown = (cause) => {
    const heading = [...document.querySelectorAll("h1")].find(visible);
    const alert = [...document.querySelectorAll("[role=alert]")].find(visible);
    report("shown", { cause, heading: heading ? words(heading) : "", alert: plain(alert?.textContent) });
  };

  const cause = () => {
    const { type } = performance.getEntriesByType("navigation")[0] ?? {};
    if (type !== "back_forward") return type === "reload" ? "reloaded" : "opened";
    const { from, entry } = globalThis.navigation?.activation ?? {};
    return from && from.index >= 0 && from.index < entry.index ? "went_forward" : "went_back";
  };

  addEventListener("DOMContentLoaded", () => {
    shown(cause());
    if (document.body) {
      const seen = new MutationObserver(() => shown("changed"));
      seen.observe(document.body, { attributeFilter: ["data-page", "data-state"] });
    }
  });
  // Comes where a page leads on, by link, form or script, and not for what is typed into the address bar.
  globalThis.navigation?.addEventListener("navigate", ({ hashChange, downloadRequest, destination, navigationType }) => {
    const elsewhere = !hashChange && downloadRequest === null && !destination.sameDocument;
    if (elsewhere && navigationType !== "traverse") report("left", {});
  });
  addEventListener(
    "submit",
    ({ target, submitter }) => {
      const button = submitter ?? [...target.elements].find((one) => one.type === "submit" && visible(one));
      report("sent", { ...(button ? pressed(button) : {}), fields: fieldsOf(target) });
    },
    true,
  );
  addEventListener(
    "click",
    ({ target }) => {
      const element = target.closest?.(PRESSED);
      if (!element || (element.form && element.type === "submit")) return; // a form's button is reported with the form
      if (element.matches("a[href^='#'], a[target=_blank]")) return; // leads nowhere else, or to a window that reports itself
      report("clicked", { ...pressed(element), test: element.id });
    },
    true,
  );
})();
