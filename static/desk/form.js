"use strict";

// Ctrl+S saves the draft, Alt+0 leads to the buttons, nobody leaves the page with unsaved words without being asked, and nothing
// is sent while it would be lost.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("article_form");
  const save = form?.querySelector("button[name=_save]");
  if (!save) return;
  const buttons = form.querySelector(".desk-buttons");
  const refused = buttons.querySelector(".desk-refused");
  const CURSOR = "newsroom:cursor";

  document.addEventListener("keydown", (event) => {
    const isSave = event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey);
    if (!isSave || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (document.querySelector("dialog[open]")) return;
    keepCursor();
    form.requestSubmit(save);
  });

  document.addEventListener("keydown", (event) => { // Alt and another number puts a suggestion in
    if (event.code !== "Digit0" || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    save.focus();
  });

  // Whoever saved while writing goes on where the cursor was.
  const keepCursor = () => {
    const here = document.activeElement;
    const position = here.editor?.state.selection.from;
    const kept = here.editor ? { position } : form.contains(here) && here.name ? { name: here.name } : null;
    if (kept) sessionStorage.setItem(CURSOR, JSON.stringify(kept));
  };
  const cursor = JSON.parse(sessionStorage.getItem(CURSOR) ?? "null");
  sessionStorage.removeItem(CURSOR);
  if (cursor && document.querySelector(".messagelist .success")) {
    if (cursor.name) form.elements[cursor.name]?.focus?.();
    else {
      form.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
        const { doc, selection, tr } = editor.state;
        const here = doc.resolve(Math.min(cursor.position, doc.content.size));
        editor.view.focus();
        editor.view.dispatch(tr.setSelection(selection.constructor.near(here)).scrollIntoView());
      }, { once: true });
    }
  }

  // A headline has no line breaks: none typed, and a space for each that was pasted.
  const headline = form.elements.headline;
  headline.addEventListener("beforeinput", (event) => {
    if (/^insert(LineBreak|Paragraph)$/.test(event.inputType)) event.preventDefault();
  });
  headline.addEventListener("input", () => {
    const { value, selectionStart, selectionEnd } = headline;
    if (!value.includes("\n")) return;
    headline.value = value.replaceAll("\n", " ");
    headline.setSelectionRange(selectionStart, selectionEnd);
  });

  // A form that came back with errors or a conflict holds words that are saved nowhere.
  let isUnsaved = Boolean(document.querySelector(".errornote, .desk-conflict"));
  let state = "writing"; // then "asking" whether the desk is there, "sure" of it, and "sent"
  form.addEventListener("input", () => {
    isUnsaved = true;
  });
  form.addEventListener("change", () => {
    isUnsaved = true;
  });

  const sendWhenSure = async (button) => {
    state = "asking";
    const why = await window.newsroomSession?.renew(buttons.dataset.session);
    refused.hidden = !why;
    refused.textContent = why ? `${why} Nothing is saved yet, and nothing that you typed is lost.` : "";
    state = why ? "writing" : "sure";
    if (!why) form.requestSubmit(button);
  };

  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return; // a look at it, in a tab of its own
    if (state === "sure") {
      state = "sent";
      return;
    }
    event.preventDefault(); // once sent, a second press would be a second save
    if (state === "writing") sendWhenSure(event.submitter);
  });
  window.addEventListener("pageshow", () => {
    state = "writing";
  });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved && state !== "sent") event.preventDefault();
  });
});
