/**
 * A page as flat arrays over its bytes, one entry a node, in document order.
 *
 * A node is an element or a run of text. No text is decoded and no attribute is read: a node says where
 * both stand. A parent stands before its children, and node `n` holds the nodes from `n + 1` up to
 * `end[n]`, so that walks need neither recursion nor pointers. Node 0 is the page itself.
 *
 * The arrays belong to the parser, are longer than the page, and are written over by its next page.
 */
export interface Tree {
  /** UTF-8, or near enough: bytes that are not are replaced when they are decoded. */
  readonly bytes: Uint8Array
  /** Number of nodes. */
  readonly size: number
  /** Number of the tag; 0 for text. */
  readonly tag: Uint8Array
  readonly parent: Int32Array
  /** The first node behind the element; for text, the node after it. */
  readonly end: Int32Array
  /** Text: its first byte. Element: the first byte of its name. */
  readonly from: Int32Array
  /** Text: the byte after its last. Element: the byte that ends its start tag. */
  readonly to: Int32Array
  /** Text: what stands before it, as bits of {@link Gap}. */
  readonly gap: Uint8Array
}

/** What stands between a text and the text before it. */
export const Gap = {
  /** White space that is in no text node. */
  space: 1,
  /** The end of a line within a block. */
  line: 2,
  /** The edge of a table cell. */
  cell: 4,
  /** The edge of a block. */
  block: 8,
} as const
