/** The endings with which a file of each of these formats may also come: as it is, `.gz` and `.zst`. */
export function compressible(...endings: readonly string[]): readonly string[] {
  return endings.flatMap((ending) => [ending, `${ending}.gz`, `${ending}.zst`])
}
