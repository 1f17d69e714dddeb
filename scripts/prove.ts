/**
 * `npm run prove -- --data DIR [--json]`: judges every stored decision of a workspace again from its stored rule version and inputs
 * (M5), also beside a running hub. Prints each that does not come out as stored, then how many do. Exits with 1 when one does not, with 2
 * when the workspace cannot be read. With `--json` every line is one JSON object, the last one the summary.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { businessDateTime } from '../src-shared/time.ts';
import { StoreError } from '../src-main/hub/store-error.ts';
import { prove } from '../src-main/replay/proof.ts';
import type { Disagreement } from '../src-main/replay/proof.ts';
import { openProofSource } from '../src-main/storage/proof-source.ts';

const USAGE = 'Usage: npm run prove -- --data DIR [--json]';

function textOf({ orderNo, orderVersion, at, ruleSetVersion, why, stored, derived }: Disagreement): string {
  const head = `${orderNo} version ${orderVersion}, ${businessDateTime(at)}, rule set ${ruleSetVersion}`;
  if (why === 'no-rule-set') return `${head}: the rule set is not in the database`;
  if (why === 'other-score') return `${head}: stored radar score ${stored[0]}; derived ${derived[0] ?? 'none, the model is not there'}`;
  const list = (rules: readonly string[]) => (rules.length === 0 ? 'nothing' : rules.join(', '));
  return `${head}: stored ${list(stored)}; derived ${list(derived)}`;
}

function run(): number {
  const { values } = parseArgs({ options: { data: { type: 'string' }, json: { type: 'boolean', default: false } } });
  if (values.data === undefined) throw new TypeError('--data is missing');
  const { json } = values;
  const path = join(values.data, 'orderpulse.db');
  if (!existsSync(path)) throw new StoreError('unwritable', `${path} does not exist`);
  const source = openProofSource(path);
  try {
    const summary = prove(source, (one) => console.log(json ? JSON.stringify(one) : textOf(one)));
    const { verdicts, agree, disagree, ruleSets, seconds } = summary;
    if (json) console.log(JSON.stringify(summary));
    else
      console.log(
        `${agree} of ${verdicts} decisions come out as stored (${ruleSets} rule sets, ${seconds.toFixed(1)} s); ${disagree} do not`,
      );
    return disagree === 0 ? 0 : 1;
  } finally {
    source.close();
  }
}

try {
  process.exitCode = run();
} catch (error) {
  if (!(error instanceof StoreError) && !(error instanceof TypeError)) throw error;
  console.error(error instanceof StoreError ? `The workspace cannot be read: ${error.message}` : `${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
