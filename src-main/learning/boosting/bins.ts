/** Columns cut into few bins, so that a split is found by counting instead of sorting. */
export interface BinnedColumn {
  /** Bin of each row: 0 … edges.length for numbers, `missing` where the value is unknown. */
  bins: Uint8Array;
  /** A value belongs to the first bin whose edge is not below it, ascending. */
  edges: Float64Array;
  /** The bin of unknown values: one past the last. */
  missing: number;
}

/** Cuts at quantiles of the values, half-way between neighbours. At most `most` bins (up to 254) besides the one for unknown. */
export function binColumn(values: Float64Array, most: number): BinnedColumn {
  const edges = edgesOf(values, Math.min(most, 254));
  const missing = edges.length + 1;
  const bins = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!;
    bins[row] = Number.isNaN(value) ? missing : binOf(edges, value);
  }
  return { bins, edges, missing };
}

function edgesOf(values: Float64Array, most: number): Float64Array {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct: number[] = [];
  const last: number[] = [];
  for (let index = 0; index < known.length; index += 1) {
    if (index === 0 || known[index] !== known[index - 1]) distinct.push(known[index]!);
    last[distinct.length - 1] = index;
  }
  const edges: number[] = [];
  let filled = 0;
  for (let index = 0; index + 1 < distinct.length; index += 1) {
    const wanted = distinct.length <= most ? 0 : Math.ceil((known.length - filled) / (most - edges.length));
    if (last[index]! + 1 - filled < wanted) continue;
    edges.push((distinct[index]! + distinct[index + 1]!) / 2);
    filled = last[index]! + 1;
    if (edges.length === most - 1) break;
  }
  return Float64Array.from(edges);
}

function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
