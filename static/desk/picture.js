/* A picture between two paragraphs: `<figure data-image="ID">a caption of its own</figure>`.

   An empty caption means that the picture's own is shown. */

import { crel, Node } from "django-prose-editor/editor"
import { addOrChange, changeBlock, keysOf, putBlock } from "desk/blocks"
import { ask, pick } from "desk/picker"

export const thumbnail = (picture) =>
  crel("img", {
    src: picture.url,
    width: picture.width,
    height: picture.height,
    alt: picture.alt,
    loading: "lazy",
  })

const show = (picture) => [
  thumbnail(picture),
  crel("span", { className: "desk-picker-words", dir: "auto" }, [
    picture.caption || picture.alt || "No caption",
  ]),
  crel("span", { className: "desk-picker-about" }, [
    picture.alt ? `Alt text: ${picture.alt}` : "No alt text",
    picture.credit ? ` · ${picture.credit}` : "",
  ]),
]

/** A picture chosen by hand, as the desk's address tells of it, or null. */
export const pickPicture = (search, title) =>
  pick({
    title,
    label: "Words of its caption, alt text or credit",
    noun: ["picture", "pictures"],
    find: (typed, signal) => ask(search, [["q", typed]], signal),
    show,
  })

export const Picture = Node.create({
  name: "picture",
  group: "block",
  atom: true,
  draggable: true,
  priority: 110, // before the keys of paragraphs

  addOptions: () => ({ search: "" }),

  addAttributes: () => ({
    image: {
      default: "",
      parseHTML: (element) => element.dataset.image,
      rendered: false,
    },
    caption: {
      default: "",
      parseHTML: (element) => element.textContent,
      rendered: false,
    },
  }),

  parseHTML: () => [{ tag: "figure[data-image]" }],

  renderHTML: ({ node }) => ["figure", { "data-image": node.attrs.image }, node.attrs.caption],

  renderText: ({ node }) => node.attrs.caption,

  addStorage() {
    const { search } = this.options
    const choose = () => pickPicture(search, "Which picture?")
    return {
      async add(editor) {
        const chosen = await choose()
        editor.view.focus()
        if (!chosen) return
        putBlock(editor, editor.schema.nodes.picture.create({ image: String(chosen.id) }))
      },
      async change(editor, position) {
        const chosen = await choose()
        if (chosen) {
          const { caption } = editor.state.doc.nodeAt(position).attrs
          changeBlock(editor, position, { image: String(chosen.id), caption })
        }
        editor.view.focus()
      },
    }
  },

  addKeyboardShortcuts() {
    return keysOf(this)
  },

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "picture",
      groups: "nodes",
      button: buttons.material("image", "picture"),
      command: (editor) => addOrChange(this, editor),
      active: (editor) => editor.isActive("picture"),
    })
  },

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const frame = crel("div", { className: "desk-picture-frame" })
      const caption = crel("input", {
        type: "text",
        dir: "auto",
        value: node.attrs.caption,
        "aria-label": "Caption of this picture in this story",
      })
      const button = crel("button", { type: "button", textContent: "Change…" })
      const dom = crel("div", { className: "desk-picture" }, [frame, caption, button])

      const draw = async () => {
        const { image } = node.attrs
        let picture
        try {
          ;[picture] = await ask(this.options.search, [["id", image]])
        } catch {
          picture = null
        }
        if (node.attrs.image !== image) return
        button.setAttribute("aria-label", `Change the picture ${picture?.alt ?? image}`)
        frame.replaceChildren(picture ? thumbnail(picture) : `Picture ${image} is not to be seen`)
        caption.placeholder = picture?.caption || "No caption"
      }

      caption.addEventListener("input", () => {
        const { tr } = editor.state
        const own = { ...node.attrs, caption: caption.value }
        editor.view.dispatch(tr.setNodeMarkup(getPos(), null, own))
      })
      button.addEventListener("click", () => this.storage.change(editor, getPos()))
      draw()

      return {
        dom,
        update(next) {
          if (next.type !== node.type) return false
          const isSame = next.attrs.image === node.attrs.image
          node = next
          if (caption.value !== node.attrs.caption) caption.value = node.attrs.caption
          if (!isSame) draw()
          return true
        },
        stopEvent: (event) => event.target === caption || button.contains(event.target),
        ignoreMutation: () => true,
      }
    }
  },
})
