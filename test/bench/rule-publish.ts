/** Publishing through a hub on a disk: from the approval of a second person to a set that is durable and judges the next order. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rule, RuleSet } from '#shared/rule.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { printRuleSet } from '#main/rules/index.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';
import { LIN, WANG } from '#test/support/rules.ts';

const ROUNDS = 7;

export interface PublishFigures {
  /** Handing in: every rule is looked at for mistakes. */
  handInMs: number;
  /** Approving: written, on disk, in force. Median of some. */
  publishMs: number;
  /** Of that the processor's share, mean of all: on a busy machine it tells more than the clock. */
  publishProcessorMs: number;
  /** The slowest of them, which was the first. */
  publishSlowestMs: number;
}

/** Approves a set again and again, each time with another threshold, while the workspace has orders. */
export async function benchPublish(ruleSet: RuleSet): Promise<PublishFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-publish-'));
  const config = testConfig({ settings: { 'rules.twoPersons': 'on' } });
  const hub = await openHub({ dataDirectory: folder, config, demo: false }, { runJobs: false, checkOutputs: false });
  try {
    for (let at = 0; at < 200; at += 1) await deliver(hub, 'order.updated', orderData(`B-${at}`, Date.now()), Date.now());
    const handIn: number[] = [];
    const publish: number[] = [];
    let processorMs = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const times = await publishOnce(hub, ruleSet, round);
      handIn.push(times.handInMs);
      publish.push(times.publishMs);
      processorMs += times.processorMs;
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
    return {
      handInMs: median(handIn),
      publishMs: median(publish),
      publishProcessorMs: processorMs / ROUNDS,
      publishSlowestMs: Math.max(...publish),
    };
  } finally {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface OnePublication {
  handInMs: number;
  publishMs: number;
  processorMs: number;
}

async function publishOnce(hub: LocalHub, ruleSet: RuleSet, round: number): Promise<OnePublication> {
  const rules = ruleSet.rules.map((rule): Rule => ({ ...rule, about: { zh: `第 ${round} 轮`, en: `Round ${round}` } }));
  const json = printRuleSet({ ...ruleSet, rules });
  const { id, revision } = await ask(hub, 'rules.draft.create', { title: `round ${round}`, from: { json } }, LIN);
  const started = performance.now();
  const { draft } = await ask(hub, 'rules.draft.submit', { id, revision }, LIN);
  const handedIn = performance.now();
  const used = process.threadCpuUsage();
  const { published } = await ask(hub, 'rules.draft.approve', { id, revision: draft.revision }, WANG);
  const publishMs = performance.now() - handedIn;
  const { user, system } = process.threadCpuUsage(used);
  const inForce = hub.hub.ruleWork.book.current;
  if (inForce.version !== published || inForce.rules.length !== rules.length) throw new Error('the set is not in force');
  return { handInMs: handedIn - started, publishMs, processorMs: (user + system) / 1_000 };
}
