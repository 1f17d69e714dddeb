/** `npm run study -- [NAME] [--data DIR]`: the figures of docs/learning.md, measured again. */
import { parseArgs } from 'node:util';
import { cutsStudy } from './cuts.ts';
import { datacoFraudStudy, datacoLateStudy } from './dataco.ts';
import { delayStudy } from './delay.ts';
import { returnsStudy } from './returns.ts';
import { slipsStudy } from './slips.ts';
import { speedStudy } from './speed.ts';

const STUDIES: Record<string, (data: string) => Promise<void> | void> = {
  delay: delayStudy,
  returns: returnsStudy,
  cuts: cutsStudy,
  slips: slipsStudy,
  'dataco-late': datacoLateStudy,
  'dataco-fraud': datacoFraudStudy,
  speed: speedStudy,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string', default: '../shared/data' } } });
const names = positionals.length > 0 ? positionals : Object.keys(STUDIES);
const unknown = names.filter((name) => !Object.hasOwn(STUDIES, name));
if (unknown.length > 0) {
  console.error(`No study named ${unknown.join(', ')}. There are: ${Object.keys(STUDIES).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const name of names) {
    console.info(`\n== ${name}`);
    const started = performance.now();
    await STUDIES[name]!(values.data);
    console.info(`${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}
