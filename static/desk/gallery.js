/* A gallery: `<section data-gallery="title">` around two or more `<figure data-image="ID">caption`.

   As with a single picture, an empty caption means that the picture's own is shown. */

import { crel, Node } from "django-prose-editor/editor"
import { putBlock } from "desk/blocks"
import { kept } from "desk/asking"
import { ask } from "desk/picker"
import { pickPicture, thumbnail } from "desk/picture"

const figuresOf = (element) =>
  [...element.querySelectorAll(":scope > figure[data-image]")].map((figure) => ({
    image: figure.dataset.image,
    caption: figure.textContent,
  }))

const moved = (pictures, place, by) => {
  const others = pictures.toSpliced(place, 1)
  return others.toSpliced(place + by, 0, pictures[place])
}

export const Gallery = Node.create({
  name: "gallery",
  group: "block",
  atom: true,
  draggable: true,
  priority: 110, // before the keys of paragraphs

  addOptions: () => ({ search: "" }),

  addAttributes: () => ({
    title: kept((element) => element.dataset.gallery),
    pictures: { ...kept(figuresOf), default: [] },
  }),

  parseHTML: () => [{ tag: "section[data-gallery]" }],

  renderHTML: ({ node }) => [
    "section",
    { "data-gallery": node.attrs.title },
    ...node.attrs.pictures.map(({ image, caption }) => ["figure", { "data-image": image }, caption]),
  ],

  renderText: ({ node }) => node.attrs.title,

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "gallery",
      groups: "nodes",
      button: buttons.material("photo_library", "gallery: several pictures in a row"),
      command: async (editor) => {
        const chosen = await pickPicture(this.options.search, "First picture of the gallery?")
        editor.view.focus()
        if (!chosen) return
        const pictures = [{ image: String(chosen.id), caption: "" }]
        putBlock(editor, editor.schema.nodes.gallery.create({ pictures }))
      },
      active: (editor) => editor.isActive("gallery"),
    })
  },

  addNodeView() {
    return ({ node, editor, getPos }) => {
      const { search } = this.options
      const title = crel("input", {
        type: "text",
        dir: "auto",
        className: "desk-caption",
        value: node.attrs.title,
        placeholder: "What these pictures show together",
        "aria-label": "Title of this gallery",
      })
      const list = crel("ol", { className: "desk-gallery-pictures" })
      const add = crel("button", { type: "button", textContent: "Add a picture…" })
      const hint = crel("span", { className: "desk-line-about" })
      const dom = crel("div", { className: "desk-gallery" }, [title, list, add, hint])

      const write = (changes) => {
        const own = { ...node.attrs, ...changes }
        editor.view.dispatch(editor.state.tr.setNodeMarkup(getPos(), null, own))
      }

      const item = ({ image, caption }, place, known) => {
        const picture = known.get(image)
        const called = picture?.alt || picture?.caption || `picture ${image}`
        const words = crel("input", {
          type: "text",
          dir: "auto",
          value: caption,
          placeholder: picture?.caption || "No caption",
          "aria-label": `Caption of ${called} in this story`,
        })
        words.addEventListener("input", () => {
          const pictures = node.attrs.pictures.with(place, { image, caption: words.value })
          write({ pictures })
        })
        const button = (text, label, isPossible, change) => {
          const made = crel("button", {
            type: "button",
            textContent: text,
            disabled: !isPossible,
            "aria-label": `${label}: ${called}`,
          })
          made.addEventListener("click", () => {
            write({ pictures: change(node.attrs.pictures) })
            const fallback = list.children[Math.min(place, list.children.length - 1)]
            ;(fallback?.querySelector("input") ?? add).focus()
          })
          return made
        }
        const last = node.attrs.pictures.length - 1
        return crel("li", {}, [
          picture ? thumbnail(picture) : `Picture ${image} is not to be seen`,
          words,
          button("←", "Move earlier", place > 0, (all) => moved(all, place, -1)),
          button("→", "Move later", place < last, (all) => moved(all, place, 1)),
          button("×", "Take out", true, (all) => all.toSpliced(place, 1)),
        ])
      }

      let drawn = ""
      const known = new Map()
      const draw = async () => {
        const { pictures } = node.attrs
        hint.textContent = pictures.length < 2 ? "Two pictures make a gallery" : ""
        const shown = pictures.map(({ image }) => image).join()
        if (shown === drawn) return
        drawn = shown
        const wanted = pictures.filter(({ image }) => !known.has(image))
        if (wanted.length) {
          try {
            const found = await ask(search, wanted.map(({ image }) => ["id", image]))
            for (const picture of found) known.set(String(picture.id), picture)
          } catch (error) {
            hint.textContent = error.message
          }
          if (drawn !== shown) return // changed in the meantime
        }
        const own = node.attrs.pictures
        list.replaceChildren(...own.map((picture, place) => item(picture, place, known)))
      }

      title.addEventListener("input", () => write({ title: title.value }))
      add.addEventListener("click", async () => {
        const chosen = await pickPicture(search, "Which picture comes next?")
        if (!chosen) return
        known.set(String(chosen.id), chosen)
        const { pictures } = node.attrs
        write({ pictures: [...pictures, { image: String(chosen.id), caption: "" }] })
        add.focus()
      })
      draw()

      return {
        dom,
        update(next) {
          if (next.type !== node.type) return false
          node = next
          if (title.value !== node.attrs.title) title.value = node.attrs.title
          draw()
          return true
        },
        stopEvent: (event) => event.target.closest?.("input, button"),
        ignoreMutation: () => true,
      }
    }
  },
})
