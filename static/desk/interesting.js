/* The Interesting line: `<aside data-interesting="ID" …>headline at the time of writing</aside>`.

   The ID is a story's, `tag-5` or `section-3` for the latest of those, or empty while the line waits
   for the story of its headline. What else it may say of itself is in articles/body/lines.py. Typing
   `Interesting:`, in any language that knows the word, on an empty line, or the button, opens the
   picker; what was typed stays until a story is chosen.

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
import { askFor } from "desk/asking"
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

const LONGEST_LABEL = 40 // as in articles/body/lines.py
const LABEL = { description: "Another word for this line alone: Also, Background." }
const PINNED = { type: "boolean", title: "Keep these words, whatever the story is called" }
const ORIGINS = { suggestion: "suggested", automatic: "automatic" }

/** What readers get of a line to `story`: the kind of its state, and the state in words. */
const stateOf = (story) => {
  if (story.shown) return ["live", `live: the follow-up of “${story.headline}”`]
  if (/^\D/.test(story.id)) return [story.is_live ? "live" : "waiting", story.when]
  if (story.is_live) return ["live", "live"]
  const from = story.from ? `, until ${story.from}` : ""
  return ["waiting", `not live: ${story.says.toLowerCase()}${from}`]
}

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

  addOptions: () => ({ search: "", article: null, label: "Interesting", direction: "ltr", words: [] }),

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
      pickStory({
        ...options,
        words,
        title: `${options.label}: which story?`,
        mayWait: true,
        lists: true,
      })
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
      /** Ask how the line at `position` is shown: its own label, its own words. */
      async word(editor, position) {
        const { attrs } = editor.state.doc.nodeAt(position)
        const fields = { label: { title: `In place of “${options.label}”`, ...LABEL } }
        fields.headline = { title: "Its words" }
        if (attrs.article) fields.pinned = PINNED
        const typed = await askFor(editor, "How this line is shown", fields, attrs)
        if (!typed) return
        const headline = typed.headline || attrs.headline
        const label = typed.label.slice(0, LONGEST_LABEL).replace(/[\s:：]+$/, "")
        changeBlock(editor, position, { ...attrs, ...typed, label, headline })
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
    const names = [...new Set(["Interesting", this.options.label, ...this.options.words])].map(escaped).join("|")
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
    return {
      ...keysOf(this),
      "Mod-Enter": ({ editor }) => {
        const { selection } = editor.state
        if (selection.node?.type.name !== this.name) return false
        this.storage.word(editor, selection.from)
        return true
      },
    }
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
      const label = crel("span", { className: "desk-line-label", dir: "auto" })
      const headline = crel("span", { className: "desk-line-headline", dir: "auto" })
      const state = crel("span", { className: "desk-state", dir: "auto" })
      const about = crel("span", { className: "desk-line-about", dir: "auto" })
      const change = crel("button", { type: "button", dir: "ltr", textContent: "Change…" })
      const word = crel("button", {
        type: "button",
        dir: "ltr",
        textContent: "Words…",
        title: "Its label and its words (Ctrl+Enter on the line)",
      })
      const { direction: dir } = this.options // the line runs as the story does
      const dom = crel("div", { className: "desk-line", dir }, [
        label, " ", headline, " ", state, " ", about, change, word,
      ])

      const say = (words, kind, text) => {
        const { attrs } = node
        label.textContent = `${attrs.label || this.options.label}:`
        headline.textContent = attrs.pinned ? attrs.headline : words
        state.dataset.state = kind
        state.textContent = text
        const also = [attrs.pinned && "its words stay as they are", ORIGINS[attrs.origin], attrs.reason]
        about.textContent = also.filter(Boolean).join(" · ")
        change.setAttribute("aria-label", `Change the line “${headline.textContent}”, ${text}`)
        word.setAttribute("aria-label", `Words of the line “${headline.textContent}”`)
      }

      const draw = async () => {
        const { attrs } = node
        say(attrs.headline, "", "…")
        if (!attrs.article) {
          say(attrs.headline, "waiting", "waiting for a story of this headline")
          return
        }
        try {
          const story = await storyOf(this.options.search, attrs.article, this.options.article)
          if (node.attrs !== attrs) return // changed in the meantime
          if (!story) say(attrs.headline, "gone", "not live: this story was deleted")
          else say(story.shown || story.headline, ...stateOf(story))
        } catch (error) {
          if (node.attrs === attrs) say(attrs.headline, "", error.message)
        }
      }

      change.addEventListener("click", () => this.storage.change(editor, getPos()))
      word.addEventListener("click", () => this.storage.word(editor, getPos()))
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
        stopEvent: (event) => change.contains(event.target) || word.contains(event.target),
        ignoreMutation: () => true,
      }
    }
  },
})
