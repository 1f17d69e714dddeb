/**
 * Writes the generated parts of docs/channels.md from the manifests of the channels and from the tests that prove them
 * (`npm run docs`). With `--check` it only compares, and fails when the page is out of date.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import type { ChannelId } from '../src-shared/channels.ts';
import { CHANNELS } from '../src-shared/channels.ts';
import { ADAPTERS } from '../src-main/channels/registry.ts';
import type { ChannelManifest } from '../src-main/channels/manifest.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const PAGE = new URL('../docs/channels.md', import.meta.url);
const CAPABILITIES = ['push', 'poll', 'refunds', 'ship', 'memo', 'stock', 'dayList', 'receiver', 'conformance'] as const;
type Capability = (typeof CAPABILITIES)[number];

const TITLES: Record<Capability, string> = {
  push: 'told of changes',
  poll: 'asked for changes',
  refunds: 'refunds',
  ship: 'ship',
  memo: 'memo',
  stock: 'stock level',
  dayList: 'ids of a day',
  receiver: 'receiver',
  conformance: 'conformance run',
};

/** What a test has to contain before it may stand as the proof of a cell. */
const EVIDENCE: Record<Capability, RegExp> = {
  push: /\.verify\(|verify[A-Z]\w*\(|\.stream\b/,
  poll: /\.changed\(/,
  refunds: /refund/i,
  ship: /\.ship\b|expectShippedOnce\(/,
  memo: /\.memo\b/,
  stock: /\.setStock\b/,
  dayList: /\.dayIds\(/,
  receiver: /receiver: /,
  conformance: /judge\(/,
};

interface TestFile {
  path: string;
  content: string;
}

const TESTS: TestFile[] = globSync(
  ['test/{unit,integration}/channels/**/*.test.ts', 'test/integration/simulators/*.test.ts', 'test/simulation/conformance/*.test.ts'],
  {
    cwd: ROOT,
  },
)
  .sort()
  .map((path) => ({ path, content: readFileSync(`${ROOT}/${path}`, 'utf8') }));

/** A test is about a channel when its place or its text names the channel's folder. Real sockets count before scripted answers. */
function proofOf(id: ChannelId, capability: Capability): string | null {
  const about = TESTS.filter(({ path, content }) => path.includes(`/${id}`) || content.includes(`#main/channels/${id}/`));
  const proofs = about.filter(({ path, content }) => {
    return path.startsWith('test/simulation/conformance/') === (capability === 'conformance') && EVIDENCE[capability].test(content);
  });
  const best = proofs.find(({ path }) => path.startsWith('test/integration/')) ?? proofs[0];
  return best?.path ?? null;
}

const WORDS: Record<string, string> = {
  http: 'HTTP',
  socket: 'long connection',
  messages: 'message queue',
  'in-order': 'inside the order',
  list: 'list of their own',
  both: 'inside the order, sums from their list',
  absolute: 'absolute',
  created: 'by creation',
  paid: 'by payment',
  masked: 'masked',
  plain: 'plain',
};

function offered({ capabilities, polls }: ChannelManifest, capability: Capability): string | null {
  if (capability === 'conformance') return 'all faults';
  if (capability === 'poll') return capabilities.poll ? `${polls[0]?.paging === 'cursor' ? 'cursor' : 'pages, backwards'}` : null;
  const value = capabilities[capability];
  if (typeof value === 'boolean') return value ? 'yes' : null;
  return value === 'none' ? null : (WORDS[value] ?? value);
}

/** A cell: what is offered, linked to its proof. */
function cell(id: ChannelId, manifest: ChannelManifest, capability: Capability): string {
  const what = offered(manifest, capability);
  if (what === null) return '–';
  const proof = proofOf(id, capability);
  return proof === null ? `${what} (no test)` : `[${what}](../${proof})`;
}

function capabilityTable(): string {
  const rows = [...ADAPTERS].map(
    ([id, { manifest }]) => `| ${CHANNELS[id].en} | ${CAPABILITIES.map((capability) => cell(id, manifest, capability)).join(' | ')} |`,
  );
  return [
    `| channel | ${CAPABILITIES.map((capability) => TITLES[capability]).join(' | ')} |`,
    `| --- | ${CAPABILITIES.map(() => '---').join(' | ')} |`,
    ...rows,
  ].join('\n');
}

function span(ms: number): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const) {
    if (ms >= size) return `${Math.round((ms / size) * 10) / 10} ${unit}`;
  }
  return `${ms} ms`;
}

function readingTable(): string {
  const rows = [...ADAPTERS].flatMap(([id, { manifest }]) =>
    manifest.polls.map((poll) => {
      const paging = poll.paging === 'cursor' ? 'cursor' : `backwards from ${poll.firstPage}`;
      const entries = poll.entries === 'full' ? 'whole' : 'numbers, then details';
      const spans = [poll.maxSpanMs, poll.lagMs, poll.overlapMs, poll.furthestBackMs].map(span);
      return `| ${CHANNELS[id].en} | ${poll.scope} | ${poll.by} | ${paging} | ${poll.pageSize} | ${entries} | ${spans.join(' | ')} |`;
    }),
  );
  return ['| channel | list | by | pages | rows | entries | window | lag | overlap | back |', `|${' --- |'.repeat(10)}`, ...rows].join(
    '\n',
  );
}

function unconfirmedOf([id, { manifest }]: [ChannelId, { manifest: ChannelManifest }]): string {
  const options = manifest.options
    .filter((option) => option.unconfirmed)
    .map((option) => `- option \`${option.name}\` (default \`${String(option.default) || 'empty'}\`): ${option.label.en}`);
  const assumed = manifest.limits
    .filter(({ basis }) => basis === 'assumed')
    .map(({ group, calls, perMs }) => `${group} ${calls}/${span(perMs)}`);
  const limits = assumed.length > 0 ? [`- limits assumed, none are published: ${assumed.join(', ')}`] : [];
  return [`### ${CHANNELS[id].en}`, '', ...options, ...limits, ...manifest.unconfirmed.map(({ en }) => `- ${en}`), ''].join('\n');
}

const PARTS: Record<string, () => string> = {
  capabilities: capabilityTable,
  reading: readingTable,
  unconfirmed: () => [...ADAPTERS].map(unconfirmedOf).join('\n'),
};

/** Puts each generated part between its marks; what stands outside of them is written by hand. */
function withParts(page: string): string {
  let written = page;
  for (const [name, part] of Object.entries(PARTS)) {
    const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [written.indexOf(start), written.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/channels.md has no part "${name}".`);
    written = `${written.slice(0, from + start.length)}\n\n${part()}\n\n${written.slice(to)}`;
  }
  return written;
}

/** What the page says, whichever of several good tests it links and however wide its columns are. */
function gist(page: string): string {
  return page
    .replaceAll(/\[([^\]]+)\]\(\.\.\/test\/[^)]+\)/g, '$1')
    .replaceAll(' (no test)', '')
    .replaceAll(/[ -]+/g, ' ');
}

/** Links to tests that are not there. */
function brokenLinks(page: string): string[] {
  const known = new Set(TESTS.map(({ path }) => path));
  return [...page.matchAll(/\]\(\.\.\/(test\/[^)]+)\)/g)].map(([, path]) => path ?? '').filter((path) => !known.has(path));
}

const before = readFileSync(PAGE, 'utf8');
const after = await format(withParts(before), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
if (!process.argv.includes('--check')) writeFileSync(PAGE, after);
else if (gist(before) !== gist(after) || brokenLinks(before).length > 0) {
  console.error(`docs/channels.md is out of date: run \`npm run docs\`. ${brokenLinks(before).join(' ')}`);
  process.exit(1);
}
