/* The Interesting line: `<aside data-interesting="ID" …>headline at the time of writing</aside>`.

   The ID is a story's, `tag-5` or `section-3` for the latest of those, or empty while the line waits
   for the story of its headline. What else it may say of itself is in articles/body/lines.py. Typing
   `Interesting:` on an empty line, or the button, opens the picker; what was typed stays until a
   story is chosen.

   Whoever else wants to put in a line tells the editor's element ([role=textbox]):

       text.dispatchEvent(new CustomEvent("newsroom:insert-line", {
         cancelable: true,
         detail: { target: "42", headline: "…", origin: "suggestion", reason: "…", place: 3 },
       }))

   `place` counts the blocks of the text that stand before the line; without it, it goes to the
   cursor. `label` may be given too. The answer is false (the default is prevented) when the line
   stands in the text. It goes in as one step that Ctrl+Z takes back, and the focus stays where it is.
   The element says `newsroom:lines` whenever lines came, went or changed. */

import { crel, InputRule, Node } from "django-prose-editor/editor"
import { addOrChange, blockAround, changeBlock, keysOf, putBlock, putBlockAt } from "desk/blocks"
import { pickStory, storyOf } from "desk/stories"

const escaped = (text) => text.replace(/[-/\\^$*+?.()|[\]{}]/g, "\\$&")
const oneLine = (text) => text.split(/\s+/).filter(Boolean).join(" ")

/** An attribute of the element that is one of the node, "" where it is missing. */
const said = (name) => ({
  default: "",
  parseHTML: (element) => element.dataset[name] ?? "",
  rendered: false,
})

/** All lines of a text, to see whether they changed. */
const linesOf = (doc) => {
  const lines = []
  doc.forEach((block) => {
    if (block.type.name === "interesting") lines.push(block.attrs)
  })
  return JSON.stringify(lines)
}

export const Interesting = Node.create({
  name: "interesting",
  group: "block",
  atom: true,
  draggable: true,
  priority: 110, // before the keys of paragraphs

  addOptions: () => ({ search: "", article: null, label: "Interesting" }),

  addAttributes: () => ({
    article: said("interesting"),
    headline: {
      default: "",
      parseHTML: (element) => oneLine(element.textContent),
      rendered: false,
    },
    label: said("label"),
    pinned: {
      default: false,
      parseHTML: (element) => "pinned" in element.dataset,
      rendered: false,
    },
    origin: said("origin"),
    reason: said("reason"),
  }),

  parseHTML: () => [{ tag: "aside[data-interesting]" }],

  renderHTML: ({ node }) => {
    const { article, headline, label, pinned, origin, reason } = node.attrs
    const attributes = { "data-interesting": article }
    if (label) attributes["data-label"] = label
    if (pinned && article && headline) attributes["data-pinned"] = ""
    if (origin) attributes["data-origin"] = origin
    if (origin && reason) attributes["data-reason"] = reason
    return ["aside", attributes, headline]
  },

  renderText({ node }) {
    return `${this.options.label}: ${node.attrs.headline}`
  },

  addStorage() {
    const { options } = this
    const choose = (words) =>
      pickStory({ ...options, words, title: `${options.label}: which story?`, mayWait: true })
    return {
      /** Ask for a story; what was typed, if anything, makes room for the line. */
      async add(editor, typed) {
        const chosen = await choose("")
        editor.view.focus()
        if (!chosen) return
        const node = editor.schema.nodes.interesting.create({
          article: chosen.id,
          headline: oneLine(chosen.headline),
        })
        putBlock(editor, node, typed)
      },
      async change(editor, position) {
        const { attrs } = editor.state.doc.nodeAt(position)
        const chosen = await choose(attrs.headline)
        if (chosen) {
          changeBlock(editor, position, {
            label: attrs.label,
            article: chosen.id,
            headline: oneLine(chosen.headline),
          })
        }
        editor.view.focus()
      },
    }
  },

  onCreate() {
    const { editor } = this
    editor.view.dom.addEventListener("newsroom:insert-line", (event) => {
      const { target, headline, origin = "", reason = "", label = "", place } = event.detail
      const node = editor.schema.nodes.interesting.create({
        article: String(target ?? ""),
        headline: oneLine(headline ?? ""),
        origin,
        reason: oneLine(reason),
        label: oneLine(label),
      })
      if (place === undefined) putBlock(editor, node)
      else putBlockAt(editor, node, place)
      event.preventDefault()
    })
  },

  onUpdate({ transaction }) {
    if (linesOf(transaction.before) === linesOf(transaction.doc)) return
    this.editor.view.dom.dispatchEvent(new CustomEvent("newsroom:lines", { bubbles: true }))
  },

  addInputRules() {
    const names = [...new Set(["Interesting", this.options.label])].map(escaped).join("|")
    return [
      new InputRule({
        find: new RegExp(`^(?:${names}) ?[:：]$`, "i"),
        handler: ({ state }) => {
          const { $from } = state.selection
          const isAlone = $from.depth === 1 && $from.parentOffset === $from.parent.content.size
          if (isAlone && $from.parent.type.name === "paragraph") {
            // The colon is written first; whoever leaves the picker finds what was typed.
            window.setTimeout(() => {
              this.storage.add(this.editor, blockAround(this.editor.state.selection))
            })
          }
          return null
        },
      }),
    ]
  },

  addKeyboardShortcuts() {
    return keysOf(this)
  },

  addMenuItems({ buttons, menu }) {
    const { label } = this.options
    menu.defineItem({
      name: "interesting",
      groups: "nodes",
      button: buttons.text(`${label}:`, `${label}: another story between two paragraphs`),
      command: (editor) => addOrChange(this, editor),
      active: (editor) => editor.isActive("interesting"),
    })
  },

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const label = crel("span", { className: "desk-line-label" })
      const headline = crel("span", { className: "desk-line-headline", dir: "auto" })
      const state = crel("span", { className: "desk-state" })
      const button = crel("button", { type: "button", textContent: "Change…" })
      const dom = crel("div", { className: "desk-line" }, [label, " ", headline, " ", state, button])
      label.textContent = `${this.options.label}:`

      const say = (words, kind, text) => {
        headline.textContent = words
        state.dataset.state = kind
        state.textContent = text
        button.setAttribute("aria-label", `Change the line “${words}”, ${text}`)
      }

      const draw = async () => {
        const { attrs } = node
        say(attrs.headline, "", "…")
        if (!attrs.article) {
          say(attrs.headline, "waiting", "waiting for a story of this headline")
          return
        }
        try {
          const story = await storyOf(this.options.search, attrs.article)
          if (node.attrs !== attrs) return // changed in the meantime
          if (!story) say(attrs.headline, "gone", "not live: this story was deleted")
          else if (story.is_live) say(story.headline, "live", "live")
          else say(story.headline, "waiting", `not live: ${story.says.toLowerCase()}`)
        } catch (error) {
          if (node.attrs === attrs) say(attrs.headline, "", error.message)
        }
      }

      button.addEventListener("click", () => this.storage.change(editor, getPos()))
      draw()

      return {
        dom,
        update(next) {
          if (next.type !== node.type) return false
          const isSame = next.attrs === node.attrs
          node = next
          if (!isSame) draw()
          return true
        },
        stopEvent: (event) => button.contains(event.target),
        ignoreMutation: () => true,
      }
    }
  },
})
