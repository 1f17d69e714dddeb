import type { Beat } from '#shared/pulse.ts';

/** One spike of the trace, in canvas pixels. */
export interface Spike {
  x: number;
  /** 0 to 1: amount on a log scale. */
  height: number;
  anomaly: 'none' | 'held' | 'frozen';
  beat: Beat;
}

export interface TraceView {
  width: number;
  height: number;
  /** Time at the right edge, and milliseconds from edge to edge. */
  head: number;
  span: number;
  /** Thickness of lines, width of spikes and size of marks against the desk's; 1 there. */
  weight: number;
}

export interface TraceColours {
  line: string;
  anomaly: string;
  frozen: string;
  flat: string;
  grid: string;
}

/** Below this distance two beats share a column and the taller one is drawn. */
const COLUMN = 2;
const WIDEST = 9;
const TOP_AMOUNT = Math.log10(1 + 10_000);

/** Height of an amount: 10 is about a quarter, 100 half, 1,000 three quarters, 10,000 and above the whole. */
export function spikeHeight(paidMinor: number): number {
  return Math.max(0.14, Math.min(1, Math.log10(1 + Math.max(0, paidMinor) / 100) / TOP_AMOUNT));
}

/** Where a moment lies on the trace. */
export function xOf(at: number, { width, head, span }: TraceView): number {
  return width - ((head - at) / span) * width;
}

function anomalyOf(beat: Beat): Spike['anomaly'] {
  if (beat.held !== 'none') return beat.held;
  return beat.grade === 'high' || beat.grade === 'medium' ? 'held' : 'none';
}

/** The spikes to draw, left to right: at most one per column, an anomaly never hidden by a plain beat. */
export function layoutTrace(beats: readonly Beat[], view: TraceView): Spike[] {
  const spikes: Spike[] = [];
  for (const beat of beats) {
    const x = xOf(beat.at, view);
    if (x < -WIDEST * view.weight || x > view.width + WIDEST * view.weight) continue;
    const spike: Spike = { x, height: spikeHeight(beat.paidMinor), anomaly: anomalyOf(beat), beat };
    const last = spikes.at(-1);
    if (!last || x - last.x >= COLUMN * view.weight) spikes.push(spike);
    else if (graver(spike, last)) spikes[spikes.length - 1] = { ...spike, x: last.x };
  }
  return spikes;
}

function graver(one: Spike, other: Spike): boolean {
  const rank = (spike: Spike): number => (spike.anomaly === 'frozen' ? 2 : spike.anomaly === 'held' ? 1 : 0);
  return rank(one) - rank(other) > 0 || (rank(one) === rank(other) && one.height > other.height);
}

/** The spike nearest to `x`, at most `reach` pixels away. */
export function nearestSpike(spikes: readonly Spike[], x: number, reach: number): Spike | null {
  let best: Spike | null = null;
  for (const spike of spikes) {
    if (Math.abs(spike.x - x) <= reach && (!best || Math.abs(spike.x - x) < Math.abs(best.x - x))) best = spike;
  }
  return best;
}

interface Scale {
  base: number;
  up: number;
}

/** P wave, QRS complex and T wave around `x`; only the spike itself where beats stand close. */
function tracePulse(context: CanvasRenderingContext2D, spike: Spike, reach: number, { base, up }: Scale): void {
  const { x, height } = spike;
  const top = base - height * up;
  if (reach < 3.2) {
    context.lineTo(x - reach, base);
    context.lineTo(x, top);
    context.lineTo(x + reach * 0.6, base + height * up * 0.14);
    context.lineTo(x + reach, base);
    return;
  }
  context.lineTo(x - reach, base);
  context.quadraticCurveTo(x - reach * 0.68, base - up * 0.1, x - reach * 0.38, base);
  context.lineTo(x - reach * 0.2, base + height * up * 0.09);
  context.lineTo(x, top);
  context.lineTo(x + reach * 0.2, base + height * up * 0.22);
  context.lineTo(x + reach * 0.36, base);
  context.quadraticCurveTo(x + reach * 0.66, base - up * 0.16, x + reach, base);
}

function reachOf(spikes: readonly Spike[], index: number, weight: number): number {
  const spike = spikes[index];
  const before = spikes[index - 1];
  const after = spikes[index + 1];
  if (!spike) return WIDEST * weight;
  const room = Math.min(before ? spike.x - before.x : Infinity, after ? after.x - spike.x : Infinity);
  return Math.max(1, Math.min(WIDEST * weight, room / 2));
}

export interface TraceScene {
  spikes: readonly Spike[];
  view: TraceView;
  colours: TraceColours;
  /** From here on the lane is silent: drawn as a flat line of its own colour. Null while it is not. */
  silentFrom: number | null;
  /** The beat under the pointer or chosen by key. */
  chosen: Spike | null;
}

/** Draws one lane. The context is already scaled to CSS pixels. */
export function drawTrace(context: CanvasRenderingContext2D, scene: TraceScene): void {
  const { spikes, view, colours } = scene;
  const scale: Scale = { base: Math.round(view.height * 0.76) + 0.5, up: view.height * 0.64 };
  context.clearRect(0, 0, view.width, view.height);
  drawMinutes(context, view, colours.grid);
  context.lineJoin = 'round';
  context.lineWidth = 1.25 * view.weight;
  context.strokeStyle = colours.line;
  context.beginPath();
  context.moveTo(0, scale.base);
  spikes.forEach((spike, index) => tracePulse(context, spike, reachOf(spikes, index, view.weight), scale));
  const end = scene.silentFrom === null ? view.width : Math.max(0, xOf(scene.silentFrom, view));
  context.lineTo(Math.max(end, spikes.at(-1)?.x ?? 0), scale.base);
  context.stroke();
  drawAnomalies(context, scene, scale);
  if (scene.silentFrom !== null && end < view.width) drawFlatLine(context, end, scene, scale.base);
  fadeTail(context, view);
  if (scene.chosen) drawChosen(context, scene.chosen, scene, scale);
}

function drawMinutes(context: CanvasRenderingContext2D, view: TraceView, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  const minutes = Math.round(view.span / 60_000);
  for (let minute = 1; minute < minutes; minute += 1) {
    const x = Math.round((minute / minutes) * view.width) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, view.height);
  }
  context.stroke();
}

/** Anomalies again in their own colour, with a mark on the peak: a triangle for held, a square for frozen. */
function drawAnomalies(context: CanvasRenderingContext2D, { spikes, view, colours }: TraceScene, scale: Scale): void {
  const size = view.weight;
  context.lineWidth = 1.75 * size;
  spikes.forEach((spike, index) => {
    if (spike.anomaly === 'none') return;
    const reach = reachOf(spikes, index, size);
    context.strokeStyle = colours.anomaly;
    context.beginPath();
    context.moveTo(spike.x - reach, scale.base);
    tracePulse(context, spike, reach, scale);
    context.stroke();
    const top = Math.max(4 * size, scale.base - spike.height * scale.up - 5 * size);
    context.fillStyle = spike.anomaly === 'frozen' ? colours.frozen : colours.anomaly;
    context.beginPath();
    if (spike.anomaly === 'frozen') context.rect(spike.x - 3 * size, top - 3 * size, 6 * size, 6 * size);
    else {
      context.moveTo(spike.x, top - 4 * size);
      context.lineTo(spike.x + 4 * size, top + 3 * size);
      context.lineTo(spike.x - 4 * size, top + 3 * size);
    }
    context.fill();
  });
}

function drawFlatLine(context: CanvasRenderingContext2D, from: number, { view, colours }: TraceScene, base: number): void {
  context.strokeStyle = colours.flat;
  context.lineWidth = 1.75 * view.weight;
  context.beginPath();
  context.moveTo(from, base);
  context.lineTo(view.width, base);
  context.stroke();
}

/** The oldest part of the trace fades instead of being cut. */
function fadeTail(context: CanvasRenderingContext2D, view: TraceView): void {
  const width = Math.min(48, view.width / 8);
  const gradient = context.createLinearGradient(0, 0, width, 0);
  gradient.addColorStop(0, '#000f');
  gradient.addColorStop(1, '#0000');
  context.globalCompositeOperation = 'destination-out';
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, view.height);
  context.globalCompositeOperation = 'source-over';
}

function drawChosen(context: CanvasRenderingContext2D, spike: Spike, { view, colours }: TraceScene, scale: Scale): void {
  const colour = spike.anomaly === 'none' ? colours.line : colours.anomaly;
  context.strokeStyle = colour;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(Math.round(spike.x) + 0.5, 0);
  context.lineTo(Math.round(spike.x) + 0.5, view.height);
  context.stroke();
  context.globalAlpha = 1;
  context.fillStyle = colour;
  context.beginPath();
  context.arc(spike.x, scale.base - spike.height * scale.up, 3.5, 0, Math.PI * 2);
  context.fill();
}
