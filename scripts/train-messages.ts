/**
 * Trains resources/models/messages.json: `npm run train:messages`. The same sources give the same file, byte for byte.
 *
 *   --labelled <file.tsv>  own labelled messages, `intents<TAB>message`, learnt beside the made ones and counted ten times
 *   --mistakes             lists the wrong readings among the messages thresholds are chosen on (never those it is measured on)
 *   --dry                  prints the figures and writes nothing
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fitPlatt, fromLogOdds } from '#main/learning/calibration.ts';
import { fitTextClassifier, type LabelledMessage } from '#main/learning/text/classifier.ts';
import { jiebaSegmenter, MessageReader, messageText, type MessageModelDocument } from '#main/language/index.ts';
import type { MessageReading } from '#main/model/message.ts';
import type { MadeMessage } from './messages/compose.ts';
import { FRESH_FILE, HELD_BACK_FILE, readLabelled, splitHeldBack, taughtMessages } from './messages/held-back.ts';
import { confusion, measure, type Evaluation } from './messages/measure.ts';

const MODEL_FILE = new URL('../resources/models/messages.json', import.meta.url);
/** Found on the messages thresholds are chosen on: longer runs of characters only learn the templates by heart. */
const FEATURES = { columns: 2 ** 16, longestCharacters: 2, longestWords: 2 };
const OWN_COUNT = 10;
/** Of the complaints it calls, at least this share must be some, on the messages thresholds are chosen on. */
const LEAST_PRECISION = 0.9;
/** The model is too modest about messages unlike its templates, and always in the same way: a weak belief against correcting it. */
const CALIBRATION_PULL = 3;
const INTENT_STEPS = [0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7];

const { values: options } = parseArgs({
  options: { labelled: { type: 'string' }, mistakes: { type: 'boolean' }, dry: { type: 'boolean' } },
});

function learnable(messages: readonly MadeMessage[]): LabelledMessage[] {
  return messages.map(({ labels, text }) => ({ labels, ...messageText(text, jiebaSegmenter) }));
}

function readAll(reader: MessageReader, messages: readonly MadeMessage[]): MessageReading[] {
  return messages.map(({ text }) => reader.read(text) ?? { model: reader.model, tendency: 0, intents: [], reasons: [] });
}

/**
 * The lowest tendency, from even chances up, from which on enough of what it calls a complaint is one: in a shop far fewer messages
 * are complaints than here, so that a lower one would call too many.
 */
function thresholdOn(messages: readonly MadeMessage[], readings: readonly MessageReading[]): number {
  for (let threshold = 50; threshold < 100; threshold += 5) {
    const { precision, recall } = measure(messages, readings, threshold);
    if (precision >= LEAST_PRECISION && recall > 0) return threshold;
  }
  return 95;
}

function named(document: Omit<MessageModelDocument, 'model'>): MessageModelDocument {
  const digest = createHash('sha256').update(JSON.stringify(document)).digest('hex').slice(0, 8);
  return { model: `messages-${digest}`, ...document };
}

const own = options.labelled === undefined ? [] : readLabelled(options.labelled);
const made = [...taughtMessages(), ...own.flatMap((message) => new Array<MadeMessage>(OWN_COUNT).fill(message))];
const classifier = fitTextClassifier(learnable(made), { ridge: 0.3, leastMessages: 6, leastWeight: 0.42, features: FEATURES });
const { chosenOn, measuredOn } = splitHeldBack(readLabelled(HELD_BACK_FILE));

const complaint = classifier.labels.indexOf('complaint');
const said = learnable(chosenOn).map((message) => fromLogOdds(classifier.scores(message)[complaint]!));
const calibration = fitPlatt(
  said,
  chosenOn.map(({ labels }) => (labels.includes('complaint') ? 1 : 0)),
  CALIBRATION_PULL,
);
const base = { format: 'orderpulse-messages', version: 1, classifier: classifier.toJSON(), calibration } as const;
const trial = (intentFrom: number) =>
  MessageReader.parse(named({ ...base, intentFrom, suggestedThreshold: 50, evaluation: null }), jiebaSegmenter);
/** Harmonic mean of how many of the named intents were found and how many of the said ones are right. */
const fitOf = (intentFrom: number): number => {
  const { intents } = measure(chosenOn, readAll(trial(intentFrom), chosenOn), 50);
  return intents.reduce((sum, { precision, recall }) => sum + (2 * precision * recall) / Math.max(precision + recall, 1e-9), 0);
};
const intentFrom = INTENT_STEPS.reduce((best, step) => (fitOf(step) > fitOf(best) ? step : best));
const suggestedThreshold = thresholdOn(chosenOn, readAll(trial(intentFrom), chosenOn));
const readings = readAll(trial(intentFrom), measuredOn);
const fresh = readLabelled(FRESH_FILE);
const evaluation = {
  heldBack: measure(measuredOn, readings, suggestedThreshold),
  fresh: measure(fresh, readAll(trial(intentFrom), fresh), suggestedThreshold),
};
const document = named({ ...base, intentFrom, suggestedThreshold, evaluation });

function printFigures(title: string, figures: Evaluation): void {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`.padStart(8);
  console.info(`\n${title}: ${figures.messages} messages; tendency AUC ${figures.areaUnderCurve.toFixed(4)}`);
  console.info(
    `from ${figures.threshold}: precision ${percent(figures.precision)}, recall ${percent(figures.recall)}, false alarms ${percent(figures.falseAlarms)}`,
  );
  for (const { intent, messages, precision, recall } of figures.intents)
    console.info(`  ${intent.padEnd(18)} ${String(messages).padStart(4)}  precision ${percent(precision)}  recall ${percent(recall)}`);
  console.info(`  every intent right ${percent(figures.allRight)}`);
}

function printConfusion(): void {
  const { names, counts } = confusion(measuredOn, readings);
  console.info(`\nConfusion on the held-back ones (rows: what it is; columns in the same order):`);
  counts.forEach((row, at) => console.info(`  ${names[at]!.padEnd(18)}${row.map((count) => String(count || '·').padStart(4)).join('')}`));
}

const chosenReadings = readAll(trial(intentFrom), chosenOn);
printFigures('Chosen on', measure(chosenOn, chosenReadings, suggestedThreshold));
printFigures('Held back', evaluation.heldBack);
printFigures('Fresh', evaluation.fresh);
printConfusion();
if (options.mistakes) {
  chosenOn.forEach(({ labels, text }, at) => {
    const { intents, tendency, reasons } = chosenReadings[at]!;
    if (labels.join() !== [...intents].sort().join())
      console.info(`  ${labels.join('+') || '-'} → ${intents.join('+') || '-'} (${tendency} ${reasons.join(' ')}): ${text}`);
  });
}
const text = JSON.stringify(document);
console.info(`\n${document.model}: ${(text.length / 1_000).toFixed(0)} kB, intents from ${intentFrom}, ${made.length} messages learnt`);
if (!options.dry) {
  mkdirSync(new URL('.', MODEL_FILE), { recursive: true });
  writeFileSync(MODEL_FILE, `${text}\n`);
}
