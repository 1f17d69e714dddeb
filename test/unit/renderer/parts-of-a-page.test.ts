// @vitest-environment happy-dom
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineComponent, h } from 'vue';
import MoreRows from '../../../src-renderer/components/MoreRows.vue';
import { useActing, type Acting } from '../../../src-renderer/stores/acting.ts';
import { useFollowed } from '../../../src-renderer/stores/followed.ts';
import { useLoading, type Loading } from '../../../src-renderer/stores/loading.ts';
import { useReceipts } from '../../../src-renderer/stores/receipts.ts';

/** A call that is answered when the test says so. */
function answered(): { run: () => Promise<void>; calls: { done: () => void; fail: (why: string) => void }[] } {
  const calls: { done: () => void; fail: (why: string) => void }[] = [];
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      calls.push({ done: resolve, fail: (why) => reject(new Error(why)) });
    });
  return { run, calls };
}
const mounted: VueWrapper[] = [];
/** A page of nothing but what its set-up asks for. */
function within<T>(setup: () => T): T {
  let made: T | undefined;
  mounted.push(
    mount(
      defineComponent({
        setup() {
          made = setup();
          return () => h('div');
        },
      }),
    ),
  );
  return made as T;
}

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => {
  for (const wrapper of mounted.splice(0)) wrapper.unmount();
});

describe('what a page needs before it shows anything', () => {
  it('is read when the page appears; the last reading says whether it failed', async () => {
    const { run, calls } = answered();
    const { failure, load }: Loading = within(() => useLoading(run));
    const again = load();
    expect(calls).toHaveLength(2);
    calls[1]?.done();
    await again;
    calls[0]?.fail('overtaken');
    await flushPromises();
    expect(failure.value).toBeNull();
    const third = load();
    calls[2]?.fail('away');
    await third;
    expect((failure.value as Error).message).toBe('away');
    void load();
    expect(failure.value).toBeNull();
  });
});

describe('what a page follows', () => {
  it('stays on screen when a later reading fails, but not when something else was asked for', async () => {
    const { run, calls } = answered();
    let question = 'all';
    const { data, failure, load } = within(() => useFollowed(() => run().then(() => question), { every: 3_600_000 }));
    calls[0]?.done();
    await flushPromises();
    const again = load();
    calls[1]?.fail('away');
    await again;
    expect([data.value, failure.value]).toEqual(['all', null]);
    question = 'one channel';
    const anew = load(true);
    calls[2]?.fail('away');
    await anew;
    expect([data.value, (failure.value as Error).message]).toEqual([null, 'away']);
  });
});

describe('the commands of a part of a page', () => {
  it('are carried out one at a time, each by its name', async () => {
    const { run, calls } = answered();
    const { busy, act }: Acting<'save' | 'remove'> = within(() => useActing<'save' | 'remove'>());
    const saving = act('save', run);
    await act('remove', run);
    expect([busy.value, calls.length]).toEqual(['save', 1]);
    calls[0]?.done();
    await saving;
    expect(busy.value).toBeNull();
  });
  it('say a refusal in the strip and are free again', async () => {
    const { busy, act } = within(() => useActing<'save'>());
    await act('save', () => Promise.reject(new Error('somebody was faster')));
    expect(useReceipts().current?.text).toContain('somebody was faster');
    expect(busy.value).toBeNull();
  });
});

describe('the foot of a list by pages', () => {
  it('asks for one page at a time, also for hasty hands', async () => {
    const { run, calls } = answered();
    const foot = mount(MoreRows, { props: { label: '再看一些', read: run } });
    mounted.push(foot);
    const button = foot.get('button');
    await button.trigger('click');
    await button.trigger('click');
    expect(calls).toHaveLength(1);
    calls[0]?.fail('gone');
    await flushPromises();
    expect(useReceipts().current?.text).toContain('gone');
    await button.trigger('click');
    expect(calls).toHaveLength(2);
  });
});
