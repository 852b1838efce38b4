{ // Before the page is drawn, so that a reader who chose dark never sees a flash of light.
  const root = document.documentElement
  const paint = () => {
    const { theme } = root.dataset
    for (const meta of document.querySelectorAll("meta[name=theme-color]")) {
      const { scheme } = meta.dataset
      meta.media = theme === "auto" ? `(prefers-color-scheme: ${scheme})` : theme === scheme ? "all" : "not all"
    }
  }
  new MutationObserver(paint).observe(root, { attributeFilter: ["data-theme"] })
  try {
    root.dataset.theme = localStorage.getItem("theme") || "auto"
  } catch {} // storage is refused: the page follows the system
}
