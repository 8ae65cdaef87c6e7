import { TilthError } from '../../model/error.ts'

/**
 * Packages that run ONNX models. They are not among Tilth's own dependencies: `onnxruntime-web` is large and few need it,
 * `onnxruntime-node` may download libraries while it is installed.
 */
export const RUNTIMES = ['onnxruntime-web', 'onnxruntime-node'] as const
export type RuntimeName = (typeof RUNTIMES)[number]

export interface Tensor {
  readonly type: string
  readonly data: unknown
  readonly dims: readonly number[]
}

/** What a model says of an input or output. */
export interface TensorMetadata {
  readonly name: string
  readonly isTensor: boolean
  readonly type?: string
  /** Lengths, or names of those that are open. */
  readonly shape?: readonly (number | string)[]
}

export interface Session {
  readonly inputMetadata: readonly TensorMetadata[]
  readonly outputMetadata: readonly TensorMetadata[]
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>>
}

/** The part of either package that is used here: they have it in common. */
interface Runtime {
  readonly env: { readonly wasm: { numThreads?: number } }
  readonly Tensor: new (
    type: 'int32' | 'int64',
    data: Int32Array | BigInt64Array,
    dims: readonly number[],
  ) => Tensor
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<Session>
  }
}

/** A model that can be run, and what makes its inputs. */
export interface LoadedModel {
  readonly session: Session
  readonly tensor: (
    type: 'int32' | 'int64',
    data: Int32Array | BigInt64Array,
    dims: readonly number[],
  ) => Tensor
}

/**
 * Loads a model into a runtime, on one thread: workers share the cores already, and sums keep their order.
 *
 * @throws TilthError `input` where the package is not installed, or cannot read the model.
 */
export async function loadOnnx(name: RuntimeName, model: Uint8Array): Promise<LoadedModel> {
  const runtime = await importRuntime(name)
  runtime.env.wasm.numThreads = 1
  try {
    const session = await runtime.InferenceSession.create(model, {
      executionProviders: [name === 'onnxruntime-web' ? 'wasm' : 'cpu'],
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      // Errors are thrown; warnings would be of no use among the lines of a run.
      logSeverityLevel: 3,
    })
    return { session, tensor: (type, data, dims) => new runtime.Tensor(type, data, dims) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new TilthError('input', `${name} cannot load it: ${reason.slice(0, 300)}`, {
      hint: 'give a whole ONNX model that is one file, weights included',
      cause,
    })
  }
}

async function importRuntime(name: RuntimeName): Promise<Runtime> {
  try {
    // By a variable: types of a package that need not be there cannot be asked for.
    const module = (await import(name as string)) as Runtime & { readonly default?: Runtime }
    return module.default ?? module
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new TilthError('input', `${name} cannot be loaded: ${reason.slice(0, 300)}`, { cause })
    }
    throw new TilthError('input', `an ONNX model is run by ${name}, which is not installed`, {
      hint: `npm install ${name}, where tilth is installed (npm install --global ${name} where that is so)`,
      cause,
    })
  }
}
