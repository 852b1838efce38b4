/* The few words that a block is made of, asked for in the editor's own dialog. */

import { crel, Node, updateAttrsDialog } from "django-prose-editor/editor"
import { addOrChange, changeBlock, keysOf, putBlock } from "desk/blocks"

/** Resolves to the words typed, trimmed, or to null when the dialog was left. `fields` is by name. */
export const askFor = async (editor, title, fields, words = {}) => {
  const typed = await updateAttrsDialog(fields, { title, submitText: "Put it in" })(editor, words)
  editor.view.focus()
  if (!typed) return null
  return Object.fromEntries(
    Object.entries(typed).map(([name, value]) => [
      name,
      typeof value === "string" ? value.split(/\s+/).filter(Boolean).join(" ") : value,
    ]),
  )
}

/** A block that is a line in the text, drawn as `draw(attrs)` says: `{ label, words, about }`.
 *
 * `ask(editor, options, attrs)` promises new attributes, or null. The button, Enter on the block
 * and its own button all lead there. Everything else of `node` is Tiptap's.
 */
export const askedBlock = ({ button, ask, draw, ...node }) =>
  Node.create({
    group: "block",
    atom: true,
    draggable: true,
    priority: 110, // before the keys of paragraphs
    ...node,

    addStorage() {
      const { options, name } = this
      return {
        async add(editor) {
          const attrs = await ask(editor, options, {})
          if (attrs) putBlock(editor, editor.schema.nodes[name].create(attrs))
        },
        async change(editor, position) {
          const attrs = await ask(editor, options, editor.state.doc.nodeAt(position).attrs)
          if (attrs) changeBlock(editor, position, attrs)
        },
      }
    },

    addKeyboardShortcuts() {
      return keysOf(this)
    },

    addMenuItems({ buttons, menu }) {
      menu.defineItem({
        name: this.name,
        groups: "nodes",
        button: buttons.material(...button),
        command: (editor) => addOrChange(this, editor),
        active: (editor) => editor.isActive(this.name),
      })
    },

    addNodeView() {
      return ({ node, editor, getPos }) => {
        const label = crel("span", { className: "desk-line-label" })
        const words = crel("span", { className: "desk-line-headline", dir: "auto" })
        const about = crel("span", { className: "desk-line-about", dir: "auto" })
        const change = crel("button", { type: "button", textContent: "Change…" })
        const dom = crel("div", { className: "desk-line" }, [label, words, about, change])

        const show = () => {
          const shown = draw(node.attrs)
          label.textContent = shown.label
          words.textContent = shown.words
          about.textContent = shown.about
          change.setAttribute("aria-label", `Change: ${shown.label} “${shown.words}”`)
        }
        change.addEventListener("click", () => this.storage.change(editor, getPos()))
        show()

        return {
          dom,
          update(next) {
            if (next.type !== node.type) return false
            node = next
            show()
            return true
          },
          stopEvent: (event) => change.contains(event.target),
          ignoreMutation: () => true,
        }
      }
    },
  })

/** An attribute that `read(element)` finds and `renderHTML` of its node writes. */
export const kept = (read) => ({ default: "", parseHTML: read, rendered: false })
