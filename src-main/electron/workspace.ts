import { mkdirSync } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import { PAST_ORDERS, prepareDemo } from '#main/demo/demo.ts';
import type { PreparedDemo } from '#main/demo/demo.ts';
import type { HubLink } from '#main/gateway/link.ts';
import { lateHub } from '#main/host/late-hub.ts';
import type { HubOptions } from '#main/host/options.ts';
import type { HubThread } from '#main/host/thread.ts';
import type { HubConfig } from '#main/hub/config.ts';
import { workspaceDirectory } from '#main/server/home.ts';
import { listenForWebhooks } from '#main/server/listener.ts';
import type { WebhookListener } from '#main/server/listener.ts';
import { DEFAULT_PORT } from '#main/server/options.ts';

/** An open workspace in the desktop shell: the hub and its webhook doors on loopback. */
export interface DesktopWorkspace {
  link: HubLink;
  directory: string;
  demo: boolean;
  webhookUrl: string;
  /** Resolves with the cause when the hub ended by itself. */
  crashed: Promise<Error>;
  close(): Promise<void>;
}

export interface WorkspaceParts {
  openHub: (options: HubOptions) => Promise<HubThread>;
  /** The key of the credentials a real workspace keeps; the demo is thrown away with its own. */
  vaultKey?: () => string;
  /** Orders a new demo has behind it. */
  demoPast?: number;
  logger: FastifyBaseLogger;
  environment: NodeJS.ProcessEnv;
}

/** Opens the workspace of a configuration, or the demo without one. The demo takes any free port, a real one keeps its address. */
export async function openWorkspace(config: HubConfig | null, parts: WorkspaceParts): Promise<DesktopWorkspace> {
  const demo = config === null;
  const directory = workspaceDirectory(demo ? 'demo' : 'workspace', parts.environment);
  mkdirSync(directory, { recursive: true });
  let simulators: PreparedDemo | null = null;
  let link: HubThread | null = null;
  let listener: WebhookListener | null = null;
  let closing = false;
  const close = async () => {
    closing = true;
    const results = await Promise.allSettled([simulators?.stop(), listener?.close()]);
    results.push(...(await Promise.allSettled([link?.close()])));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  };
  try {
    simulators = demo ? await prepareDemo({ directory, past: parts.demoPast ?? PAST_ORDERS }) : null;
    const vaultKey = demo ? undefined : parts.vaultKey?.();
    const hubConfig = config ?? (simulators as PreparedDemo).config;
    const open = () => parts.openHub({ dataDirectory: directory, config: hubConfig, demo, ...(vaultKey !== undefined && { vaultKey }) });
    const past = simulators?.past ?? null;
    link = past ? lateHub(past, open) : await open();
    listener = await listenForWebhooks(link, demo ? 0 : DEFAULT_PORT, parts.logger);
    const begun = simulators?.start(listener.url);
    if (!past) await begun;
    else begun?.catch((error: unknown) => closing || parts.logger.error({ err: error }, 'the demo could not begin'));
    return { link, directory, demo, webhookUrl: listener.url, crashed: link.crashed, close };
  } catch (error) {
    await close().catch((echo: unknown) => parts.logger.error({ err: echo }, 'closing after a failed start'));
    throw error;
  }
}
