import { LIFECYCLE, STATUS_NAMES } from '#main/engine/index.ts';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';
import { maskPersonal } from '../mask-text.ts';
import { webhookPathOf } from '../webhook-path.ts';
import { notFound } from './lookup.ts';

type AdminHandlers = Pick<
  Handlers,
  Extract<keyof Handlers, `${'session' | 'audit' | 'inbox' | 'outbox' | 'tasks' | 'workspace'}.${string}`> | 'channels.list'
>;

const PREVIEW_CHARACTERS = 2_000;
/** Entries of the audit log verified in one turn. */
const AUDIT_ENTRIES = 2_000;

/** The workspace itself: who asks, audit log, channels, tasks, failed messages. */
export function adminHandlers(context: HubContext): AdminHandlers {
  const { store, clock, stream, config } = context;
  return {
    'session.hello': (_params, { operator, role }) => ({
      workspace: config.workspace,
      demo: context.demo,
      operator,
      role,
      version: context.version,
      serverTime: clock.now(),
      startedAt: context.startedAt,
      stream: { epoch: stream.epoch, seq: stream.seq },
    }),
    'audit.list': (filter) => store.queries.audit(filter),
    'audit.verify': () => verifyAudit(context),
    'channels.list': () => ({ items: channelsOf(context) }),
    'tasks.list': (filter) => store.queries.tasks(filter),
    'tasks.done': ({ id }, { operator }) => {
      const key = store.queries.openTaskKey(id);
      if (key === null) throw notFound(id);
      store.transaction(() => {
        store.tasks.settle(key, clock.now(), operator);
        store.audit.append({ actor: operator, action: 'task.done', subject: key, detail: {} }, clock.now());
      });
      return { id };
    },
    'workspace.lifecycle': () => ({
      items: LIFECYCLE.map(({ from, to, trigger, action }) => ({ from: STATUS_NAMES[from], trigger, to: STATUS_NAMES[to], action })),
    }),
    // The host that carried the request closes the hub once the answer is out.
    'workspace.stop': (_params, { operator }) => {
      store.transaction(() => {
        store.audit.append({ actor: operator, action: 'workspace.stop', subject: config.workspace, detail: {} }, clock.now());
      });
      return { stopping: true };
    },
    ...messageHandlers(context),
  };
}

type MessageHandlers = Pick<Handlers, 'inbox.failed' | 'inbox.retry' | 'outbox.dead' | 'outbox.retry'>;

async function verifyAudit({ store, turn }: HubContext): Promise<MethodOutput<'audit.verify'>> {
  let walk = store.queries.verifyAudit(null, AUDIT_ENTRIES);
  while (!walk.done) {
    await turn();
    walk = store.queries.verifyAudit(walk, AUDIT_ENTRIES);
  }
  const { entries, intact, firstBroken, head } = walk;
  return { entries, intact, firstBroken, head };
}

function messageHandlers({ store, clock, inboxWorker, wakeOutbox, turn }: HubContext): MessageHandlers {
  return {
    'inbox.failed': (filter) => {
      const page = store.queries.failedMessages(filter);
      return {
        items: page.items.map(({ id, channel, shopId, topic, origin, receivedAt, attempts, reason, body }) => ({
          id,
          channel,
          shopId,
          topic,
          origin,
          receivedAt,
          attempts,
          reason,
          size: body.byteLength,
          preview: [...maskPersonal(body)].slice(0, PREVIEW_CHARACTERS).join(''),
        })),
        next: page.next,
      };
    },
    'inbox.retry': async ({ id }, { operator }) => {
      const failed = store.inbox.failureIds();
      const ids = id === undefined ? failed : failed.filter((one) => one === id);
      if (id !== undefined && ids.length === 0) throw notFound(String(id));
      let [retried, succeeded] = [0, 0];
      for (const one of ids) {
        const message = store.inbox.get(one);
        if (!message) continue;
        retried += 1;
        if (inboxWorker.retry(message)) succeeded += 1;
        await turn();
      }
      store.transaction(() => {
        store.audit.append(
          { actor: operator, action: 'inbox.retry', subject: String(id ?? 'all'), detail: { retried, succeeded } },
          clock.now(),
        );
      });
      return { retried, succeeded };
    },
    'outbox.dead': (filter) => store.queries.deadMessages(filter),
    'outbox.retry': ({ id }, { operator }) => {
      const retried = store.transaction(() => {
        const revived = store.outbox.revive(id ?? null, clock.now());
        store.audit.append(
          { actor: operator, action: 'outbox.retry', subject: String(id ?? 'all'), detail: { retried: revived } },
          clock.now(),
        );
        return revived;
      });
      if (id !== undefined && retried === 0) throw notFound(String(id));
      wakeOutbox();
      return { retried };
    },
  };
}

function channelsOf({ shops, feeds, figures, clock }: HubContext) {
  return shops.all.map((shop) => {
    const { channel, shopId, name, source, on, push, poll, choice } = shop;
    const { state, problem } = feeds.stateOf(shop);
    const sum = figures.lastDay(channel, shopId, clock.now());
    return {
      channel,
      shopId,
      name,
      door: choice.door ? (choice.door.id === 'standard-webhooks' ? choice.door.id : ('native' as const)) : ('none' as const),
      source,
      on,
      state,
      problem,
      webhookPath: webhookPathOf({ channel, shopId }),
      push,
      poll,
      lastReceivedAt: sum.lastReceivedAt,
      received24h: sum.received,
      polled24h: sum.polled,
      failed24h: sum.failed,
      refused24h: sum.refused,
      orders24h: sum.orders,
    };
  });
}
