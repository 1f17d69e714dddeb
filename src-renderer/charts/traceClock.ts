import { usePreferredReducedMotion, useRafFn } from '@vueuse/core';
import { computed, onScopeDispose, ref, type Ref } from 'vue';
import { SECOND } from '#shared/time.ts';
import { hubNow } from '../stores/clock.ts';

/**
 * The time at the right edge of every trace: now, a moment of the past, or the moment the pointer came down on a lane.
 * One animation frame serves all lanes; each redraws only when it moved by a quarter of a pixel, so that a slow trace is cheap.
 */
export interface TraceClock {
  head(): number;
  /** Holds all traces still while a beat is being read. */
  freeze(): void;
  thaw(): void;
  frozen: Readonly<Ref<boolean>>;
  /** Calls `draw` on every frame, or once a second where reduced motion is wanted. */
  onFrame(draw: () => void): void;
}

export function createTraceClock(past: () => number | null): TraceClock {
  const motion = usePreferredReducedMotion();
  const frozenAt = ref<number | null>(null);
  const draws = new Set<() => void>();
  let lastStep = 0;
  useRafFn(({ timestamp }) => {
    if (motion.value === 'reduce' && timestamp - lastStep < SECOND) return;
    lastStep = timestamp;
    draws.forEach((draw) => draw());
  });
  return {
    head: () => past() ?? frozenAt.value ?? hubNow(),
    freeze: () => (frozenAt.value ??= hubNow()),
    thaw: () => (frozenAt.value = null),
    frozen: computed(() => frozenAt.value !== null),
    onFrame(draw) {
      draws.add(draw);
      onScopeDispose(() => draws.delete(draw));
    },
  };
}
