import { create } from '@bufbuild/protobuf'
import { type DataType, DataTypeSchema } from './gen/types_pb.ts'

/** Types of columns that the engine uses. */
export type SparkType =
  | 'boolean'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'string'
  | 'binary'
  | { readonly array: SparkType }
  | { readonly struct: readonly SparkColumn[] }

export interface SparkColumn {
  readonly name: string
  readonly type: SparkType
}

/** Columns as the protocol has them. All may be null, which costs nothing and refuses nothing. */
export function dataTypeOf(type: SparkType): DataType {
  if (typeof type === 'string') {
    if (type !== 'string') return create(DataTypeSchema, { kind: { case: type, value: {} } })
    return create(DataTypeSchema, { kind: { case: type, value: { collation: 'UTF8_BINARY' } } })
  }
  if ('array' in type) {
    const value = { elementType: dataTypeOf(type.array), containsNull: true }
    return create(DataTypeSchema, { kind: { case: 'array', value } })
  }
  const fields = type.struct.map((column) => ({
    name: column.name,
    dataType: dataTypeOf(column.type),
    nullable: true,
  }))
  return create(DataTypeSchema, { kind: { case: 'struct', value: { fields } } })
}

/** The same in the JSON of Spark's schemas. */
export function jsonOf(type: SparkType): unknown {
  if (typeof type === 'string') return type
  if ('array' in type) return { type: 'array', elementType: jsonOf(type.array), containsNull: true }
  const fields = type.struct.map((column) => ({
    name: column.name,
    type: jsonOf(column.type),
    nullable: true,
    metadata: {},
  }))
  return { type: 'struct', fields }
}
