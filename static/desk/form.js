"use strict";

// Ctrl+S saves the draft, and nobody leaves the page with unsaved words without being asked.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.getElementById("article_form");
  const save = form?.querySelector("button[name=_save]");
  if (!save) return;

  document.addEventListener("keydown", (event) => {
    const isSave = event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey);
    if (!isSave || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) form.requestSubmit(save);
  });

  // A form that came back with errors or a conflict holds words that are saved nowhere.
  let isUnsaved = Boolean(document.querySelector(".errornote, .desk-conflict"));
  let isSubmitted = false;
  form.addEventListener("input", () => {
    isUnsaved = true;
  });
  form.addEventListener("change", () => {
    isUnsaved = true;
  });
  form.addEventListener("submit", (event) => {
    if (isSubmitted) event.preventDefault(); // a second press would be a second save
    isSubmitted = true;
  });
  window.addEventListener("pageshow", () => {
    isSubmitted = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved && !isSubmitted) event.preventDefault();
  });
});
