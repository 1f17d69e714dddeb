/** `#rrggbb` as three parts of 0 to 255. */
function parts(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A colour `share` (0 to 1) of the way from one `#rrggbb` to another. */
export function mix(from: string, to: string, share: number): string {
  const [one, other] = [parts(from), parts(to)];
  const part = (index: 0 | 1 | 2): string =>
    Math.round(one[index] + (other[index] - one[index]) * share)
      .toString(16)
      .padStart(2, '0');
  return `#${part(0)}${part(1)}${part(2)}`;
}
