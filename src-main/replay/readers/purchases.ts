/** Pieces of one order that can still come back: filled from the newest order downwards. */
interface Purchase {
  orderId: string;
  quantity: number;
  unitPriceMinor: number;
}

/** Part of a credit note carried by one order, valued at that order's own prices. */
export interface AttributedReturn {
  orderId: string;
  quantity: number;
  amountMinor: number;
}

/**
 * What each customer has bought and not yet returned, to find the order behind a credit note that names none: the
 * customer's latest earlier order that still has that SKU, then the one before it. Holds one entry for each line
 * of a known customer that has not come back, because a return may come at any time.
 */
export class Purchases {
  readonly #open = new Map<string, Map<string, Purchase[]>>();

  add(customer: string, sku: string, purchase: Purchase): void {
    let skus = this.#open.get(customer);
    if (!skus) this.#open.set(customer, (skus = new Map()));
    const purchases = skus.get(sku);
    if (purchases) purchases.push({ ...purchase });
    else skus.set(sku, [{ ...purchase }]);
  }

  /** Takes `quantity` pieces back; answers the orders that carry them, newest first. Pieces nobody bought are left out. */
  takeBack(customer: string, sku: string, quantity: number): AttributedReturn[] {
    const purchases = this.#open.get(customer)?.get(sku) ?? [];
    const returns: AttributedReturn[] = [];
    let left = quantity;
    while (left > 0) {
      const latest = purchases.at(-1);
      if (!latest) break;
      const taken = Math.min(left, latest.quantity);
      returns.push({ orderId: latest.orderId, quantity: taken, amountMinor: taken * latest.unitPriceMinor });
      latest.quantity -= taken;
      left -= taken;
      if (latest.quantity === 0) purchases.pop();
    }
    return returns;
  }
}
