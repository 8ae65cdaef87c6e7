import { create } from '@bufbuild/protobuf'
import { dataTypeOf, jsonOf, type SparkColumn } from './data-type.ts'
import { type Plan, PlanSchema } from './gen/base_pb.ts'
import { type Command, CommandSchema, WriteOperation_SaveMode } from './gen/commands_pb.ts'
import { type Expression, ExpressionSchema } from './gen/expressions_pb.ts'
import { type Relation, RelationSchema } from './gen/relations_pb.ts'
import { pickledCall } from './pickle.ts'

/** Rows that Spark can make; nothing runs before they are asked for or written. */
export type SparkRelation = Relation

/** Spark's number of a function from an iterator of Arrow batches to another (`PythonEvalType.SQL_MAP_ARROW_ITER_UDF`). */
const MAP_ARROW_ITER = 207

/** The rows of a query. */
export function sql(query: string): SparkRelation {
  return create(RelationSchema, { relType: { case: 'sql', value: { query } } })
}

/** A Python function on executors, by reference. */
export interface MapFunction {
  /** Module that an artifact brought, or that executors have. */
  readonly module: string
  /** Function of the module: given `argument`, it gives the function from Arrow batches to Arrow batches. */
  readonly name: string
  readonly argument: string
  /** Columns of every batch that it gives, in this order. */
  readonly columns: readonly SparkColumn[]
}

/** What a function's call must say of its surroundings. */
export interface MapSurroundings {
  /** `MAJOR.MINOR` of the executors' Python; Spark refuses another. */
  readonly pythonVersion: string
  /** Columns of the input. Spark 4.3 hands on those that are named here, and Spark 4.0 all of them. */
  readonly inputColumns: readonly string[]
}

/** Each partition of `input` through a Python function. */
export function mapPartitions(
  input: SparkRelation,
  func: MapFunction,
  surroundings: MapSurroundings,
): SparkRelation {
  const type = { struct: func.columns }
  const command = pickledCall(func.module, func.name, func.argument, JSON.stringify(jsonOf(type)))
  const value = {
    outputType: dataTypeOf(type),
    evalType: MAP_ARROW_ITER,
    command,
    pythonVer: surroundings.pythonVersion,
  }
  return create(RelationSchema, {
    relType: {
      case: 'mapPartitions',
      value: {
        input,
        func: {
          functionName: func.name,
          deterministic: true,
          arguments: surroundings.inputColumns.map(column),
          function: { case: 'pythonUdf', value },
        },
      },
    },
  })
}

function column(name: string): Expression {
  const unparsedIdentifier = `\`${name.replaceAll('`', '``')}\``
  return create(ExpressionSchema, {
    exprType: { case: 'unresolvedAttribute', value: { unparsedIdentifier } },
  })
}

export interface WriteOptions {
  /** A URI or path that the executors can write. */
  readonly path: string
  /** Columns that become folders and leave the rows. */
  readonly partitionBy?: readonly string[]
  /** What happens to a table that is there; default `overwrite`. */
  readonly mode?: 'overwrite' | 'error'
  /** Columns by which each partition is sorted. */
  readonly sortBy?: readonly string[]
  /** Spark's options of Parquet, such as `compression`. */
  readonly options?: Readonly<Record<string, string>>
}

export function writeParquet(input: SparkRelation, write: WriteOptions): Plan {
  return commandPlan({
    case: 'writeOperation',
    value: {
      $typeName: 'spark.connect.WriteOperation',
      input,
      source: 'parquet',
      saveType: { case: 'path', value: write.path },
      mode:
        write.mode === 'error' ? WriteOperation_SaveMode.ERROR_IF_EXISTS : WriteOperation_SaveMode.OVERWRITE,
      sortColumnNames: [...(write.sortBy ?? [])],
      partitioningColumns: [...(write.partitionBy ?? [])],
      options: { ...write.options },
      clusteringColumns: [],
      withSchemaEvolution: false,
    },
  })
}

export function createView(input: SparkRelation, name: string): Plan {
  const value = {
    $typeName: 'spark.connect.CreateDataFrameViewCommand' as const,
    input,
    name,
    isGlobal: false,
    replace: true,
  }
  return commandPlan({ case: 'createDataframeView', value })
}

/** Runs a statement at once, as a query alone would not be. */
export function sqlCommand(query: string): Plan {
  return create(PlanSchema, {
    opType: {
      case: 'command',
      value: create(CommandSchema, { commandType: { case: 'sqlCommand', value: { input: sql(query) } } }),
    },
  })
}

export function rowsPlan(relation: SparkRelation): Plan {
  return create(PlanSchema, { opType: { case: 'root', value: relation } })
}

function commandPlan(commandType: Command['commandType']): Plan {
  return create(PlanSchema, { opType: { case: 'command', value: create(CommandSchema, { commandType }) } })
}
