/**
 * Header of a NumPy file, version 1.0: the array's bytes follow, rows first.
 *
 * @param type such as `<u2`.
 * @see numpy.lib.format, NEP 1.
 */
export function npyHeader(type: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`
  const before = 10
  // The data begin at a multiple of 64 bytes; a line end stands before them.
  const length = Math.ceil((before + dictionary.length + 1) / 64) * 64 - before
  const header = Buffer.alloc(before + length, 0x20)
  header.write('\x93NUMPY\x01\x00', 0, 'latin1')
  header.writeUInt16LE(length, 8)
  header.write(dictionary, before, 'latin1')
  header.write('\n', before + length - 1, 'latin1')
  return header
}
