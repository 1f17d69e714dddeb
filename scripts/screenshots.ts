/**
 * `npm run screenshots`: takes the pictures of docs/screenshots from a demo workspace that has lived for a few minutes.
 * Options: `--minutes N` how long it lives first (default 6), `--out DIR`, `--all` every page at both sizes, themes and
 * languages, for looking the whole console over; `--pages a,b` only these.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { BROWSER_FLAGS, ensureBrowser } from './browser.ts';
import { ALL_PICTURES, PICTURES, type Ask, type Picture, type PictureName } from './screenshot-pages.ts';

const TOKEN = 'screenshots';
const SETTLE_MS = 2_500;

interface Shot {
  page: PictureName;
  theme: 'dark' | 'light';
  locale: 'zh' | 'en';
  width: number;
  height: number;
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '6' },
    out: { type: 'string', default: 'docs/screenshots' },
    all: { type: 'boolean', default: false },
    pages: { type: 'string', default: ALL_PICTURES.join(',') },
  },
});

/** What the English documents show. */
const IN_ENGLISH: readonly PictureName[] = ['monitor', 'desk', 'rule-trial'];

/** The documents show every page in Chinese, dark and light, and some in English as well. */
function shots(): Shot[] {
  const small = { width: 1440, height: 900 };
  const sizes = values.all ? [small, { width: 1920, height: 1080 }] : [small];
  const list: Shot[] = [];
  const asked = values.pages.split(',');
  for (const page of ALL_PICTURES.filter((name) => asked.includes(name))) {
    for (const theme of ['dark', 'light'] as const) {
      for (const locale of ['zh', 'en'] as const) {
        const wanted = values.all || locale === 'zh' || (theme === 'dark' && IN_ENGLISH.includes(page));
        if (wanted) list.push(...sizes.map((size) => ({ page, theme, locale, ...size })));
      }
    }
  }
  return list;
}

function fileOf({ page, theme, locale, width }: Shot): string {
  return join(values.out, `${page}-${theme}-${locale}${values.all ? `-${width}` : ''}.png`);
}

function startDemo(data: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['src-main/server/main.ts', '--data', data, '--port', '0', '--token', TOKEN, '--demo'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      const match = /listening (http:\S+)/.exec(chunk.toString());
      if (match?.[1]) resolve({ child, url: match[1] });
    });
    child.once('exit', (code) => reject(new Error(`the hub ended with code ${code}`)));
  });
}

async function prepare(browser: Browser, url: string, shot: Shot): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: shot.width, height: shot.height }, reducedMotion: 'reduce' });
  await context.addInitScript(
    ({ theme, locale }) => {
      localStorage.setItem('orderpulse.theme', theme);
      localStorage.setItem('orderpulse.locale', locale);
    },
    { theme: shot.theme, locale: shot.locale },
  );
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${fileOf(shot)}: ${error.message}`));
  await page.request.post(`${url}/login`, { data: { token: TOKEN } });
  return page;
}

async function take(browser: Browser, url: string, shot: Shot, path: string): Promise<void> {
  const picture: Picture = PICTURES[shot.page];
  const page = await prepare(browser, url, shot);
  await page.goto(`${url}/#/${path}`);
  await sleep(SETTLE_MS);
  if (picture.act) {
    await picture.act(page);
    await sleep(SETTLE_MS);
  }
  await page.screenshot({ path: fileOf(shot) });
  await page.context().close();
  console.info(fileOf(shot));
}

/** Asks the hub as a person would; throws what it refuses. */
function asking(url: string): Ask {
  return async (method, input) => {
    const response = await fetch(`${url}/rpc/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(input),
    });
    const answer = (await response.json()) as { ok: boolean; value: never; error?: unknown };
    if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
    return answer.value;
  };
}

/** Where each picture is taken, once what it shows is there. */
async function placesOf(names: Iterable<PictureName>, url: string): Promise<Map<PictureName, string>> {
  const places = new Map<PictureName, string>();
  for (const name of new Set(names)) {
    const { path, prepare: made }: Picture = PICTURES[name];
    places.set(name, (await made?.(asking(url))) ?? path);
  }
  return places;
}

if (!existsSync('out/renderer/index.html')) throw new Error('Run `npm run build` first.');
mkdirSync(values.out, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'orderpulse-screenshots-'));
const { child, url } = await startDemo(data);
try {
  console.info(`letting the demo live for ${values.minutes} min`);
  await sleep(Number(values.minutes) * 60_000);
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: BROWSER_FLAGS });
  const list = shots();
  const places = await placesOf(
    list.map(({ page }) => page),
    url,
  );
  for (const shot of list) await take(browser, url, shot, places.get(shot.page) ?? '');
  await browser.close();
} finally {
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}
