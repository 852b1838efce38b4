"use strict";

// Offers the tags there are for the name that is being typed; without it, names are typed whole.
document.addEventListener("DOMContentLoaded", () => {
  const input = document.querySelector("input[data-names]");
  if (!input) return;
  const list = document.createElement("datalist");
  list.id = "desk-tag-names";
  input.after(list);
  input.setAttribute("list", list.id);
  input.autocomplete = "off";

  let timer = 0;
  let search = null;

  const look = async () => {
    const [typed] = /[^,]*$/.exec(input.value);
    const before = input.value.slice(0, input.value.length - typed.length);
    search?.abort();
    if (!typed.trim()) return list.replaceChildren();
    search = new AbortController();
    const query = new URLSearchParams({ q: typed.trim() });
    try {
      const response = await fetch(`${input.dataset.names}?${query}`, { signal: search.signal });
      const { found } = response.ok && !response.redirected ? await response.json() : { found: [] };
      const options = found.map((name) => {
        const option = document.createElement("option");
        option.value = `${before}${before.trim() ? " " : ""}${name}`.replace(/\s+/g, " ");
        option.label = name;
        return option;
      });
      list.replaceChildren(...options);
    } catch (error) {
      if (error.name !== "AbortError") list.replaceChildren();
    }
  };

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, 150);
  });
});
