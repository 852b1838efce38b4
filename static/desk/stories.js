/* Stories, as the picker and the lines in the text show them. */

import { crel } from "django-prose-editor/editor"
import { ask, pick } from "desk/picker"

const known = new Map() // id → promise of the story, or of undefined when it is gone
let wanted = null // ids asked for in this turn, so that a page of lines makes one request

const askForWanted = (address, article) => {
  const ids = wanted
  wanted = null
  const within = article ? [["not", article]] : []
  return ask(address, [...[...ids].map((id) => ["id", id]), ...within]).then(
    (found) => new Map(found.map((story) => [String(story.id), story])),
  )
}

/** The story of this id as it is now; undefined when there is none. `article` is the one it is for. */
export const storyOf = (address, id, article = null) => {
  if (!known.has(id)) {
    if (!wanted) {
      const ids = new Set()
      wanted = ids
      ids.answer = Promise.resolve().then(() => askForWanted(address, article))
    }
    wanted.add(id)
    const { answer } = wanted
    const story = answer.then((stories) => stories.get(id))
    story.catch(() => known.delete(id))
    known.set(id, story)
  }
  return known.get(id)
}

const show = (story) => [
  crel("span", { className: "desk-picker-words", dir: "auto", textContent: story.headline }),
  crel("span", { className: "desk-picker-about" }, [
    crel("span", {
      className: "desk-state",
      "data-state": story.state,
      textContent: story.says,
    }),
    ` ${story.when}`,
  ]),
]

/** A story chosen by hand, or a headline to wait for: `{ id, headline }`, or null.
 *
 * With `lists` the latest of a tag or section may be chosen too; its id is `tag-5` or `section-3`.
 */
export const pickStory = async ({ search, article, title, words, mayWait, lists = false }) => {
  const more = [...(article ? [["not", article]] : []), ...(lists ? [["lists", 1]] : [])]
  const chosen = await pick({
    title,
    label: lists ? "Words of its headline, or a tag or section" : "Words of its headline",
    noun: lists ? ["choice", "choices"] : ["story", "stories"],
    words,
    find: (typed, signal) => ask(search, [["q", typed], ...more], signal),
    show,
    last: (typed) =>
      mayWait && typed
        ? { text: `Leave it waiting for “${typed}”`, choice: { id: "", headline: typed } }
        : null,
  })
  if (chosen?.id) known.set(String(chosen.id), Promise.resolve(chosen))
  return chosen && { id: String(chosen.id), headline: chosen.headline }
}
