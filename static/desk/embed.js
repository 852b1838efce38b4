/* Something of another site: `<figure data-embed="https://its-page.example/">title</figure>`.

   Readers see a link and a button; nothing of that site is loaded before they press it. */

import { askedBlock, askFor, kept } from "desk/asking"

const named = (providers) => providers.map(({ name }) => name).join(", ")

/** The provider whose pages have such addresses; patterns are Python's, whose groups have a P more. */
const providerOf = (providers, address) =>
  providers.find(({ pattern }) =>
    new RegExp(`^(?:${pattern.replaceAll("(?P<", "(?<")})$`).test(address),
  )

export const Embed = askedBlock({
  name: "embed",
  button: ["smart_display", "video, sound or chart of another site"],

  addOptions: () => ({ providers: [] }),

  addAttributes: () => ({
    address: kept((element) => element.dataset.embed),
    title: kept((element) => element.textContent),
  }),

  parseHTML: () => [{ tag: "figure[data-embed]", priority: 60 }],
  renderHTML: ({ node }) => ["figure", { "data-embed": node.attrs.address }, node.attrs.title],
  renderText: ({ node }) => `${node.attrs.title} ${node.attrs.address}`,

  ask: async (editor, { providers }, known) => {
    let typed = known
    let trouble = ""
    for (;;) {
      const fields = {
        address: {
          title: "Address of its page",
          description: trouble || `One of ${named(providers)}`,
          required: true,
        },
        title: { title: "What it shows, in a few words", required: true },
      }
      typed = await askFor(editor, "Video, sound or chart of another site", fields, typed)
      if (!typed || providerOf(providers, typed.address)) return typed
      trouble = `This is no address of ${named(providers)}. Link to it from the text instead.`
    }
  },

  draw: ({ address, title }) => ({ label: "Embed:", words: title || address, about: address }),
})
