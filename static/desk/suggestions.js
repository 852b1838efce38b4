"use strict";

// Stories that the text could lead to, beside it, as it is being written. A press puts the line at
// the cursor or, with the other button, where there is room for it; Alt+1 to Alt+8 do the first.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.getElementById("desk-suggestions");
  const form = document.getElementById("article_form");
  if (!panel || !form) return;
  const [title, list, warns, automatic, status] = ["title", "list", "warns", "automatic", "status"].map(
    (part) => panel.querySelector(`[data-part=${part}]`),
  );
  const FIELDS = ["headline", "standfirst", "body", "tags", "section", "language", "translation_of"];
  const WAIT_MS = 700;
  const SLOW_MS = 1500;
  const AGAIN_MS = [2_000, 15_000]; // after a first failure, and after those that follow
  let timer = 0;
  let asking = null;
  let askedFor = null; // what was typed when last asked; null when that must be asked again
  let failures = 0; // since the last answer
  let answeredBody = ""; // the text that places were found in
  let shown = [];
  let items = new Map(); // id → what stands in the list, so that it stays under a finger
  let hadCursor = false; // nobody's cursor is at the beginning before it was put there
  panel.hidden = false;

  const text = () => form.querySelector("[role=textbox][contenteditable=true]");

  const made = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const say = (words) => {
    if (status.textContent !== words) status.textContent = words;
  };

  const apart = (words) => `\u2068${words}\u2069`; // of whatever direction, within a sentence

  const counted = () => {
    if (!shown.length) return "No story to suggest yet: tags and text make them.";
    return `${shown.length} ${shown.length === 1 ? "story" : "stories"} to lead to`;
  };

  // Putting in

  const blocks = () => [...text().children];
  const isFull = (block) =>
    !/^(P|H2|H3|UL|OL|BLOCKQUOTE)$/.test(block.tagName) || Boolean(block.textContent.trim());

  // The server counts blocks that hold something; the editor may have empty paragraphs between.
  const placeInEditor = (index) => {
    let full = 0;
    for (const [place, block] of blocks().entries()) {
      if (full === index) return place;
      if (isFull(block)) full += 1;
    }
    return blocks().length;
  };

  /** How many blocks stand before the best place; null when the text has lost it since. */
  const bestPlace = ({ place, after }) => {
    if (form.elements.body.value === answeredBody) return placeInEditor(place);
    const found = blocks().findIndex(
      (block) => block.tagName === "P" && block.textContent.split(/\s+/).filter(Boolean).join(" ") === after,
    );
    return found < 0 ? null : found + 1;
  };

  const insert = (one, atBestPlace) => {
    const detail = { target: String(one.id), headline: one.headline, origin: "suggestion", reason: one.kept };
    if (!text()) return say("The text is not ready yet. Try again.");
    const isPlaced = one.place !== null && (atBestPlace || !hadCursor);
    if (isPlaced) {
      const place = bestPlace(one);
      if (place === null) {
        ask();
        return say("The text has changed where there was room. Choose again.");
      }
      detail.place = place;
    }
    const event = new CustomEvent("newsroom:insert-line", { cancelable: true, detail });
    if (text().dispatchEvent(event)) return say("The text is not ready yet. Try again.");
    if (isPlaced && getComputedStyle(panel).position === "sticky") {
      blocks()[detail.place]?.scrollIntoView({ block: "nearest" });
    }
    form.dispatchEvent(new Event("input")); // unsaved words, whoever typed them
    draw(shown.filter((other) => other !== one)); // a second press is no second line
    say(`Put in: ${apart(one.headline)}${isPlaced ? ` – after “${apart(one.after.slice(0, 60))}…”` : ""}`);
    ask({ isQuiet: true });
  };

  // Showing

  const item = (one) => {
    const put = made("button", { type: "button", className: "desk-suggestion" },
      made("kbd", { ariaHidden: "true" }),
      made("span", { className: "desk-line-headline", textContent: one.headline, lang: one.language, dir: one.direction }),
      made("span", { className: "desk-suggestion-reason", textContent: one.reason }),
    );
    put.addEventListener("click", () => insert(one, false));
    const more = made("p", { className: "desk-suggestion-more" });
    if (one.place !== null) {
      const best = made("button", { type: "button", className: "desk-suggestion-best", textContent: "Where there is room" });
      best.setAttribute("aria-label", `Where there is room: put “${one.headline}” after: ${one.after.slice(0, 80)}`);
      best.title = `After: ${one.after.slice(0, 200)}`;
      best.addEventListener("click", () => insert(one, true));
      more.append(best);
    }
    const read = made("a", { href: one.path, target: "_blank", rel: "noopener", textContent: "Read it" });
    read.setAttribute("aria-label", `Read it, in a new tab: ${one.headline}`);
    more.append(read);
    return made("li", {}, put, more);
  };

  /** `change()` the list; what had the keyboard keeps it, or hands it to what comes in its place. */
  const keepingFocus = (part, change) => {
    const stops = () => [...part.querySelectorAll("button, a")];
    const focused = document.activeElement;
    const place = stops().indexOf(focused);
    change();
    if (place < 0 || document.activeElement === focused) return;
    const next = focused.isConnected ? focused : stops()[Math.min(place, stops().length - 1)];
    (next ?? title).focus({ preventScroll: true });
  };

  const draw = (found) => {
    const before = items;
    shown = found;
    items = new Map();
    const elements = shown.map((one, n) => {
      const said = JSON.stringify(one);
      const known = before.get(one.id);
      const kept = known?.said === said ? known : { said, one, element: item(one) };
      const put = kept.element.querySelector(".desk-suggestion");
      put.setAttribute("aria-keyshortcuts", `Alt+${n + 1}`);
      put.querySelector("kbd").textContent = n + 1;
      items.set(one.id, kept);
      return kept.element;
    });
    shown = [...items.values()].map(({ one }) => one);
    const isSame = elements.length === list.children.length && elements.every((one, n) => one === list.children[n]);
    if (!isSame) keepingFocus(list, () => list.replaceChildren(...elements));
  };

  const drawWarnings = (words) => {
    if (words.join() === [...warns.children].map((one) => one.textContent).join()) return; // said already
    warns.replaceChildren(...words.map((textContent) => made("li", { textContent })));
    warns.hidden = !words.length;
  };

  const drawAutomatic = (stories) => {
    const ids = stories.map(({ id }) => id).join();
    if (automatic.dataset.stories === ids) return;
    automatic.dataset.stories = ids;
    automatic.hidden = !stories.length;
    keepingFocus(automatic, () =>
      automatic.querySelector("ul").replaceChildren(
        ...stories.map((story) => {
          const line = made("li", {}, made("span", { textContent: story.headline, dir: "auto" }));
          if (panel.dataset.refuse) {
            const never = made("button", { type: "button", className: "desk-suggestion-best", textContent: "Never in this story" });
            never.setAttribute("aria-label", `Never in this story: ${story.headline}`);
            never.addEventListener("click", () => refuse(story));
            line.append(" ", never);
          }
          return line;
        }),
      ),
    );
  };

  // Asking

  const typed = () => {
    const query = new FormData();
    for (const name of FIELDS) query.set(name, form.elements[name]?.value ?? "");
    query.set("article", panel.dataset.article);
    return query;
  };

  /** What the desk answers, or an error with words for the journalist. Signed in again, it goes on. */
  const post = async (address, query, signal, isSecond = false) => {
    query.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    let response = null;
    try {
      response = await fetch(address, { method: "POST", body: query, redirect: "manual", signal });
      if (response.ok) return await response.json();
    } catch (error) {
      if (signal?.aborted) throw error;
    }
    const why = await window.newsroomSession?.renew(form.querySelector(".desk-buttons").dataset.session);
    if (signal?.aborted) throw new DOMException("Asked again", "AbortError");
    if (!why && !isSecond && response) return post(address, query, signal, true);
    throw new Error(why || "The desk does not answer.");
  };

  const refuse = async (story) => {
    const query = new FormData();
    query.set("story", story.id);
    try {
      await post(panel.dataset.refuse, query);
      say(`Not by itself in this story any more: ${apart(story.headline)}`);
      panel.querySelector("[data-part=refused]").hidden = false;
      askedFor = null;
      ask({ isQuiet: true });
    } catch (error) {
      say(`${error.message} The line is still to be added. Try again.`);
    }
  };

  /** Ask for what is typed, unless that was asked. Of two answers only that to the newer counts. */
  const ask = async ({ isQuiet = false } = {}) => {
    window.clearTimeout(timer);
    const query = typed();
    const wanted = JSON.stringify([...query]);
    if (wanted === askedFor) return;
    askedFor = wanted;
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    let isSlow = false;
    const slow = window.setTimeout(() => {
      isSlow = true;
      say("Looking for stories…");
    }, SLOW_MS);
    const before = shown.map((one) => one.id).join();
    try {
      const answer = await post(panel.dataset.url, query, signal);
      if (signal.aborted) return;
      failures = 0;
      answeredBody = query.get("body");
      draw(answer.found);
      drawWarnings(answer.warns);
      drawAutomatic(answer.automatic);
      const isNews = !shown.length || before !== shown.map((one) => one.id).join();
      if (isSlow || "failed" in status.dataset || (isNews && !isQuiet)) say(counted());
      delete status.dataset.failed;
    } catch (error) {
      if (signal.aborted) return;
      askedFor = null;
      status.dataset.failed = "";
      say(`No new suggestions. ${error.message} Go on writing: nothing that you typed is lost.`);
      timer = window.setTimeout(ask, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]);
      failures += 1;
    } finally {
      window.clearTimeout(slow);
    }
  };

  const askSoon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT_MS);
  };

  form.addEventListener("input", askSoon);
  form.addEventListener("change", askSoon);
  form.addEventListener("newsroom:lines", askSoon);
  window.addEventListener("online", askSoon);
  window.addEventListener("focus", () => {
    if ("failed" in status.dataset) askSoon(); // signed in again in another window
  });
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
