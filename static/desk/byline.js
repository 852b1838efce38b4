"use strict";

// Authors are posted in the order of their options, so an author chosen last goes to the end.
window.addEventListener("load", () => {
  const $ = django.jQuery;
  $("select.admin-autocomplete[name=byline]").on("select2:select", function (event) {
    const chosen = [...this.options].find((option) => option.value === event.params.data.id);
    if (chosen) this.append(chosen);
    $(this).trigger("change");
  });
});
