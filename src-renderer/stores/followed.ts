import { onMounted, onUnmounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { useThrottleFn } from '@vueuse/core';
import type { StreamEvent } from '#shared/contract/index.ts';
import { SECOND } from '#shared/time.ts';
import { useSession } from './session.ts';

export interface Followed<T> {
  /** Null before the first answer. */
  data: ShallowRef<T | null>;
  /** Why there is nothing to show; what is on screen stays when a later reading fails. */
  failure: Ref<unknown>;
  /** Reads again. @param anew something else is asked for now: what is on screen does not stay when this fails */
  load(anew?: boolean): Promise<void>;
}

/**
 * What a part of a page shows and no store keeps: read when it appears, soon after an event that `moves` it, and every `every` ms
 * besides, for what moves without an event. Nothing is asked while nobody looks or the line is down.
 */
export function useFollowed<T>(
  read: () => Promise<T>,
  { every, moves = () => false }: { every: number; moves?: (event: StreamEvent) => boolean },
): Followed<T> {
  const session = useSession();
  const data: ShallowRef<T | null> = shallowRef(null);
  const failure = ref<unknown>(null);
  let round = 0;

  async function load(anew = false): Promise<void> {
    const mine = ++round;
    try {
      const answer = await read();
      // An answer that was overtaken says what was, not what is.
      if (mine !== round) return;
      data.value = answer;
      failure.value = null;
    } catch (error) {
      if (mine !== round || (data.value !== null && !anew)) return;
      data.value = null;
      failure.value = error;
    }
  }
  function look(): void {
    if (!document.hidden && session.link === 'open') void load();
  }
  // A burst of events is one reading a second, the last of them included.
  const soon = useThrottleFn(look, SECOND, true);

  let timer: ReturnType<typeof setInterval> | undefined;
  let stop: (() => void) | undefined;
  onMounted(() => {
    void load();
    timer = setInterval(look, every);
    stop = session.listen((event) => moves(event) && void soon(), look);
  });
  onUnmounted(() => {
    clearInterval(timer);
    stop?.();
  });
  return { data, failure, load };
}
