"use strict";

// Select2 names a box by what was chosen alone, so an empty one has no name for those who cannot see
// its label. Here the label goes before it, once Django has made the boxes.
{
  const $ = window.django?.jQuery;

  const name = (select) => {
    const [label] = select.labels;
    const container = select.nextElementSibling;
    if (!label || !container?.matches(".select2")) return;
    label.id ||= `${select.id}-label`;
    const isNamed = (field) => field?.setAttribute("aria-labelledby", label.id);
    const chosen = container.querySelector(".select2-selection__rendered[role=textbox]");
    const names = [label.id, chosen?.id].filter(Boolean);
    container.querySelector("[role=combobox]").setAttribute("aria-labelledby", names.join(" "));
    isNamed(chosen);
    isNamed(container.querySelector(".select2-search__field"));
    $(select).on("select2:open", () => {
      isNamed(document.querySelector(".select2-dropdown .select2-search__field"));
    });
  };

  $?.(() => document.querySelectorAll("select.admin-autocomplete").forEach(name));
}
