/* The Interesting line: `<aside data-interesting="ID">headline at the time of writing</aside>`.

   Without an ID it waits for the story of that headline. Typing `Interesting:` on an empty line, or
   the button, opens the picker; what was typed stays until a story is chosen. */

import { crel, InputRule, Node } from "django-prose-editor/editor"
import { addOrChange, blockAround, changeBlock, keysOf, putBlock } from "desk/blocks"
import { pickStory, storyOf } from "desk/stories"

const escaped = (text) => text.replace(/[-/\\^$*+?.()|[\]{}]/g, "\\$&")
const oneLine = (text) => text.split(/\s+/).filter(Boolean).join(" ")

export const Interesting = Node.create({
  name: "interesting",
  group: "block",
  atom: true,
  draggable: true,
  priority: 110, // before the keys of paragraphs

  addOptions: () => ({ search: "", article: null, label: "Interesting" }),

  addAttributes: () => ({
    article: {
      default: "",
      parseHTML: (element) => element.dataset.interesting,
      rendered: false,
    },
    headline: {
      default: "",
      parseHTML: (element) => oneLine(element.textContent),
      rendered: false,
    },
  }),

  parseHTML: () => [{ tag: "aside[data-interesting]" }],

  renderHTML: ({ node }) => [
    "aside",
    { "data-interesting": node.attrs.article },
    node.attrs.headline,
  ],

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
            article: chosen.id,
            headline: oneLine(chosen.headline),
          })
        }
        editor.view.focus()
      },
    }
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
