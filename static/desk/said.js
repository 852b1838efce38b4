"use strict";

// What an act led to stands at the head of the page that answers it; there the keyboard begins, and a
// screen reader with it, unless the page has a better place.
addEventListener("load", () => {
  const said = document.querySelector(".messagelist");
  if (!said || document.activeElement !== document.body) return;
  said.tabIndex = -1;
  said.focus({ preventScroll: true });
});
