/* Words that lead to another story, whatever its address: `<a data-article="ID">words</a>`. */

import { Mark } from "django-prose-editor/editor"
import { pickStory } from "desk/stories"

export const ArticleLink = Mark.create({
  name: "articleLink",
  priority: 1100, // before Link, whose address would otherwise win
  excludes: "link articleLink",
  inclusive: false,

  addOptions: () => ({ search: "", article: null }),

  addAttributes: () => ({
    article: {
      default: null,
      parseHTML: (element) => element.dataset.article,
      rendered: false,
    },
  }),

  parseHTML: () => [{ tag: "a[data-article]", priority: 60 }],

  renderHTML: ({ mark }) => ["a", { "data-article": mark.attrs.article }, 0],

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "articleLink",
      groups: "link",
      button: buttons.material("article", "link these words to a story"),
      enabled: (editor) => !editor.state.selection.empty || editor.isActive("articleLink"),
      active: (editor) => editor.isActive("articleLink"),
      command: async (editor) => {
        const { from, to, empty } = editor.state.selection
        const words = empty ? "" : editor.state.doc.textBetween(from, to, " ")
        const title = "Link these words to which story?"
        const chosen = await pickStory({ ...this.options, words, title, mayWait: false })
        const chain = editor.chain().focus()
        if (!chosen) chain.run()
        else if (empty) {
          chain.extendMarkRange("articleLink").setMark("articleLink", { article: chosen.id }).run()
        } else chain.unsetMark("link").setMark("articleLink", { article: chosen.id }).run()
      },
    })
    menu.defineItem({
      name: "unlinkArticle",
      groups: "link",
      button: buttons.material("link_off", "remove the link to a story"),
      hidden: (editor) => !editor.isActive("articleLink"),
      command: (editor) => {
        editor.chain().focus().extendMarkRange("articleLink").unsetMark("articleLink").run()
      },
    })
  },
})
