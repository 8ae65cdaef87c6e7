import { expect, it } from 'vitest'
import { dataTypeOf, jsonOf } from './data-type.ts'
import { pickledCall } from './pickle.ts'

it('writes two calls by name, as pickletools reads them', () => {
  const bytes = Buffer.from(pickledCall('tilth_bridge', 'make', 'é', '"long"'))
  const expected = [
    Buffer.from([0x80, 2]),
    Buffer.from('ctilth_bridge\nmake\n'),
    Buffer.from([0x58, 2, 0, 0, 0]),
    Buffer.from('é'),
    Buffer.from([0x85, 0x52]),
    Buffer.from('cpyspark.sql.types\n_parse_datatype_json_string\n'),
    Buffer.from([0x58, 6, 0, 0, 0]),
    Buffer.from('"long"'),
    Buffer.from([0x85, 0x52, 0x86, 0x2e]),
  ]
  expect(bytes).toEqual(Buffer.concat(expected))
})

it('refuses a name that would be another instruction', () => {
  expect(() => pickledCall('os\nsystem', 'make', '', '')).toThrow(/not a name of Python/)
})

it('says a type in the same way twice', () => {
  const type = { struct: [{ name: 'keys', type: { array: 'long' } }] } as const
  expect(jsonOf(type)).toEqual({
    type: 'struct',
    fields: [
      {
        name: 'keys',
        type: { type: 'array', elementType: 'long', containsNull: true },
        nullable: true,
        metadata: {},
      },
    ],
  })
  const { kind } = dataTypeOf(type)
  expect(kind.case === 'struct' && kind.value.fields[0]?.dataType?.kind.case).toBe('array')
})
