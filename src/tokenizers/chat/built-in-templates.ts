import { TilthError } from '../../model/error.ts'
import type { Tokenizer } from '../tokenizer.ts'
import { ChatTemplate } from './chat-template.ts'

/** The text of a message whose content is a text, nothing, or a list of parts of which some are texts. */
const CONTENT = `{%- macro said(message) -%}
  {%- if message['tool_calls'] -%}
    {{- raise_exception('this template has no place for tool calls') -}}
  {%- elif message['content'] is string -%}
    {{- message['content'] -}}
  {%- elif message['content'] is iterable -%}
    {%- for part in message['content'] -%}
      {%- if part['type'] != 'text' -%}{{- raise_exception('this template has no place for what is no text') -}}{%- endif -%}
      {{- part['text'] -}}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
`

interface BuiltIn {
  readonly source: string
  /** Special tokens that the template writes. */
  readonly tokens: readonly string[]
}

/** Layouts that many models share. What they say of roles and spaces is that of the models they come from. */
const BUILT_IN: Readonly<Record<string, BuiltIn>> = {
  chatml: {
    source: `${CONTENT}
{%- for message in messages -%}
  {%- if message['role'] not in ['system', 'user', 'assistant', 'tool'] -%}
    {{- raise_exception('chatml has no role ' ~ message['role']) -}}
  {%- endif -%}
  {{- '<|im_start|>' ~ message['role'] ~ '\\n' -}}
  {%- if message['role'] == 'assistant' -%}
    {%- generation -%}{{- said(message) ~ '<|im_end|>' -}}{%- endgeneration -%}
  {%- else -%}
    {{- said(message) ~ '<|im_end|>' -}}
  {%- endif -%}
  {{- '\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}`,
    tokens: ['<|im_start|>', '<|im_end|>'],
  },
  // Llama 3: what a message says is trimmed.
  llama3: {
    source: `${CONTENT}
{{- '<|begin_of_text|>' -}}
{%- for message in messages -%}
  {%- if message['role'] not in ['system', 'user', 'assistant'] -%}
    {{- raise_exception('llama3 has no role ' ~ message['role']) -}}
  {%- endif -%}
  {{- '<|start_header_id|>' ~ message['role'] ~ '<|end_header_id|>\\n\\n' -}}
  {%- if message['role'] == 'assistant' -%}
    {%- generation -%}{{- (said(message) | trim) ~ '<|eot_id|>' -}}{%- endgeneration -%}
  {%- else -%}
    {{- (said(message) | trim) ~ '<|eot_id|>' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}{%- endif -%}`,
    tokens: ['<|begin_of_text|>', '<|start_header_id|>', '<|end_header_id|>', '<|eot_id|>'],
  },
}

export const BUILT_IN_TEMPLATES: readonly string[] = Object.keys(BUILT_IN)

/**
 * A template by its name, for a tokenizer that has its tokens.
 *
 * @throws TilthError `usage` where the vocabulary lacks one: it would be written out as text, which no model of that layout reads.
 */
export function builtInTemplate(name: string, tokenizer: Tokenizer): ChatTemplate | undefined {
  const found = BUILT_IN[name]
  if (found === undefined) return undefined
  const missing = found.tokens.filter((token) => !tokenizer.special.has(token))
  if (missing.length === 0) return new ChatTemplate(name, found.source)
  throw new TilthError(
    'usage',
    `--template ${name}: ${tokenizer.name} has no special token ${missing.join(' ')}`,
    {
      hint: 'take the tokenizer.json of a model with this layout, or make one with tilth fit tokenizer --special TOKEN',
    },
  )
}
