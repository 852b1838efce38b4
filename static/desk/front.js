"use strict";

// Moves stories from slot to slot, with their moments: by buttons, or by Alt and the arrows.
window.addEventListener("load", () => {
  const form = document.querySelector(".desk-front");
  if (!form) return;
  const slots = [...form.querySelectorAll(".desk-slot")];
  const said = form.querySelector(".desk-slots-said");
  const $ = django.jQuery;
  let isChanged = Boolean(form.querySelector(".errorlist"));

  const fields = (slot) => ({
    story: slot.querySelector("select"),
    until: slot.querySelector("input"),
    name: slot.querySelector("legend").textContent,
  });

  const put = (select, options) => {
    select.replaceChildren(...options);
    $(select).trigger("change");
  };

  const headline = (select) => select.selectedOptions[0]?.value && select.selectedOptions[0].text;

  const move = (place, by) => {
    const other = place + by;
    if (!(other in slots)) {
      said.textContent = by < 0 ? "It leads the page already." : "This is the last slot.";
      return;
    }
    const [from, to] = [fields(slots[place]), fields(slots[other])];
    const [ours, theirs] = [[...from.story.options], [...to.story.options]];
    put(from.story, theirs);
    put(to.story, ours);
    [from.until.value, to.until.value] = [to.until.value, from.until.value];
    for (const slot of [slots[place], slots[other]]) slot.querySelector(".help").textContent = "";
    isChanged = true;
    said.textContent = `${headline(to.story) || "An empty slot"} is now in “${to.name}”.`;
    const button = slots[other].querySelector(`[data-move="${by}"]`);
    button.focus();
  };

  const empty = (place) => {
    const { story, until, name } = fields(slots[place]);
    $(story).val(null).trigger("change");
    until.value = "";
    slots[place].querySelector(".help").textContent = "Fills itself.";
    isChanged = true;
    said.textContent = `“${name}” is empty: it fills itself.`;
  };

  for (const [place, slot] of slots.entries()) {
    const moves = slot.querySelector(".desk-slot-moves");
    if (!moves) continue;
    moves.hidden = false;
    for (const button of moves.querySelectorAll("[data-move]")) {
      button.addEventListener("click", () => move(place, Number(button.dataset.move)));
    }
    moves.querySelector("[data-empty]").addEventListener("click", () => empty(place));
    slot.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by || !event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      move(place, by);
    }, true);
    $(slot.querySelector("select")).on("select2:select select2:clear", () => {
      slot.querySelector(".help").textContent = "";
      isChanged = true;
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=_arrange]"));
  });
  form.addEventListener("input", () => {
    isChanged = true;
  });
  form.addEventListener("submit", () => {
    isChanged = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
});
