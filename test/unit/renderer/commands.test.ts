// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectScope, type EffectScope } from 'vue';
import { commands, listenForKeys, useCommands } from '../../../src-renderer/commands/commands.ts';

let ran: string[];
let scope: EffectScope;
let stop: () => void;

beforeEach(() => {
  ran = [];
  scope = effectScope();
  stop = listenForKeys();
  const command = (id: string, key: string, available = true) => ({
    id,
    title: () => id,
    group: 'act' as const,
    key,
    available: () => available,
    run: () => void ran.push(id),
  });
  scope.run(() =>
    useCommands([
      command('release', 'r'),
      command('monitor', 'g m'),
      command('rules', 'g r'),
      command('theme', 'shift+t'),
      command('palette', 'mod+k'),
      command('hidden', 'h', false),
    ]),
  );
});
afterEach(() => {
  scope.stop();
  stop();
});

function press(key: string, options: KeyboardEventInit = {}, target: EventTarget = document.body): void {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options }));
}

describe('keys', () => {
  it('run their command, whatever the case of the letter', () => {
    press('r');
    press('R');
    press('T', { shiftKey: true });
    press('k', { ctrlKey: true });
    press('k', { metaKey: true });
    expect(ran).toEqual(['release', 'release', 'theme', 'palette', 'palette']);
  });
  it('run sequences, and the second key is not taken for a command of its own', () => {
    press('g');
    press('m');
    press('g');
    press('r');
    expect(ran).toEqual(['monitor', 'rules']);
  });
  it('stay in the field a person types in, except with Ctrl', () => {
    const input = document.body.appendChild(document.createElement('input'));
    press('r', {}, input);
    press('k', { ctrlKey: true }, input);
    expect(ran).toEqual(['palette']);
    input.remove();
  });
  it('leave unavailable commands and input methods alone', () => {
    press('h');
    press('r', { isComposing: true });
    expect(ran).toEqual([]);
    expect(commands.value.map(({ id }) => id)).not.toContain('hidden');
  });
  it('are gone with the page that offered them', () => {
    scope.stop();
    press('r');
    expect([ran, commands.value]).toEqual([[], []]);
  });
});
