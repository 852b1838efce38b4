/* Suggestions under the search field: headlines, tags and authors that hold what was typed so far.
   https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */

const PAUSE_MS = 120
let lists = 0

export const suggest = (form) => {
  const field = form.querySelector("[name=q]")
  const list = document.createElement("ul")
  list.id = `suggestions-${++lists}`
  list.className = "suggestions"
  list.role = "listbox"
  list.ariaLabel = field.ariaLabel
  list.hidden = true
  field.after(list)
  field.role = "combobox"
  field.ariaAutoComplete = "list"
  field.ariaExpanded = "false"
  field.setAttribute("aria-controls", list.id)

  let timer
  let asking = new AbortController()
  let chosen = -1

  const choose = (place) => {
    list.children[chosen]?.setAttribute("aria-selected", "false")
    chosen = place
    const option = list.children[chosen]
    option?.setAttribute("aria-selected", "true")
    option?.scrollIntoView({ block: "nearest" })
    if (option) field.setAttribute("aria-activedescendant", option.id)
    else field.removeAttribute("aria-activedescendant")
  }

  const close = () => {
    clearTimeout(timer)
    asking.abort()
    choose(-1)
    list.hidden = true
    field.ariaExpanded = "false"
  }

  const optionOf = ({ text, label, address }, place) => {
    const option = document.createElement("li")
    option.id = `${list.id}-${place}`
    option.role = "option"
    option.ariaSelected = "false"
    option.dataset.address = address
    const words = document.createElement("span")
    words.dir = "auto"
    words.textContent = text
    option.append(words)
    if (label) {
      const kind = document.createElement("small")
      kind.textContent = label
      option.append(" ", kind)
    }
    return option
  }

  const ask = async () => {
    asking.abort()
    asking = new AbortController()
    const asked = field.value.trim()
    if (!asked) return close()
    try {
      const address = `${form.dataset.suggestions}?${new URLSearchParams({ q: asked })}`
      const answer = await fetch(address, { signal: asking.signal })
      if (!answer.ok) return close()
      const { suggestions } = await answer.json()
      if (document.activeElement !== field) return close()
      choose(-1)
      list.replaceChildren(...suggestions.map(optionOf))
      list.hidden = !suggestions.length
      field.ariaExpanded = String(!list.hidden)
    } catch (error) {
      if (error.name !== "AbortError") close() // without a network the form is still a form
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer)
    timer = setTimeout(ask, PAUSE_MS)
  })
  field.addEventListener("blur", close)
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return
    const last = list.children.length - 1
    const steps = {
      ArrowDown: () => choose(chosen < last ? chosen + 1 : -1),
      ArrowUp: () => choose(chosen < 0 ? last : chosen - 1),
      Escape: close,
      Enter: () => location.assign(list.children[chosen].dataset.address),
    }
    const step = event.key === "Enter" && chosen < 0 ? null : steps[event.key]
    if (!step) return
    event.preventDefault()
    step()
  })
  list.addEventListener("pointerdown", (event) => event.preventDefault()) // the field keeps focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]")
    if (option) location.assign(option.dataset.address)
  })
  if (field.value && field.value !== field.defaultValue) ask() // typed while this was on its way
}
