// Read before the page is drawn, so that a reader who chose dark never sees a flash of light.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
} catch {
  // Storage is refused: the page follows the system, and the choice holds for this page.
}
