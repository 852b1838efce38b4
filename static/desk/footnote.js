/* A footnote: `<span data-footnote="">its words</span>`, where readers see its number. */

import { crel, Node } from "django-prose-editor/editor"
import { askFor, kept } from "desk/asking"
import { addOrChange, keysOf } from "desk/blocks"

const FIELDS = {
  words: {
    title: "The note; addresses in it become links",
    format: "textarea",
    required: true,
  },
}

export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  atom: true,
  priority: 110,

  addAttributes: () => ({ words: kept((element) => element.textContent) }),

  parseHTML: () => [{ tag: "span[data-footnote]", priority: 60 }],
  renderHTML: ({ node }) => ["span", { "data-footnote": "" }, node.attrs.words],
  renderText: ({ node }) => ` [${node.attrs.words}]`,

  addStorage: () => ({
    async add(editor) {
      const { to } = editor.state.selection // behind the words that it is about
      const typed = await askFor(editor, "Footnote", FIELDS)
      if (!typed?.words) return
      editor.chain().focus().insertContentAt(to, { type: "footnote", attrs: typed }).run()
    },
    async change(editor, position) {
      const { attrs } = editor.state.doc.nodeAt(position)
      const typed = await askFor(editor, "Footnote", FIELDS, attrs)
      if (!typed?.words) return
      editor.view.dispatch(editor.state.tr.setNodeMarkup(position, null, typed))
    },
  }),

  addKeyboardShortcuts() {
    return keysOf(this)
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "footnote",
      groups: "link",
      button: buttons.text("Note", "footnote"),
      command: (editor) => addOrChange(this, editor),
      active: (editor) => editor.isActive("footnote"),
    })
  },

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const dom = crel("button", { type: "button", className: "desk-note", textContent: "note" })
      const show = () => {
        dom.title = node.attrs.words
        dom.setAttribute("aria-label", `Change the footnote “${node.attrs.words}”`)
      }
      dom.addEventListener("click", () => this.storage.change(editor, getPos()))
      show()
      return {
        dom,
        update(next) {
          if (next.type !== node.type) return false
          node = next
          show()
          return true
        },
        stopEvent: (event) => event.type === "click",
        ignoreMutation: () => true,
      }
    }
  },
})
