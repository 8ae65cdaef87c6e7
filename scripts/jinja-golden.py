"""Texts that the sandboxed Jinja of transformers 5.24 renders, or that it refuses: expressions one by one, and templates of our own in the
ways of those in use.

    pip install transformers jinja2 && python scripts/jinja-golden.py

Writes test/golden/tokens/jinja.json.
"""

import json
import pathlib

from transformers.utils.chat_template_utils import _compile_jinja_template

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / 'test' / 'golden' / 'tokens' / 'jinja.json'

NAMES = {
    's': ' \n a b  c \n\n ',
    't': '<think>\nhm\n</think>\n\n  A river, x=1.\n',
    'u': 'Fluß 水 🌊 — it’s “é”',
    'q': 'it\'s "a" \\ b\tc\n',
    'n': 7,
    'f': 2.5,
    'z': None,
    'yes': True,
    'l': ['b', 'a', 'C', 'a'],
    'm': {'b': 1, 'a': [1, 2.5, None, True, 'é'], 'items': {'type': 'x'}, 'e': {}},
    'tools': [
        {'type': 'function', 'function': {'name': 'weather', 'parameters': {'type': 'object', 'properties': {'city': {'type': 'string'}}}}},
        {'type': 'function', 'function': {'name': 'time', 'parameters': {'type': 'object', 'properties': {}}}},
    ],
    'messages': [
        {'role': 'system', 'content': 'Be plain. '},
        {'role': 'user', 'content': ' Hello'},
        {'role': 'assistant', 'content': '<think>\nhm\n</think>\n\n   A river. \n', 'extra': 'x'},
        {'role': 'user', 'content': [{'type': 'text', 'text': 'and '}, {'type': 'text', 'text': 'where?'}]},
        {'role': 'assistant', 'content': None, 'tool_calls': [{'function': {'name': 'weather', 'arguments': {'city': 'Paris é', 'days': 2}}}]},
        {'role': 'tool', 'content': '{"degrees": 21}'},
        {'role': 'assistant', 'content': '\n\n  21 degrees.'},
    ],
}

EXPRESSIONS = r"""
s.strip()
s.strip('\n')
s.lstrip('\n ')
s.rstrip('\n')
s.strip('\n a')
'xxaxx'.strip('x')
'mississippi'.rstrip('ip')
'🌊a🌊'.strip('🌊')
'\x1ca\u3000'.strip()
'\ufeffa'.strip()
s | trim
s | trim('\n')
s | trim(chars=' \n')
t.split('</think>')[-1].lstrip('\n')
t.split('</think>')[0].split('<think>')[-1].strip('\n')
s.split()
s.split(none, 1)
s.split(' ', 1)
s.split(' ')
'a,b,c'.split(',', 1)
'a,b,c'.split(',', maxsplit=1)
'a,b,c'.split(sep=',')
'a,b,c'.rsplit(',', 1)
' a b c '.rsplit(none, 1)
' a b c '.split(none, 3)
' a b c '.split(none, 2)
'a b '.split(none, 0)
''.split()
''.split(',')
'a'.split('')
'a\nb\r\nc\n'.splitlines()
'a\nb\n'.splitlines(true)
'a=b=c'.partition('=')
'a=b=c'.rpartition('=')
'abc'.partition('=')
'aaaa'.replace('a', 'b')
'aaaa'.replace('a', 'b', 2)
'abc'.replace('', '-')
'abc'.replace('', '-', 2)
'abc' | replace('b', 'x')
'aaaa' | replace('a', 'b', 2)
'abc'.startswith('a')
'abc'.startswith(('x', 'ab'))
'abc'.endswith(('x', 'bc'))
'abc'.endswith('x')
'abc'.startswith(['a'])
'abc'.removeprefix('a') + 'abc'.removesuffix('c')
'abcabc'.find('c')
'abcabc'.rfind('c')
'🌊c'.find('c')
'abc'.find('x')
'abcabc'.count('bc')
'abc'.index('x')
'-'.join(['a', 'b'])
'-'.join([1])
'hello WORLD'.title()
"it's a new-day" | title
"it's a new-day".title()
'hELLO wORLD'.capitalize()
'hELLO' | capitalize
u.upper()
'ßa'.capitalize() ~ 'ßa'.title()
'a\x1cb ßc' | title
'a\nb' | indent(-1)
15000000000.5 * 1000000000000
10 ** 21
u.lower()
'7'.zfill(3)
'-7'.zfill(4)
'a'.ljust(3, '.')
'a'.rjust(3)
'12'.isdigit()
'1x'.isdigit()
' \n'.isspace()
'ab'.isalpha()
'AB'.isupper()
'a1'.islower()
'{} and {}'.format(1, 'x')
'{0}{0}{name}'.format('a', name=2)
'a'.nothing()
u | length
u[4:]
u[7]
u[-1]
u[::-1]
l[1:]
l[::-1]
l[-1]
l[9]
l[1::2]
n ~ f
n ~ 'x'
yes ~ z
z
yes
l
m
m.b
m['items']
m.items() | list
m.items.type
m['items']['type']
m.get('b')
m.get('x')
m.get('x', 3)
m.keys() | list
m.values() | list
m.x
m.x.y
z.x
(1, 'a')
q
[q]
[u]
2.0
n / 2
n // 2
-n // 2
-n % 3
n % 3
n * f
2 ** 3
2 ** -1
n / 0
'a' * 3
'a' + 1
'a' + z
'a' + nothing
'a' ~ nothing
[1] + [2]
1 == 1.0
'1' == 1
none == nothing
[1, 2] == [1, 2]
{'a': 1} == {'a': 1.0}
1 in [1.0]
{'a': 1} in [{'a': 1}]
'a' in m
'b' in m
'b' in 'abc'
'x' not in 'abc'
'x' in nothing
1 in 'abc'
1 < 2
'a' < 'b'
'B' < 'a'
1 < 'a'
not z
z or 'else'
'' and 'x'
'x' if yes else 'y'
'x' if z
l | first
l | last
[] | first
l | length
m | length
nothing | length
n | length
l | sort
l | sort(reverse=true)
l | sort(case_sensitive=true)
l | unique | list
l | join
l | join(', ')
tools | join(', ', attribute='type')
l | reverse | list
'abc' | reverse
tools | map(attribute='function.name') | list
tools | map(attribute='function.name') | join('|')
tools | map(attribute='x', default='none') | list
l | map('upper') | list
l | map('replace', 'a', 'x') | list
messages | selectattr('role', 'equalto', 'user') | list | length
messages | selectattr('role', 'in', ['user', 'tool']) | map(attribute='role') | list
messages | selectattr('tool_calls', 'defined') | list | length
messages | selectattr('tool_calls') | list | length
messages | rejectattr('role', 'eq', 'system') | list | length
[1, 2, 3] | select('odd') | list
[1, 2, 3] | reject('odd') | list
[0, 1] | select | list
'yes' if (messages | selectattr('role', 'eq', 'nobody')) else 'no'
'yes' if (messages | selectattr('role', 'eq', 'nobody') | list) else 'no'
[1, 2] | sum
[3, 1, 2] | min
[3, 1, 2] | max
m | items | list
m | dictsort
{'b': 1, 'A': 2} | dictsort
{'b': 1, 'A': 2} | dictsort(by='value', reverse=true)
m | tojson
m | tojson(indent=2)
m | tojson(indent=0)
m | tojson(true)
m | tojson(ensure_ascii=true)
m | tojson(separators=(',', ':'))
m | tojson(sort_keys=true)
tools | tojson(indent=4)
u | tojson
q | tojson
2.50 | tojson
0.0000001 | tojson
0.0000001
[1, 2] == (1, 2)
nothing | tojson
[] | tojson(indent=2)
nothing | default('x')
z | default('x')
z | default('x', true)
'' | default('x', boolean=true)
nothing | d('x')
'3' | int
'3.7' | int
'x' | int
'x' | int(9)
f | int
'2.5' | float
-3 | abs
2.5 | round
2.345 | round(2)
3 | string
yes | string
m | string
[1, 'a'] | string
'a\n\nb\n' | indent
'a\n\nb' | indent(2)
'a\n\nb' | indent(2, true, true)
'a\nb' | indent(width=2, first=true)
'a\nb' | indent('> ')
'<a href="x">' | e
'a b c' | wordcount
'abc' | list
n | nothing
'a' | upper('x')
'abc' | trim('a', 'b')
n is odd
n is even
n is integer
f is float
n is number
yes is number
s is string
l is iterable
s is iterable
m is mapping
m is iterable
l is sequence
z is none
nothing is defined
m.x is undefined
m.b is defined
yes is boolean
yes is true
n is not none
'AB' is upper
range(3) | list
range(1, 7, 3) | list
range(3, 0, -1) | list
raise_exception('no')
nothing()
namespace(a=1).a
""".strip().split('\n')

TEMPLATES = {
    'a set in a loop is of its round': "{% for m in [1, 2, 3] %}{% if loop.first %}{% set x = m %}{% endif %}[{{ x }}]{% endfor %}{{ x }}",
    'a set in a loop does not change the one outside': "{% set x = 0 %}{% for m in [1, 2] %}{{ x }}{% set x = m %}{{ x }}{% endfor %}{{ x }}",
    'a namespace is changed': "{% set ns = namespace(n=0, seen=[]) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
    'a loop is left with what was written': "{% for m in [1, 2, 3] %}a{{ m }}{% if m == 2 %}b{% break %}{% endif %}c{% endfor %}d",
    'a round is left with what was written': "{% for m in [1, 2, 3] %}a{{ m }}{% if m == 2 %}b{% continue %}{% endif %}c{% endfor %}d",
    'what a loop knows': "{% for m in 'abc' %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.cycle('x', 'y') }}{{ loop.changed(m) }};{% endfor %}",
    'a loop over keys, pairs and nothing': "{% for k in m %}{{ k }}{% endfor %}{% for k, v in m.items() %}{{ k }}={{ v }};{% endfor %}{% for k, v in m | items %}{{ k }}{% endfor %}{% for x in nothing %}x{% else %}none{% endfor %}{% for x in [] %}x{% else %}none{% endfor %}",
    'a loop with a condition': "{% for x in messages if x.role == 'user' %}{{ loop.index }}{{ x.role }}{% else %}none{% endfor %}",
    'loops in loops': "{% for x in [1, 2] %}{% for y in [1, 2] %}{{ loop.index }}{% if y == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}{{ loop.index }};{% endfor %}",
    'a macro knows its own names': "{% macro r(a, b='x') %}{{ a }}{{ b }}{{ c }}{{ n }}{% endmacro %}{% for c in [1] %}{{ r(c) }}{{ r(c, b=2) }}{% endfor %}",
    'a macro that is called with a body': "{% macro box(x) %}[{{ x }}{{ caller() }}]{% endmacro %}{% call box('a') %}b{{ n }}{% endcall %}",
    'a macro that calls itself': "{% macro down(x) %}{{ x }}{% if x > 0 %}{{ down(x - 1) }}{% endif %}{% endmacro %}{{ down(3) }}",
    'what a macro gives is a text': "{% macro r(a) %} {{ a }} {% endmacro %}{{ r('x') | trim ~ '!' }}{{ r('x').strip() }}",
    'a block is set': "{% set x %}\n a {{ n }} {{ yes }}\n{% endset %}{{ x | trim }}|{{ x }}",
    'a block is filtered': "{% filter upper %}a{{ n }}b{% endfilter %}",
    'names are unpacked': "{% set a, b = 'x,y'.split(',') %}{{ b }}{{ a }}",
    'spaces around tags': "a\n  {% if yes %}\n  b\n  {% endif %}\n c {{- n -}}  d\n{#- x -#}\n e\n",
    'tags with a sign': "a  {%- if yes -%}  b  {%- endif %}  c\n",
    'an else of an else': "{% if z %}a{% elif n == 7 %}b{% else %}c{% endif %}",
    'thoughts are cut off': """{%- for message in messages %}
{%- if message.role == 'assistant' and message.content is string %}
{%- set content = message.content %}
{%- if '</think>' in content %}
{%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
{%- set content = content.split('</think>')[-1].lstrip('\\n') %}
{%- endif %}
{{- '<|im_start|>' + message.role + '\\n<think>\\n' + (thought or '').strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') + '<|im_end|>\\n' }}
{%- endif %}
{%- endfor %}""",
    'the last question is looked for from behind': """{%- set ns = namespace(multi_step=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
{%- set index = (messages|length - 1) - loop.index0 %}
{%- if ns.multi_step and message.role == "user" and message.content is string and not(message.content.startswith('<tool>') and message.content.endswith('</tool>')) %}
{%- set ns.multi_step = false %}
{%- set ns.last = index %}
{%- endif %}
{%- endfor %}
{{- ns.last }}""",
    'parts of content': """{%- macro said(content) %}
{%- if content is string %}
{{- content }}
{%- elif content is iterable and content is not mapping %}
{%- for item in content %}
{%- if 'text' in item %}
{{- item.text }}
{%- elif item.type == 'image' %}
{{- '<image>' }}
{%- endif %}
{%- endfor %}
{%- endif %}
{%- endmacro %}
{%- for message in messages %}
{{- message.role ~ ': ' ~ said(message.content) | trim ~ '\\n' }}
{%- endfor %}""",
    'tools and their parameters': """{%- for tool in tools %}
{%- set f = tool.function %}
{{- '\\n' + f.name }}({% for key, value in f.parameters.properties | items %}{{ key }}: {{ value.type }}{% if not loop.last %}, {% endif %}{% endfor %})
{%- if not f.parameters.properties %} none{% endif %}
{{- '\\n' + tool | tojson(indent=2) }}
{%- endfor %}
{%- for call in messages[4].tool_calls %}
{%- for key, value in call.function.arguments.items() %}
{{- '<' ~ key ~ '>' ~ (value if value is string else value | tojson) ~ '</' ~ key ~ '>' }}
{%- endfor %}
{{- call.function.arguments }}
{%- endfor %}""",
    'nothing is written as Python writes it': "{% for message in messages %}{{ message.content }}|{{ message.extra }};{% endfor %}",
    'turns are checked': "{% for message in messages[1:] %}{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must take turns, not ' + message.role) }}{% endif %}{% endfor %}",
    'a system message is taken out': """{%- if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'].strip() %}{% set rest = messages[1:] %}{% else %}{% set system = '' %}{% set rest = messages %}{% endif -%}
{{ bos_token }}{{ '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' if system else '' }}{{ rest | length }}{{ rest[0]['content'] | trim }}""",
    'roles are counted': "{% set users = messages | selectattr('role', 'equalto', 'user') | list %}{{ users | length }}{% for r in messages | map(attribute='role') | unique %}{{ r }},{% endfor %}",
}


def made(template):
    try:
        return {'text': _compile_jinja_template(template).render(**NAMES, bos_token='<s>')}
    except Exception:
        return {'text': None}


CASES = [
    *({'name': each, 'template': '{{ ' + each + ' }}'} for each in EXPRESSIONS),
    *({'name': name, 'template': template} for name, template in TEMPLATES.items()),
]
lines = [json.dumps({**case, **made(case['template'])}, ensure_ascii=False) for case in CASES]
GOLDEN.write_text('{"names": ' + json.dumps(NAMES, ensure_ascii=False) + ',\n"cases": [\n' + ',\n'.join(lines) + '\n]}\n')
