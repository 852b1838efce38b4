"use strict";

// The editor's menu is one stop for the keyboard, as toolbars are: Tab goes on to the text, arrow keys,
// Home and End go through it (WAI-ARIA Authoring Practices Guide, "Toolbar Pattern").
document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  const menu = () => editor.view.dom.parentElement.querySelector(".prose-menubar");
  if (menu()) makeToolbar(menu());
  else editor.on("create", () => makeToolbar(menu())); // which makes the menu
});

const makeToolbar = (menu) => {
  menu.setAttribute("role", "toolbar");
  menu.setAttribute("aria-label", "What a text can hold");

  const buttons = () => [...menu.querySelectorAll(".prose-menubar__button")];
  const inSight = () => buttons().filter((button) => button.offsetParent);
  const stopAt = (stop) => {
    for (const button of buttons()) button.tabIndex = button === stop ? 0 : -1;
  };
  stopAt(inSight()[0]);

  menu.addEventListener("focusin", ({ target }) => {
    if (target.matches(".prose-menubar__button")) stopAt(target);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = inSight();
    const at = all.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    all.at(to % all.length).focus();
  });
  // Buttons come and go with the cursor, as those for tables do.
  document.addEventListener("keydown", ({ key }) => {
    const all = inSight();
    if (key === "Tab" && !all.some((button) => button.tabIndex === 0)) stopAt(all[0]);
  }, true);
};
