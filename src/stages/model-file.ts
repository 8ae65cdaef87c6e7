import { TilthError } from '../model/error.ts'
import type { StageFiles } from '../model/stage.ts'

/**
 * Reads the model that an option names, once for all stages that name the same bytes.
 *
 * @returns a function of the option's path and the files that the stage was handed.
 * @throws TilthError of that function: `input` where nothing was read, and what `read` throws with the path before it.
 */
export function modelReader<Model>(
  read: (bytes: Uint8Array) => Model,
): (path: string, files: StageFiles | undefined) => Model {
  const models = new WeakMap<Uint8Array, { readonly model: Model }>()
  return (path, files) => {
    const bytes = files?.get(path)?.[0]?.bytes
    if (bytes === undefined) {
      throw new TilthError('input', `${path}: no model was read`, { hint: 'give the path of a file' })
    }
    const known = models.get(bytes)
    if (known !== undefined) return known.model
    try {
      const model = read(bytes)
      models.set(bytes, { model })
      return model
    } catch (cause) {
      if (!(cause instanceof TilthError)) throw cause
      const { code, message, hint } = cause
      throw new TilthError(code, `${path}: ${message}`, { ...(hint === undefined ? {} : { hint }), cause })
    }
  }
}
