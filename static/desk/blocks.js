/* Own blocks always stand between the top-level blocks of a text. */

import { pm } from "django-prose-editor/editor"

/** The top-level block that the selection stands in, as positions. */
export const blockAround = ({ $from, $to }) =>
  $from.depth ? { from: $from.before(1), to: $to.after(1) } : { from: $from.pos, to: $to.pos }

/** Put `node` in place of a range, and the cursor into the text after it. */
const put = (editor, node, { from, to }) => {
  const { tr, schema } = editor.state
  tr.replaceWith(from, to, node)
  const after = from + node.nodeSize
  if (!tr.doc.nodeAt(after)?.isTextblock) tr.insert(after, schema.nodes.paragraph.create())
  tr.setSelection(pm.state.TextSelection.create(tr.doc, after + 1))
  editor.view.dispatch(tr.scrollIntoView())
}

/** An own block goes in place of `typed` or of an empty paragraph, else after the cursor's block. */
export const putBlock = (editor, node, typed = null) => {
  if (typed) {
    put(editor, node, typed)
    return
  }
  const { selection } = editor.state
  const block = blockAround(selection)
  const isEmptyLine =
    selection.empty &&
    selection.$from.depth === 1 &&
    selection.$from.parent.type.name === "paragraph" &&
    !selection.$from.parent.content.size
  put(editor, node, isEmptyLine ? block : { from: block.to, to: block.to })
}

/** An own block goes behind the first `place` blocks of the text; the cursor stays where it is. */
export const putBlockAt = (editor, node, place) => {
  const { doc, tr } = editor.state
  let position = 0
  for (let n = 0; n < Math.min(place, doc.childCount); n++) position += doc.child(n).nodeSize
  tr.insert(position, node)
  if (!tr.doc.lastChild.isTextblock) tr.insert(tr.doc.content.size, editor.schema.nodes.paragraph.create())
  editor.view.dispatch(tr)
}

/** Give the own block at `position` other attributes and leave it selected. */
export const changeBlock = (editor, position, attributes) => {
  const { tr } = editor.state
  tr.setNodeMarkup(position, null, attributes)
  tr.setSelection(pm.state.NodeSelection.create(tr.doc, position))
  editor.view.dispatch(tr)
}

const isSelected = (block, { selection }) => selection.node?.type.name === block.name

/** What a block's button does: change the one that is selected, or add one. */
export const addOrChange = (block, editor) => {
  const { state } = editor
  if (isSelected(block, state)) block.storage.change(editor, state.selection.from)
  else block.storage.add(editor)
}

/** Enter changes the block that is selected. */
export const keysOf = (block) => ({
  Enter: ({ editor }) => {
    if (!isSelected(block, editor.state)) return false
    addOrChange(block, editor)
    return true
  },
})
