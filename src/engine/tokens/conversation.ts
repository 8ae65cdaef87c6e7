import type { Json } from '../../model/document.ts'
import type { Conversation, Message } from '../../tokenizers/chat/chat-template.ts'
import type { TextRow } from '../text-rows.ts'

/**
 * A row of messages as one of text, which is the conversation in JSON: what goes to a thread.
 *
 * Messages are those that the row has where a row of text has its text, and its field `tools` says what the model may call.
 */
export function conversationRow(row: TextRow): TextRow {
  if (row.fields === undefined) return row
  const { id, position, fields } = row
  const found = conversationOf(fields['text'], fields['tools'])
  if (typeof found === 'string') return { id, error: found, position }
  const body = 'body' in row && row.body !== undefined ? row.body : new Uint8Array()
  return { id: id ?? String(position), text: JSON.stringify(found), fields, position, body }
}

/** A conversation, or the reason why it is none: `no-messages`, `bad-messages`. */
function conversationOf(given: Json | undefined, tools: Json | undefined): Conversation | string {
  const messages = listIn(given)
  if (messages === undefined || messages === null) return 'no-messages'
  if (!isList(messages)) return 'bad-messages'
  if (messages.length === 0) return 'no-messages'
  const all = messages.flatMap((message) => (isMessage(message) ? [withoutNulls(message)] : []))
  if (all.length < messages.length) return 'bad-messages'
  const functions = listIn(tools) ?? null
  return { messages: all, tools: functions !== null && isList(functions) ? functions : null }
}

/** A list that is text, as files have it that know no lists. */
function listIn(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as Json
  } catch {
    return value
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isMessage(value: Json): value is Message {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    typeof (value as Message).role === 'string'
  )
}

/** Files of columns have null for what a message does not have, and templates ask whether it is there. Content may be null. */
function withoutNulls(message: Message): Message {
  return Object.fromEntries(
    Object.entries(message).filter(([name, value]) => value !== null || name === 'content'),
  ) as unknown as Message
}
