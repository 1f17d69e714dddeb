/** A 64-bit id as the bare number `writeJson` sends; text that is no number stays text. */
export function exactId(id: string): bigint | string {
  return /^\d+$/.test(id) ? BigInt(id) : id;
}
