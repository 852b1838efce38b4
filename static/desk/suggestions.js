"use strict";

// Stories that the text could lead to, beside it, as it is being written. A press puts the line at
// the cursor or, with the other button, where there is room for it; Alt+1 to Alt+8 do the first.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("desk-suggestions");
  const form = document.getElementById("article_form");
  if (!panel || !form) return;
  const [list, warns, automatic, status] = ["list", "warns", "automatic", "status"].map((part) =>
    panel.querySelector(`[data-part=${part}]`),
  );
  const FIELDS = ["headline", "standfirst", "body", "tags", "section", "language", "translation_of"];
  const WAIT_MS = 700;
  let timer = 0;
  let asking = null;
  let shown = [];
  let hadCursor = false; // nobody's cursor is at the beginning before it was put there

  const text = () => form.querySelector("[role=textbox][contenteditable=true]");

  const made = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const typed = () => {
    const query = new FormData();
    for (const name of FIELDS) query.set(name, form.elements[name]?.value ?? "");
    query.set("article", panel.dataset.article);
    query.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return query;
  };

  // The server counts blocks that hold something; the editor may have empty paragraphs between.
  const placeInEditor = (index) => {
    let full = 0;
    const blocks = [...text().children];
    for (const [place, block] of blocks.entries()) {
      if (full === index) return place;
      if (!/^(P|H2|H3|UL|OL|BLOCKQUOTE)$/.test(block.tagName) || block.textContent.trim()) full += 1;
    }
    return blocks.length;
  };

  const insert = (one, atBestPlace) => {
    const detail = { target: String(one.id), headline: one.headline, origin: "suggestion", reason: one.kept };
    if (one.place !== null && (atBestPlace || !hadCursor)) detail.place = placeInEditor(one.place);
    const event = new CustomEvent("newsroom:insert-line", { cancelable: true, detail });
    if (text()?.dispatchEvent(event)) return;
    form.dispatchEvent(new Event("input")); // unsaved words, whoever typed them
    say(`Put in: ${one.headline}`);
    ask();
  };

  const say = (words) => {
    if (status.textContent !== words) status.textContent = words;
  };

  const draw = (answer) => {
    const focused = list.contains(document.activeElement)
      ? [...list.querySelectorAll("button")].indexOf(document.activeElement)
      : -1;
    shown = answer.found;
    list.replaceChildren(
      ...shown.map((one, n) => {
        const put = made("button", { type: "button", className: "desk-suggestion" },
          made("span", { className: "desk-line-headline", textContent: one.headline, lang: one.language, dir: one.direction }),
          made("span", { className: "desk-suggestion-reason", textContent: one.reason }),
        );
        put.setAttribute("aria-keyshortcuts", `Alt+${n + 1}`);
        put.addEventListener("click", () => insert(one, false));
        const item = made("li", {}, put);
        if (one.place !== null) {
          const best = made("button", { type: "button", className: "desk-suggestion-best", textContent: "Where there is room" });
          best.setAttribute("aria-label", `Put “${one.headline}” where there is room, after: ${one.after.slice(0, 80)}`);
          best.title = `After: ${one.after.slice(0, 200)}`;
          best.addEventListener("click", () => insert(one, true));
          item.append(best);
        }
        return item;
      }),
    );
    if (focused >= 0) [...list.querySelectorAll("button")][Math.min(focused, list.querySelectorAll("button").length - 1)]?.focus();
    warns.replaceChildren(...answer.warns.map((words) => made("li", { textContent: words })));
    warns.hidden = !answer.warns.length;
    drawAutomatic(answer.automatic);
  };

  const drawAutomatic = (stories) => {
    automatic.hidden = !stories.length;
    automatic.querySelector("ul").replaceChildren(
      ...stories.map((story) => {
        const item = made("li", {}, made("span", { textContent: story.headline, dir: "auto" }));
        if (panel.dataset.refuse) {
          const never = made("button", { type: "button", textContent: "Never in this story" });
          never.setAttribute("aria-label", `Never in this story: ${story.headline}`);
          never.addEventListener("click", () => refuse(story));
          item.append(" ", never);
        }
        return item;
      }),
    );
  };

  const refuse = async (story) => {
    const query = new FormData();
    query.set("story", story.id);
    query.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(panel.dataset.refuse, { method: "POST", body: query });
    say(answer.ok ? `Never again in this story: ${story.headline}` : "That did not work. Try again.");
    if (answer.ok) ask();
  };

  const ask = async () => {
    window.clearTimeout(timer);
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const response = await fetch(panel.dataset.url, { method: "POST", body: typed(), signal });
      if (!response.ok || response.redirected) throw new Error(String(response.status));
      const before = shown.map((one) => one.id).join();
      const answer = await response.json();
      draw(answer);
      const changed = before !== shown.map((one) => one.id).join();
      if (!shown.length) say("No story to suggest yet: tags and text make them.");
      else if (changed) say(`${shown.length} ${shown.length === 1 ? "story" : "stories"} to lead to`);
    } catch (error) {
      if (error.name !== "AbortError") say("No suggestions: the desk did not answer.");
    }
  };

  const askSoon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  };

  form.addEventListener("input", askSoon);
  form.addEventListener("change", askSoon);
  form.addEventListener("newsroom:lines", askSoon);
  form.addEventListener("focusin", (event) => {
    if (event.target === text()) hadCursor = true;
  });
  document.addEventListener("keydown", (event) => {
    const digit = /^Digit([1-8])$/.exec(event.code);
    if (!digit || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const one = shown[digit[1] - 1];
    if (!one || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    insert(one, false);
  });
  ask();
});
