/* A stored text is read to the letter: nothing that the journalist does not touch may change.

   The editor would collapse double spaces, and glue two words together where the source has a line
   break between them; such a break becomes the space that readers see. Pasted text is still read as
   browsers do, because this is about the first reading only.

   Here also is what the whole editor must know of the page around it. */

import { Extension, OrderedList as AnyOrderedList, pm } from "django-prose-editor/editor"

const BLOCKS = /^(P|H[1-6]|UL|OL|LI|BLOCKQUOTE|ASIDE|FIGURE|HR|SECTION|TABLE|CAPTION|TBODY|TR|TH|TD)$/
const HOLDERS = "ul, ol, li, blockquote, section, table, tbody, tr, th, td"

const isBlock = (node) => !node || BLOCKS.test(node.nodeName)

/** White space between two blocks lays out the source and is no text. */
const dropLayout = (holder) => {
  for (const node of [...holder.childNodes]) {
    const isBlank = node.nodeType === Node.TEXT_NODE && /^[ \t\r\n\f]*$/.test(node.data)
    if (isBlank && isBlock(node.previousSibling) && isBlock(node.nextSibling)) node.remove()
  }
}

const straighten = (body) => {
  const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data.replace(/\r\n?|\n/g, " ")
  }
}

/** How much of the window's edge something sticks to, so that nobody types underneath it. */
const covered = (selector) => {
  const sticking = document.querySelector(selector)
  return sticking && getComputedStyle(sticking).position === "sticky" ? sticking.offsetHeight : 0
}

const shown = {
  left: 0,
  right: 0,
  get top() {
    return covered(".prose-menubar") + 8
  },
  get bottom() {
    return covered(".desk-buttons") + 8
  },
}

export const Exact = Extension.create({
  name: "exact",

  onBeforeCreate({ editor }) {
    const { body } = new DOMParser().parseFromString(editor.options.content, "text/html")
    for (const holder of [body, ...body.querySelectorAll(HOLDERS)]) dropLayout(holder)
    straighten(body)
    editor.options.content = pm.model.DOMParser.fromSchema(editor.schema).parse(body, {
      preserveWhitespace: "full",
    })
    editor.options.editorProps = {
      attributes: { "aria-label": "Text", "aria-multiline": "true" },
      scrollMargin: shown,
      scrollThreshold: shown,
    }
    // Its one inline style stands in desk/editor.css, as the content security policy wants it.
    editor.options.injectCSS = false
  },

  addKeyboardShortcuts() {
    return {
      // Behind a last block of our own there is nowhere to type; the browser then stays where it is.
      "Mod-End": ({ editor }) => {
        const { doc, schema, tr } = editor.state
        if (doc.lastChild.isTextblock) return false
        tr.insert(doc.content.size, schema.nodes.paragraph.create())
        tr.setSelection(pm.state.Selection.atEnd(tr.doc))
        editor.view.dispatch(tr.scrollIntoView())
        return true
      },
    }
  },
})

/** Numbered 1, 2, 3 unless it says otherwise; the editor would write so on every list. */
export const OrderedList = AnyOrderedList.extend({
  addAttributes() {
    const { type, ...others } = this.parent()
    const renderHTML = (attributes) =>
      attributes.type === "decimal" ? {} : type.renderHTML(attributes)
    return { ...others, type: { ...type, renderHTML } }
  },
})
