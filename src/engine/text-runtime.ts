/** Versions of Unicode and ICU that decide what text functions give: part of every key. */
export function textRuntime(): { readonly unicode: string; readonly icu: string } {
  return { unicode: process.versions.unicode ?? '', icu: process.versions.icu ?? '' }
}
