/* A dialog that finds one thing by its words. For the keyboard first: type, arrows, Enter; Escape. */

import { crel } from "django-prose-editor/editor"

const WAIT_MS = 150

let opened = 0

/** JSON from one of the desk's own addresses; throws with words for the journalist. */
export const ask = async (address, parameters, signal) => {
  const query = new URLSearchParams(parameters)
  const response = await fetch(`${address}?${query}`, {
    headers: { Accept: "application/json" },
    signal,
  }).catch((error) => {
    throw signal?.aborted ? error : new Error("The desk cannot be reached. Type again to try once more.")
  })
  if (response.redirected) throw new Error("You are signed out. Sign in again in another window.")
  if (response.status === 403) throw new Error("You may not look here. Ask your chief of desk.")
  if (!response.ok) throw new Error("The search did not answer. Type again to try once more.")
  return (await response.json()).found
}

/** Resolves to what was chosen, or to null when the dialog was left.
 *
 * `find(words, signal)` promises the things found, `show(thing)` their nodes, `noun` is one and
 * many of them. `last(words)` may add one more choice, `{ text, choice }`, at the end.
 */
export const pick = ({ title, label, noun, words = "", find, show, last = () => null }) =>
  new Promise((resolve) => {
    const id = `desk-picker-${++opened}`
    const list = crel("ul", {
      id: `${id}-list`,
      className: "desk-picker-list",
      role: "listbox",
      "aria-label": title,
    })
    const input = crel("input", {
      id: `${id}-words`,
      type: "text",
      value: words,
      autocomplete: "off",
      autofocus: true,
      dir: "auto",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": list.id,
      "aria-expanded": "true",
    })
    const status = crel("p", { className: "desk-picker-status", role: "status" })
    const leave = crel("button", { type: "button", className: "button", textContent: "Cancel" })
    const dialog = crel(
      "dialog",
      { className: "desk-picker", role: "dialog", "aria-labelledby": `${id}-title` },
      [
        crel("h2", { id: `${id}-title`, textContent: title }),
        crel("label", { htmlFor: input.id, textContent: label }),
        input,
        list,
        status,
        crel("p", { className: "desk-picker-help" }, [
          crel("span", { textContent: "↑ ↓ to go through them, Enter to take one, Escape to leave" }),
          leave,
        ]),
      ],
    )

    let choices = []
    let active = -1
    let chosen = null
    let timer = 0
    let search = null

    const mark = (index) => {
      active = index
      for (const [place, option] of [...list.children].entries()) {
        option.setAttribute("aria-selected", place === index)
      }
      const option = list.children[index]
      if (option) {
        input.setAttribute("aria-activedescendant", option.id)
        option.scrollIntoView({ block: "nearest" })
      } else {
        input.removeAttribute("aria-activedescendant")
      }
    }

    const take = (index) => {
      if (!(index in choices)) return
      chosen = choices[index]
      dialog.close()
    }

    const offer = (things) => {
      const extra = last(input.value.trim())
      const options = things.map((thing) => crel("li", { role: "option" }, show(thing)))
      choices = [...things]
      if (extra) {
        options.push(
          crel("li", { role: "option", className: "desk-picker-last", textContent: extra.text }),
        )
        choices.push(extra.choice)
      }
      for (const [place, option] of options.entries()) option.id = `${id}-${place}`
      list.replaceChildren(...options)
      mark(choices.length ? 0 : -1)
    }

    const look = async () => {
      search?.abort()
      search = new AbortController()
      const { signal } = search
      try {
        const things = await find(input.value.trim(), signal)
        if (signal.aborted) return
        offer(things)
        const [one, many] = noun
        status.textContent = things.length
          ? `${things.length} ${things.length === 1 ? one : many}`
          : `No ${one} with these words`
      } catch (error) {
        if (signal.aborted) return
        list.replaceChildren() // nor is it known that no story has this headline
        status.textContent = error.message
      }
    }

    // What stands in the list must be what the words ask for, or Enter takes a story unseen.
    const lookSoon = () => {
      window.clearTimeout(timer)
      search?.abort()
      choices = []
      mark(-1)
      list.setAttribute("aria-busy", "true")
      status.textContent = "Searching…"
      timer = window.setTimeout(async () => {
        await look()
        list.removeAttribute("aria-busy")
      }, WAIT_MS)
    }

    input.addEventListener("input", lookSoon)
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return
      const end = choices.length - 1
      if (event.key === "ArrowDown") mark(active < end ? active + 1 : 0)
      else if (event.key === "ArrowUp") mark(active > 0 ? active - 1 : end)
      else if (event.key === "Enter") take(active)
      else return
      event.preventDefault()
    })
    list.addEventListener("mousedown", (event) => event.preventDefault()) // the words keep the focus
    list.addEventListener("click", (event) => {
      take([...list.children].indexOf(event.target.closest("li")))
    })
    leave.addEventListener("click", () => dialog.close())
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close() // the backdrop
    })
    dialog.addEventListener("close", () => {
      window.clearTimeout(timer)
      search?.abort()
      dialog.remove()
      resolve(chosen)
    })

    document.body.append(dialog)
    dialog.showModal()
    input.select()
    look()
  })
