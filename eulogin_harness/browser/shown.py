"""What a browser's page shows, in one sentence: for messages that say where it is instead."""

import re
from collections.abc import Mapping
from typing import Any

# Asked of a page by `page.evaluate`. notice: what it reports, of its fields where they have something to report.
SHOWN = """() => {
  const body = document.body?.dataset ?? {};
  const line = (text) => (text || "").trim().replace(/\\s+/g, " ");
  const seen = (css) => [...document.querySelectorAll(css)].filter((each) => each.checkVisibility?.() ?? true);
  const lines = (css) => [...new Set(seen(css).map((each) => line(each.innerText || each.value)))].filter(Boolean);
  const ofFields = lines(".field-error"), notices = ofFields.length ? ofFields : lines("[role=alert], .error");
  return {
    url: location.href, title: document.title, actor: document.documentElement.dataset.actor ?? "",
    name: body.page ?? "", state: body.state ?? "", heading: lines("h1")[0] ?? "",
    notice: notices.slice(0, 3).join(" / ").slice(0, 300), text: line(document.body?.innerText).slice(0, 120),
    buttons: lines("main button, main input[type=submit]").slice(0, 6),
    step: Number(body.checkpoint) || null, language: navigator.language, user_agent: navigator.userAgent,
  };
}"""
_OF = {"idp": " of EU Login", "cpms": " of CPMS", "phone": " of the phone", "desk": " of the desk"}
# What is good for something in an address: a ticket, a code, the link of a mail.
_SECRET = re.compile(r"((?:[?&#](?:ticket|code|state|id_token|token|access_token)=|\?)[\w.-]{8})[\w.-]{16,}")


def in_words(shown: Mapping[str, Any]) -> str:
    """Where a page is, by what `SHOWN` answered."""
    name, head = shown["name"], shown["heading"] or shown["title"]
    ours = f"page {name!r}{_OF.get(shown['actor'], '')} in state {shown['state']!r}"
    parts = [ours if name else "a page that is none of the mock's", *([f"headed “{head}”"] if head else [])]
    if shown["notice"]:
        parts.append(f"which says “{shown['notice']}”")
    elif shown["text"] and not name and not head:
        parts.append(f"which begins “{shown['text']}”")
    url = _SECRET.sub(r"\1…", shown["url"])
    return f"{', '.join(parts)}, at {url}"
