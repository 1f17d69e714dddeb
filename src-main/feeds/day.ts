/** Ids a platform lists for a day against ids here (M10). */
export function compareDay(there: ReadonlySet<string>, here: ReadonlySet<string>): { missing: string[]; extra: string[] } {
  return { missing: [...there].filter((id) => !here.has(id)), extra: [...here].filter((id) => !there.has(id)) };
}
