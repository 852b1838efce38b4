/* What a page can do beyond being read. Without this file every page is whole. */

const root = document.documentElement
const show = (element) => {
  element.hidden = false
  return element
}
const all = (selector, use) => document.querySelectorAll(selector).forEach(use)

// Light, dark, or as the system says: kept in this browser, in all of its tabs, and nowhere else.
all(".theme", (control) => {
  const select = show(control).querySelector("select")
  const follow = (theme) => {
    root.dataset.theme = select.value = theme || "auto"
  }
  follow(root.dataset.theme)
  select.addEventListener("change", () => {
    follow(select.value)
    try {
      localStorage.setItem("theme", select.value)
    } catch {
      // It holds for this page.
    }
  })
  addEventListener("storage", ({ key, newValue }) => key === "theme" && follow(newValue))
})

// Things of other sites: nothing of theirs is asked for before the reader asks.
all(".embed", (embed) => {
  const ask = show(embed.querySelector(".ask"))
  ask.querySelector("button").addEventListener("click", () => {
    const frame = document.createElement("iframe")
    frame.title = embed.querySelector(".headline").textContent
    frame.allow = "fullscreen; encrypted-media; picture-in-picture"
    frame.referrerPolicy = "strict-origin-when-cross-origin" // YouTube answers nobody without one
    frame.sandbox = "allow-scripts allow-same-origin allow-presentation allow-popups"
    frame.src = embed.dataset.frame
    ask.replaceWith(frame)
    frame.focus()
  })
})

all(".share", (share) => {
  const [copy, other] = share.querySelectorAll("button")
  const said = share.querySelector("[role=status]")
  const { address, title } = share.dataset
  if (navigator.clipboard) {
    show(copy).addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(address)
        said.textContent = said.dataset.done
      } catch {
        said.textContent = address
      }
    })
  }
  if (navigator.share) {
    show(other).addEventListener("click", () => {
      navigator.share({ title, url: address }).catch(() => {}) // the reader thought better of it
    })
  }
})

// That a line was followed, once: browsers that know pings may have them switched off, or tell
// nothing when a script could. Who asks not to be counted is not.
all("a[ping]", (link) => {
  const address = new URL(link.ping).pathname // of whichever host this page is at
  link.removeAttribute("ping")
  if (navigator.globalPrivacyControl || navigator.doNotTrack === "1") return
  const tell = ({ button }) => button < 2 && navigator.sendBeacon?.(address)
  for (const kind of ["click", "auxclick"]) link.addEventListener(kind, tell)
})

// Suggestions for the search field are fetched, script and all, when somebody goes into it.
all(".find", (form) => {
  const field = form.querySelector("[name=q]")
  const begin = () => import(form.dataset.script).then(({ suggest }) => suggest(form), () => {})
  if (document.activeElement === field) begin()
  else field.addEventListener("focus", begin, { once: true })
})

// On paper no picture is too far away to be fetched.
addEventListener("beforeprint", () => {
  all("img[loading]", (image) => {
    image.loading = "eager"
  })
})

// Stories that were read can be read again without a network: /worker.js.
if ("serviceWorker" in navigator) {
  const { serviceWorker } = navigator
  if (!serviceWorker.controller) {
    // The worker has not seen this first page: what is loaded passes it once more, from the cache.
    serviceWorker.addEventListener(
      "controllerchange",
      () => {
        const parts = performance.getEntriesByType("resource").map(({ name }) => name)
        for (const part of [location.href, ...parts]) {
          if (part.startsWith(location.origin)) fetch(part).catch(() => {})
        }
      },
      { once: true },
    )
  }
  serviceWorker.register("/worker.js").catch(() => {}) // a private window, or an old browser
}

all(".kept", async (list) => {
  const stories = await caches.open("stories")
  const kept = await stories.keys()
  for (const request of kept.reverse()) {
    const page = new DOMParser().parseFromString(
      await (await stories.match(request)).text(),
      "text/html",
    )
    const headline = page.querySelector("h1")
    const story = page.querySelector(".story")
    if (!headline || !story) continue
    const item = document.createElement("li")
    const link = document.createElement("a")
    link.href = request.url
    link.textContent = headline.textContent
    link.lang = story.lang || page.documentElement.lang
    link.dir = "auto"
    item.append(link)
    list.append(item)
  }
  if (list.children.length) show(list.parentElement)
})
