/**
 * Writes docs/contract.md from the schemas of the console contract (`npm run docs`). With `--check` it only compares,
 * and fails when the page is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { CHANNELS, CHANNEL_IDS } from '../src-shared/channels.ts';
import { ERROR_CODES, eventSchemas, methods, ROLES } from '../src-shared/contract/index.ts';
import type { Method } from '../src-shared/contract/index.ts';
import { manifestSchema, tryResultSchema } from '../src-shared/contract/connections.ts';
import { checksStateSchema } from '../src-shared/contract/checks.ts';
import { dayAuditSchema, feedStateSchema } from '../src-shared/contract/feeds.ts';
import { heldOrderSchema } from '../src-shared/contract/holds.ts';
import { importStateSchema } from '../src-shared/contract/imports.ts';
import { timelineEntrySchema } from '../src-shared/contract/orders.ts';
import { radarMappingSchema, radarModelSummarySchema, radarSampleSetSchema, radarTrainingSchema } from '../src-shared/contract/radar.ts';
import {
  allocationSchema,
  executableCheckSchema,
  orderCheckSchema,
  holdReasonSchema,
  holdSchema,
  orderSchema,
  orderStatusSchema,
  orderSummarySchema,
  routeSchema,
} from '../src-shared/order.ts';
import { beatSchema, laneSchema, stageLoadSchema, vitalsSchema, wardStripSchema } from '../src-shared/pulse.ts';
import { ruleSchema } from '../src-shared/rule.ts';
import { stockAlarmSchema, stockLevelSchema } from '../src-shared/stock.ts';
import { localisedTextSchema } from '../src-shared/text.ts';
import { channelIdSchema } from '../src-shared/channels.ts';

const PAGE = new URL('../docs/contract.md', import.meta.url);

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  $ref?: string;
  $defs?: Record<string, Schema>;
  default?: unknown;
  propertyNames?: Schema;
}

/** Shapes that occur in several places are written once, under their names. */
const NAMED: Record<string, z.ZodType> = {
  LocalisedText: localisedTextSchema,
  ChannelId: channelIdSchema,
  OrderStatus: orderStatusSchema,
  HoldReason: holdReasonSchema,
  Hold: holdSchema,
  ChecksState: checksStateSchema,
  ExecutableCheck: executableCheckSchema,
  OrderCheckState: orderCheckSchema,
  Allocation: allocationSchema,
  Route: routeSchema,
  Order: orderSchema,
  OrderSummary: orderSummarySchema,
  HeldOrder: heldOrderSchema,
  TimelineEntry: timelineEntrySchema,
  Beat: beatSchema,
  Lane: laneSchema,
  StageLoad: stageLoadSchema,
  WardStrip: wardStripSchema,
  Vitals: vitalsSchema,
  StockLevel: stockLevelSchema,
  StockAlarm: stockAlarmSchema,
  Rule: ruleSchema,
  Manifest: manifestSchema,
  FeedState: feedStateSchema,
  DayAudit: dayAuditSchema,
  TryResult: tryResultSchema,
  ImportState: importStateSchema,
  RadarMapping: radarMappingSchema,
  RadarSampleSet: radarSampleSetSchema,
  RadarTraining: radarTrainingSchema,
  RadarModelSummary: radarModelSummarySchema,
};

function jsonSchema(type: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _version, ...schema } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return schema as Schema;
}

const nameOf = new Map(Object.entries(NAMED).map(([name, type]) => [JSON.stringify(jsonSchema(type, 'output')), name]));

/** One line of TypeScript-like notation: short enough to read, exact enough to write a client from. */
function notation(schema: Schema, depth = 0): string {
  const name = nameOf.get(JSON.stringify(schema));
  return name ?? spelledOut(schema, depth);
}

function spelledOut(schema: Schema, depth: number): string {
  if (schema.$ref) return 'Node (recursive)';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((choice) => notation(choice, depth)).join(' | ');
  if (schema.type === 'array') {
    const inner = notation(schema.items ?? {}, depth);
    return inner.includes(' | ') ? `(${inner})[]` : `${inner}[]`;
  }
  if (schema.type === 'object') return objectNotation(schema, depth);
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  return schema.type ?? 'any';
}

function objectNotation(schema: Schema, depth: number): string {
  const entries = Object.entries(schema.properties ?? {});
  if (entries.length === 0) {
    const values = schema.additionalProperties;
    return typeof values === 'object' ? `{ [key]: ${notation(values, depth + 1)} }` : '{}';
  }
  const indent = '  '.repeat(depth + 1);
  const lines = entries.map(([name, inner]) => {
    const optional = schema.required?.includes(name) ? '' : '?';
    const fallback = inner.default === undefined ? '' : ` = ${JSON.stringify(inner.default)}`;
    return `${indent}${name}${optional}: ${notation(inner, depth + 1)}${fallback}`;
  });
  return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

function describe(type: z.ZodType, io: 'input' | 'output'): string {
  return notation(jsonSchema(type, io));
}

function methodSection(name: string, method: Method): string {
  const roles = method.roles.length === ROLES.length ? 'every role' : method.roles.join(', ');
  return [
    `### \`${name}\``,
    '',
    `${method.about} ${method.kind === 'query' ? 'Query' : 'Command'}; ${roles}.`,
    '',
    '```ts',
    `input ${describe(method.input, 'input')}`,
    `value ${describe(method.output, 'output')}`,
    '```',
    '',
  ].join('\n');
}

const page = [
  '# The console contract',
  '',
  '<!-- Generated from src-shared/contract by `npm run docs`; a test fails when it is out of date. -->',
  '',
  'Every request and event a console may use. Over HTTP: `POST /rpc/<method>` with `Authorization: Bearer <token>` and the input as',
  'JSON body; events over the WebSocket `/events`. Over Electron IPC the same names and shapes. The answer is always',
  '`{ ok: true, value }` or `{ ok: false, error: { code, message } }`. Money is integer minor units, time is epoch milliseconds UTC.',
  '',
  `Roles: ${ROLES.map((role) => `\`${role}\``).join(', ')}. Error codes: ${ERROR_CODES.map((code) => `\`${code}\``).join(', ')}.`,
  `Channels: ${CHANNEL_IDS.map((id) => `\`${id}\` (${CHANNELS[id].en})`).join(', ')}.`,
  '',
  '## Shapes',
  '',
  ...Object.entries(NAMED).map(([name, type]) => `\`\`\`ts\n${name} = ${spelledOut(jsonSchema(type, 'output'), 0)}\n\`\`\`\n`),
  '## Requests',
  '',
  ...Object.entries(methods).map(([name, method]) => methodSection(name, method as Method)),
  '## Events',
  '',
  'On the wire: `{ epoch, seq, name, payload }`. `seq` grows by one within an `epoch` (one run of the hub). On another epoch, a hole',
  'in `seq`, or the event `resync`, fetch snapshots again.',
  '',
  ...Object.entries(eventSchemas).map(([name, schema]) => `### \`${name}\`\n\n\`\`\`ts\n${describe(schema, 'output')}\n\`\`\`\n`),
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(PAGE, 'utf8') !== page) {
    console.error('docs/contract.md is out of date: run `npm run docs`.');
    process.exit(1);
  }
} else {
  writeFileSync(PAGE, page);
}
