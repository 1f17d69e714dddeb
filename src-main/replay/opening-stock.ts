import type { Row } from './readers/row.ts';

/**
 * The least opening stock with which a file's own history is possible. A file that adjusts the stock of an article tells
 * changes, never a level; yet everything it sold was there. So for every article it adjusts: the deepest its
 * level would fall, from zero, over orders (out) and adjustments (either way). Articles it never adjusts stay
 * unmanaged. Holds two numbers an article.
 */
export class OpeningStock {
  readonly #levels = new Map<string, { level: number; lowest: number; warehouse: string | null }>();

  add(row: Row): void {
    if (row.kind === 'order') for (const line of row.order.lines) this.#change(line.sku, -line.quantity, null);
    if (row.kind === 'stock') for (const { sku, quantity, warehouse } of row.adjustments) this.#change(sku, quantity, warehouse);
  }

  /** Pieces each adjusted article must have had, by the warehouse its adjustments name. */
  places(): { sku: string; warehouse: string; spot: number }[] {
    return [...this.#levels].flatMap(([sku, { lowest, warehouse }]) => (warehouse === null ? [] : [{ sku, warehouse, spot: -lowest }]));
  }

  #change(sku: string, quantity: number, warehouse: string | null): void {
    let entry = this.#levels.get(sku);
    if (!entry) this.#levels.set(sku, (entry = { level: 0, lowest: 0, warehouse: null }));
    entry.level += quantity;
    entry.lowest = Math.min(entry.lowest, entry.level);
    entry.warehouse ??= warehouse;
  }
}
