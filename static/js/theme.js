// Read before the page is drawn, so that a reader who chose dark never sees a flash of light.
{
  const root = document.documentElement
  const metas = document.querySelectorAll("meta[name=theme-color]")

  // What the browser paints around the page follows the choice, here and whenever it changes.
  new MutationObserver(() => {
    const { theme } = root.dataset
    for (const meta of metas) {
      const { scheme } = meta.dataset
      if (theme === "auto") meta.media = `(prefers-color-scheme: ${scheme})`
      else meta.media = theme === scheme ? "all" : "not all"
    }
  }).observe(root, { attributeFilter: ["data-theme"] })

  try {
    root.dataset.theme = localStorage.getItem("theme") || "auto"
  } catch {
    // Storage is refused: the page follows the system, and the choice holds for this page.
  }
}
