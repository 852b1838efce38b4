/* Stories that were read stay readable without a network.

   The network is always asked first, and whatever it answers is shown. Only when it does not answer
   is a kept story shown, with a note that says so, or the page /offline/. A story that the network
   says is gone is gone from here. */

const MOST_STORIES = 40
const STORY = /^\/\d{4}\/\d{2}\/[^/]+\/$/
const ASSET = /^\/(?:static\/|media\/\d+\/.)/ // their names change with their content
const NOTE = '<p class="offline" role="status" hidden'
const OFFLINE = "/offline/"

const ours = (request) => new URL(request.url).origin === location.origin
const pathOf = (address) => new URL(address).pathname

/** The offline page with all that it names in its head; again whenever a worker is installed. */
const keepOfflinePage = async () => {
  const page = await fetch(OFFLINE, { cache: "no-cache" })
  if (!page.ok) throw new Error(`${OFFLINE} answered ${page.status}`)
  const html = await page.clone().text()
  const named = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path)
  await (await caches.open("assets")).addAll(named)
  await (await caches.open("pages")).put(OFFLINE, page)
}

/** Keep the newest stories, and of the assets those that a kept page names. */
const prune = async () => {
  const [stories, pages, assets] = await Promise.all(
    ["stories", "pages", "assets"].map((name) => caches.open(name)),
  )
  const old = (await stories.keys()).slice(0, -MOST_STORIES)
  await Promise.all(old.map((request) => stories.delete(request)))
  let named = ""
  for (const cache of [stories, pages]) {
    for (const kept of await cache.matchAll()) named += await kept.text()
  }
  for (const request of await assets.keys()) {
    if (!named.includes(pathOf(request.url))) await assets.delete(request)
  }
}

const keepStory = async (path, response) => {
  const stories = await caches.open("stories")
  if (response.ok && !response.redirected) await stories.put(path, response) // as the newest
  else await stories.delete(path)
  await prune()
}

const story = async (event, path) => {
  try {
    const response = await fetch(event.request)
    // What moved or is gone may not be read here under its old address; a fault says nothing.
    if (response.status < 500) event.waitUntil(keepStory(path, response.clone()))
    return response
  } catch {
    const kept = await (await caches.open("stories")).match(path)
    if (!kept) return offline()
    const html = (await kept.text()).replace(NOTE, NOTE.replace(" hidden", ""))
    return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } })
  }
}

const offline = async () => (await caches.match(OFFLINE)) ?? Response.error()

const page = async (event) => {
  try {
    return await fetch(event.request)
  } catch {
    return offline()
  }
}

const asset = async (event) => {
  const assets = await caches.open("assets")
  const kept = await assets.match(event.request)
  if (kept) return kept
  const response = await fetch(event.request)
  const reader = await clients.get(event.clientId)
  if (response.status === 200 && reader && STORY.test(pathOf(reader.url))) {
    event.waitUntil(assets.put(event.request, response.clone()))
  }
  return response
}

addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => skipWaiting()))
})

addEventListener("activate", (event) => {
  event.waitUntil(clients.claim().then(prune))
})

addEventListener("fetch", (event) => {
  const { request } = event
  const path = pathOf(request.url)
  if (request.method !== "GET" || !ours(request) || path.startsWith("/admin/")) return
  if (ASSET.test(path)) event.respondWith(asset(event))
  else if (STORY.test(path)) event.respondWith(story(event, path))
  else if (request.mode === "navigate") event.respondWith(page(event))
})
