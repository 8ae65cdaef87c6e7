/**
 * The command of a Python function that is named and not sent: `(MODULE.FUNCTION(argument), TYPE)`, where TYPE is what the function gives.
 *
 * Spark's workers read a command with pickle. This is the smallest one: two calls of functions by name, each with one string. So no Python
 * is needed here, and no code of ours is pickled.
 *
 * @see https://docs.python.org/3/library/pickletools.html; protocol 2.
 */
export function pickledCall(module: string, name: string, argument: string, typeJson: string): Uint8Array {
  return Buffer.concat([
    Buffer.from([PROTOCOL, 2]),
    call(module, name, argument),
    call('pyspark.sql.types', '_parse_datatype_json_string', typeJson),
    Buffer.from([TUPLE2, STOP]),
  ])
}

const PROTOCOL = 0x80
const GLOBAL = 'c'
const BINUNICODE = 0x58
const TUPLE1 = 0x85
const TUPLE2 = 0x86
const REDUCE = 0x52
const STOP = 0x2e

function call(module: string, name: string, argument: string): Buffer {
  for (const word of [module, name]) {
    if (!/^[A-Za-z_][\w.]*$/.test(word)) throw new Error(`${word}: not a name of Python`)
  }
  const text = Buffer.from(argument)
  const head = Buffer.alloc(5)
  head[0] = BINUNICODE
  head.writeUInt32LE(text.length, 1)
  return Buffer.concat([
    Buffer.from(`${GLOBAL}${module}\n${name}\n`),
    head,
    text,
    Buffer.from([TUPLE1, REDUCE]),
  ])
}
