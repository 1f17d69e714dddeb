import { computed, type ComputedRef, type Ref } from 'vue';
import { useElementSize, useScroll } from '@vueuse/core';

/** Rows that exist beyond the edge of sight, so that scrolling never shows a gap. */
const BEYOND = 8;

export interface RowWindow<T> {
  /** Index of the first row that exists. */
  first: ComputedRef<number>;
  rows: ComputedRef<T[]>;
  /** Height in pixels of the rows left out above and below. */
  above: ComputedRef<number>;
  below: ComputedRef<number>;
}

/** The part of a long list that is in sight of its scrolling element; a list of up to `whole` rows exists whole, for the browser's own search. */
export function useRowWindow<T>(
  scroller: Ref<HTMLElement | undefined>,
  list: ComputedRef<readonly T[]>,
  rowHeight: ComputedRef<number>,
  whole = 0,
): RowWindow<T> {
  const { height } = useElementSize(scroller);
  const { y } = useScroll(scroller);
  const count = computed(() =>
    list.value.length <= whole ? list.value.length : Math.ceil((height.value || 600) / rowHeight.value) + 2 * BEYOND,
  );
  const first = computed(() => Math.max(0, Math.min(Math.floor(y.value / rowHeight.value) - BEYOND, list.value.length - count.value)));
  const rows = computed(() => list.value.slice(first.value, first.value + count.value));
  return {
    first,
    rows,
    above: computed(() => first.value * rowHeight.value),
    below: computed(() => Math.max(0, list.value.length - first.value - rows.value.length) * rowHeight.value),
  };
}

/** Scrolls so far that a row is in sight, whether it exists or not. `head`: what covers the upper edge, in pixels. */
export function bringRowIntoSight(scroller: HTMLElement, index: number, rowHeight: number, head = 0): void {
  const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight + head];
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
}
