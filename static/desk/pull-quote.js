/* A pull quote: `<aside data-quote="who said it, or nothing">words</aside>`.

   Words that stand in the text as well are for the eye alone; readers who listen hear them once. */

import { askedBlock, askFor, kept } from "desk/asking"

const FIELDS = {
  words: { title: "The words", format: "textarea", required: true },
  who: { title: "Who said them, if that is not clear" },
}

export const PullQuote = askedBlock({
  name: "pullQuote",
  button: ["format_size", "pull quote: a few words set large"],

  addAttributes: () => ({
    words: kept((element) => element.textContent),
    who: kept((element) => element.dataset.quote),
  }),

  parseHTML: () => [{ tag: "aside[data-quote]", priority: 60 }],
  renderHTML: ({ node }) => ["aside", { "data-quote": node.attrs.who }, node.attrs.words],
  renderText: ({ node }) => node.attrs.words,

  ask: async (editor, options, { words, who }) => {
    const { from, to } = editor.state.selection
    const chosen = words ?? editor.state.doc.textBetween(from, to, " ")
    const typed = await askFor(editor, "Pull quote", FIELDS, { words: chosen, who })
    return typed?.words ? typed : null
  },

  draw: ({ words, who }) => ({ label: "Pull quote:", words, about: who && `– ${who}` }),
})
