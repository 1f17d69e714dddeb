import { shallowRef, type ShallowRef } from 'vue';
import { useReceipts } from './receipts.ts';

export interface Acting<What> {
  /** What is being done; null while nothing is. */
  busy: ShallowRef<What | null>;
  /** Does one thing at a time: another asked for meanwhile is not begun. */
  act(what: What, run: () => Promise<unknown>): Promise<void>;
}

/** The commands of one part of a page. What is refused is said in the bottom strip and changes nothing on the page. */
export function useActing<What extends string | number>(): Acting<What> {
  const receipts = useReceipts();
  const busy: ShallowRef<What | null> = shallowRef(null);
  async function act(what: What, run: () => Promise<unknown>): Promise<void> {
    if (busy.value !== null) return;
    busy.value = what;
    try {
      await run();
    } catch (error) {
      receipts.refused(error);
    } finally {
      busy.value = null;
    }
  }
  return { busy, act };
}
