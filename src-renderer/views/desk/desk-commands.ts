import { useCommands, type Command } from '../../commands/commands.ts';
import { t, type MessageKey } from '../../locales/texts.ts';
import { usePanel } from '../../stores/panel.ts';
import { useSession } from '../../stores/session.ts';
import type { Step } from './ActionBar.vue';
import { useDecisions, type Verdict } from './decisions.ts';
import { useDeskQueue } from './queue.ts';

export interface DeskActions {
  decide(verdict: Verdict): void;
  claim(): void;
  undo(): void;
  open(step: Step): void;
  ask(): void;
  filter(): void;
  mine(): void;
  help(): void;
  pageRows(): number;
}

/**
 * Every action of the desk with its key. While an order is open in the side panel none of them acts: what is decided must be
 * what is looked at.
 */
export function useDeskCommands(actions: DeskActions): void {
  const queue = useDeskQueue();
  const decisions = useDecisions();
  const panel = usePanel();
  const session = useSession();

  const here = (): boolean => panel.top === null && queue.current !== null;
  const mayDecide = (): boolean => panel.top === null && session.mayDecide && session.link === 'open';
  const one = (): boolean => mayDecide() && here() && !queue.isDeparted && queue.marked.size === 0;
  const some = (): boolean => mayDecide() && (queue.marked.size > 0 || one());
  const mayFreeze = (): boolean =>
    queue.marked.size > 0
      ? mayDecide() && queue.markedRows.some(({ hold }) => hold?.kind === 'held')
      : one() && queue.current?.hold?.kind === 'held';

  function act(id: string, key: string, title: MessageKey, available: () => boolean, run: () => void): Command {
    return { id: `desk-${id}`, key, title: () => t(title), group: 'act', available, run };
  }
  function see(id: string, key: string, title: MessageKey, run: () => void, available = here): Command {
    return { id: `desk-${id}`, key, title: () => t(title), group: 'view', available, run };
  }
  function move(id: string, key: string, also: string, title: MessageKey, step: () => number): Command {
    return { ...see(id, key, title, () => queue.move(step())), also: [also], repeats: true };
  }
  const always = (): boolean => panel.top === null;

  useCommands([
    act('release', 'r', 'desk.action.release', some, () => actions.decide('release')),
    act('freeze', 'f', 'desk.action.freeze', mayFreeze, () => actions.decide('freeze')),
    act('undo', 'z', 'desk.action.undo', () => mayDecide() && decisions.undoable !== null, actions.undo),
    act('hand-over', 'h', 'desk.action.handOver', one, () => actions.open('hand-over')),
    act('note', 'n', 'desk.action.note', one, () => actions.open('note')),
    act('snooze', 's', 'desk.action.snooze', one, () => actions.open('snooze')),
    act('contact', 'c', 'desk.action.contact', one, actions.ask),
    act('claim', 'm', 'desk.action.claim', one, actions.claim),
    act('unmark', 'Escape', 'desk.action.unmark', () => always() && queue.marked.size > 0, queue.unmark),
    move('next', 'j', 'ArrowDown', 'desk.action.next', () => 1),
    move('previous', 'k', 'ArrowUp', 'desk.action.previous', () => -1),
    move('page-down', 'shift+j', 'PageDown', 'desk.action.pageDown', actions.pageRows),
    move('page-up', 'shift+k', 'PageUp', 'desk.action.pageUp', () => -actions.pageRows()),
    see('first', 'Home', 'desk.action.first', () => queue.move(-Infinity)),
    see('last', 'End', 'desk.action.last', () => queue.move(Infinity)),
    see('mark', 'x', 'desk.action.mark', () => queue.cursor !== null && queue.toggle(queue.cursor)),
    see('mark-to', 'shift+x', 'desk.action.markTo', () => queue.cursor !== null && queue.markTo(queue.cursor)),
    see('mark-all', 'a', 'desk.action.markAll', queue.markAll),
    see('sort', '.', 'desk.action.sort', queue.sort, () => always() && queue.joined.length > 0),
    see('filter', '/', 'desk.action.filter', actions.filter, always),
    see('mine', 'shift+m', 'desk.action.mine', actions.mine, always),
    see('help', '?', 'desk.action.help', actions.help, always),
  ]);
}
