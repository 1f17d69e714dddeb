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

const TOKEN = 'screenshots';
/** Every page by the name of its picture, with its address. */
const PAGES = {
  monitor: 'monitor',
  desk: 'desk',
  inventory: 'inventory',
  health: 'health',
  rules: 'rules',
  reports: 'reports',
  settings: 'settings',
  connect: 'settings?connect=new',
  feeds: 'settings/feeds',
  gaps: 'settings/gaps',
  mapping: 'settings/mapping?channel=douyin',
  imports: 'settings/imports',
  partners: 'settings/partners',
  wallboard: 'wallboard',
} as const;
type PageName = keyof typeof PAGES;
const ALL_PAGES = Object.keys(PAGES) as PageName[];
const SETTLE_MS = 2_500;

interface Shot {
  page: PageName;
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
    pages: { type: 'string', default: ALL_PAGES.join(',') },
  },
});

/** The documents show every page in Chinese, dark and light, and the first two in English as well. */
function shots(): Shot[] {
  const small = { width: 1440, height: 900 };
  const sizes = values.all ? [small, { width: 1920, height: 1080 }] : [small];
  const list: Shot[] = [];
  const asked = values.pages.split(',');
  for (const page of ALL_PAGES.filter((name) => asked.includes(name))) {
    for (const theme of ['dark', 'light'] as const) {
      for (const locale of ['zh', 'en'] as const) {
        const wanted = values.all || locale === 'zh' || (theme === 'dark' && (page === 'monitor' || page === 'desk'));
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

async function take(browser: Browser, url: string, shot: Shot): Promise<void> {
  const page = await prepare(browser, url, shot);
  await page.goto(`${url}/#/${PAGES[shot.page]}`);
  await sleep(SETTLE_MS);
  await page.screenshot({ path: fileOf(shot) });
  await page.context().close();
  console.info(fileOf(shot));
}

if (!existsSync('out/renderer/index.html')) throw new Error('Run `npm run build` first.');
mkdirSync(values.out, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'orderpulse-screenshots-'));
const { child, url } = await startDemo(data);
try {
  console.info(`letting the demo live for ${values.minutes} min`);
  await sleep(Number(values.minutes) * 60_000);
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: BROWSER_FLAGS });
  for (const shot of shots()) await take(browser, url, shot);
  await browser.close();
} finally {
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}
