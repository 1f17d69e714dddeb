import { computed, onScopeDispose, shallowReactive } from 'vue';

export interface Command {
  /** Unique; kebab-case with the area in front, e.g. `desk-release`. */
  id: string;
  /** Shown in the palette; a function, so that it follows the language. */
  title: () => string;
  group: 'go' | 'view' | 'act';
  /** `r`, `shift+l`, or two keys one after the other: `g m`. Letters mean the letter typed, whatever the case. */
  key?: string;
  /** Other keys that do the same; the palette shows `key` alone. */
  also?: readonly string[];
  /** False hides it from the palette and disarms the key. */
  available?: () => boolean;
  /** A key held down runs it again and again: for moving, never for deciding. */
  repeats?: boolean;
  run: () => void;
}

const registered = shallowReactive(new Map<string, Command>());

/** Every command offered, available or not: for lists of keys. */
export const offered = computed(() => [...registered.values()]);

/** Every command in force, in the order of registration. */
export const commands = computed(() => offered.value.filter((command) => command.available?.() ?? true));

/** Offers commands for as long as the calling component lives. */
export function useCommands(mine: Command[]): void {
  for (const command of mine) registered.set(command.id, command);
  onScopeDispose(() => {
    for (const command of mine) if (registered.get(command.id) === command) registered.delete(command.id);
  });
}

const SEQUENCE_LIMIT = 900;
let first: { key: string; at: number } | null = null;

function pressed(event: KeyboardEvent): string {
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shifted = event.shiftKey && /^[a-z]$/.test(name);
  return `${event.ctrlKey || event.metaKey ? 'mod+' : ''}${event.altKey ? 'alt+' : ''}${shifted ? 'shift+' : ''}${name}`;
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function answers({ key, also }: Command, name: string): boolean {
  return key === name || (also?.includes(name) ?? false);
}

/** Runs the command a key press names; call it once, from the frame. Returns the removal. */
export function listenForKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = pressed(event);
    if (typing(event.target) && !name.startsWith('mod+')) return;
    const sequence = first && event.timeStamp - first.at < SEQUENCE_LIMIT ? `${first.key} ${name}` : null;
    // The innermost offer wins: a page may take over a key of the frame while it is open.
    const command =
      (sequence && commands.value.findLast(({ key }) => key === sequence)) || commands.value.findLast((one) => answers(one, name));
    const opens = commands.value.some(({ key }) => key?.startsWith(`${name} `));
    first = command || !opens ? null : { key: name, at: event.timeStamp };
    if (!command) return;
    event.preventDefault();
    if (!event.repeat || command.repeats) command.run();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
