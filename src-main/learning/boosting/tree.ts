/**
 * A tree as columns, one entry a node; the root is node 0 and children come after their parent. A row goes left when its value
 * is at most the threshold, and where the value is unknown to the side that served the training rows better.
 */
export interface Tree {
  /** Column read at the node; -1: a leaf. */
  feature: Int16Array;
  threshold: Float64Array;
  left: Int32Array;
  right: Int32Array;
  missingLeft: Uint8Array;
  /** Log-odds added by a leaf; for an inner node what it would add were it a leaf, from which reasons are read. */
  value: Float64Array;
}

/** Collects nodes while a tree grows. */
export class TreeBuilder {
  readonly #nodes: { feature: number; threshold: number; left: number; right: number; missingLeft: boolean; value: number }[] = [];

  leaf(value: number): number {
    this.#nodes.push({ feature: -1, threshold: 0, left: -1, right: -1, missingLeft: false, value });
    return this.#nodes.length - 1;
  }

  split(node: number, at: { feature: number; threshold: number; missingLeft: boolean }, children: { left: number; right: number }): void {
    Object.assign(this.#nodes[node]!, at, children);
  }

  done(): Tree {
    const nodes = this.#nodes;
    return {
      feature: Int16Array.from(nodes, ({ feature }) => feature),
      threshold: Float64Array.from(nodes, ({ threshold }) => threshold),
      left: Int32Array.from(nodes, ({ left }) => left),
      right: Int32Array.from(nodes, ({ right }) => right),
      missingLeft: Uint8Array.from(nodes, ({ missingLeft }) => (missingLeft ? 1 : 0)),
      value: Float64Array.from(nodes, ({ value }) => value),
    };
  }
}
