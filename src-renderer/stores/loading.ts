import { onMounted, ref, type Ref } from 'vue';

export interface Loading {
  /** Why the last reading failed; null while it travels and after it succeeded. */
  failure: Ref<unknown>;
  /** Reads again. */
  load(): Promise<void>;
}

/** What a part of a page needs before it can show anything: read when it appears, and again when it is asked to. Of several readings the last one speaks. */
export function useLoading(read: () => Promise<unknown>): Loading {
  const failure = ref<unknown>(null);
  let round = 0;
  async function load(): Promise<void> {
    const mine = ++round;
    failure.value = null;
    try {
      await read();
    } catch (error) {
      if (mine === round) failure.value = error;
    }
  }
  onMounted(load);
  return { failure, load };
}
