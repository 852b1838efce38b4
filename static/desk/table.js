/* Tables of words and numbers: `<table><caption>…</caption><tbody>` and rows of `th` and `td`.

   Cells hold paragraphs. A row of heads at the top heads the columns, any other head its row. */

import {
  crel,
  Table as AnyTable,
  TableCell as AnyTableCell,
  TableHeader as AnyTableHeader,
} from "django-prose-editor/editor"
import { kept } from "desk/asking"

export const TableCell = AnyTableCell.extend({ content: "paragraph+" })
export const TableHeader = AnyTableHeader.extend({ content: "paragraph+" })

export const Table = AnyTable.extend({
  addAttributes() {
    return {
      ...this.parent?.(),
      caption: kept((element) => element.querySelector(":scope > caption")?.textContent ?? ""),
    }
  },

  parseHTML: () => [
    { tag: "table" },
    { tag: "caption", ignore: true }, // read as an attribute
  ],

  renderHTML: ({ node }) => [
    "table",
    ...(node.attrs.caption ? [["caption", node.attrs.caption]] : []),
    ["tbody", 0],
  ],

  addNodeView() {
    const make = this.parent()
    return (given) => {
      const { editor, getPos } = given
      let { node } = given
      const view = make(given)
      const caption = crel("input", {
        type: "text",
        dir: "auto",
        className: "desk-caption",
        placeholder: "What this table shows",
        value: node.attrs.caption,
        "aria-label": "Caption of this table",
      })
      caption.addEventListener("input", () => {
        const { tr } = editor.state
        const own = { ...node.attrs, caption: caption.value }
        editor.view.dispatch(tr.setNodeMarkup(getPos(), null, own))
      })
      view.dom.prepend(caption)

      const update = view.update.bind(view)
      view.update = (next) => {
        if (!update(next)) return false
        node = next
        if (caption.value !== node.attrs.caption) caption.value = node.attrs.caption
        return true
      }
      const isIgnored = view.ignoreMutation.bind(view)
      view.ignoreMutation = (mutation) => caption.contains(mutation.target) || isIgnored(mutation)
      view.stopEvent = (event) => event.target === caption
      return view
    }
  },
})
