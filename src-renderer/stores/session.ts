import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { MethodOutput, StreamEvent, StreamPosition } from '#shared/contract/index.ts';
import { SECOND } from '#shared/time.ts';
import { ContractFailure, login, request, subscribe } from '../api/client.ts';
import type { StreamState } from '../api/carrier.ts';
import { hubNow, setHubTime } from './clock.ts';

type Hello = MethodOutput<'session.hello'>;
type EventListener = (event: StreamEvent) => void;

const RETRY = 3 * SECOND;

/**
 * Who sits here, on which hub, and whether the line to it is alive.
 * Numbered events are checked here: a hole, another epoch or `resync` makes every snapshot be fetched again.
 */
export const useSession = defineStore('session', () => {
  const phase = ref<'starting' | 'login' | 'failed' | 'ready'>('starting');
  const link = ref<'open' | 'broken'>('open');
  const hello = ref<Hello | null>(null);
  const failure = ref<ContractFailure | null>(null);
  /** Hub time of the last event heard: runs on while the line is down. */
  const lastHeardAt = ref(hubNow());
  const shiftStartedAt = ref(hubNow());

  let position: StreamPosition = null;
  let unsubscribe: (() => void) | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  const eventListeners = new Set<EventListener>();
  const staleListeners = new Set<() => void>();

  /** Says hello; then the console is ready, wants a login, or tries again by itself. */
  async function start(): Promise<void> {
    clearTimeout(retryTimer);
    try {
      await greet();
    } catch (error) {
      failed(error);
      return;
    }
    if (unsubscribe === null) unsubscribe = subscribe(position, { event: hear, state: lineChanged });
    phase.value = 'ready';
  }

  async function greet(): Promise<void> {
    const answer = await request('session.hello', {});
    setHubTime(answer.serverTime);
    if (hello.value === null) shiftStartedAt.value = answer.serverTime;
    hello.value = answer;
    failure.value = null;
    lastHeardAt.value = hubNow();
    position ??= answer.stream;
  }

  function failed(error: unknown): void {
    const known = error instanceof ContractFailure ? error : new ContractFailure('internal', String(error));
    failure.value = known;
    if (known.code === 'unauthenticated') {
      phase.value = 'login';
      disconnect();
      return;
    }
    if (phase.value !== 'ready') phase.value = 'failed';
    retryTimer = setTimeout(() => void start(), RETRY);
  }

  function disconnect(): void {
    unsubscribe?.();
    unsubscribe = null;
    position = null;
  }

  function lineChanged(state: StreamState): void {
    const was = link.value;
    link.value = state === 'open' ? 'open' : 'broken';
    if (state === 'refused') void start();
    if (state === 'open' && was === 'broken') void greet().catch(failed);
  }

  function hear(event: StreamEvent): void {
    lastHeardAt.value = hubNow();
    const follows = position !== null && event.epoch === position.epoch && event.seq === position.seq + 1;
    const known = position !== null && event.epoch === position.epoch && event.seq <= position.seq;
    if (known && event.name !== 'resync') return;
    position = { epoch: event.epoch, seq: event.seq };
    if (event.name === 'resync' || !follows) staleListeners.forEach((listener) => listener());
    if (event.name !== 'resync') eventListeners.forEach((listener) => listener(event));
  }

  /** Takes an access token; throws ContractFailure when it is wrong. */
  async function enter(token: string): Promise<void> {
    await login(token);
    phase.value = 'starting';
    await start();
  }

  /** `onEvent` for each event, `onStale` when snapshots must be fetched again. Returns the unsubscribe. */
  function listen(onEvent: EventListener, onStale: () => void): () => void {
    eventListeners.add(onEvent);
    staleListeners.add(onStale);
    return () => {
      eventListeners.delete(onEvent);
      staleListeners.delete(onStale);
    };
  }

  const mayDecide = computed(() => ['agent', 'supervisor', 'admin'].includes(hello.value?.role ?? 'viewer'));
  const maySupervise = computed(() => ['supervisor', 'admin'].includes(hello.value?.role ?? 'viewer'));

  return { phase, link, hello, failure, lastHeardAt, shiftStartedAt, mayDecide, maySupervise, start, enter, listen };
});
