import type { Compare, Condition } from '#shared/rule.ts';

/**
 * The condition of a rule as the editor shows it: groups of three kinds and comparisons, each found by the indexes that lead to it
 * from the root group, `[]`. What is stored is the condition itself: every operation here takes one and gives a new one, and shares
 * with the old what did not change.
 */
export type GroupKind = 'all' | 'any' | 'none';
export const GROUP_KINDS: readonly GroupKind[] = ['all', 'any', 'none'];
export type TreePath = readonly number[];

export interface GroupView {
  kind: GroupKind;
  children: readonly Condition[];
}

/** An edited condition and where the moved or new part of it is now. */
export interface TreeChange {
  root: Condition;
  path: TreePath;
}

export function isCompare(condition: Condition): condition is Compare {
  return 'field' in condition;
}

/** A condition as a group; null for a comparison. `not` of an `any` reads as "none of these". */
export function groupOf(condition: Condition): GroupView | null {
  if ('all' in condition) return { kind: 'all', children: condition.all };
  if ('any' in condition) return { kind: 'any', children: condition.any };
  if (!('not' in condition)) return null;
  const { not } = condition;
  return { kind: 'none', children: 'any' in not && not.any.length !== 1 ? not.any : [not] };
}

/** The root is always shown as a group, so that there is something to add to: a lone comparison stands in an "all". */
export function rootGroup(root: Condition): GroupView {
  return groupOf(root) ?? { kind: 'all', children: [root] };
}

export function groupFrom(kind: GroupKind, children: readonly Condition[]): Condition {
  if (kind === 'all') return { all: [...children] };
  if (kind === 'any') return { any: [...children] };
  const [only] = children;
  return { not: only !== undefined && children.length === 1 ? only : { any: [...children] } };
}

/** A lone comparison needs no group around it. */
function settled(root: Condition): Condition {
  const [only] = 'all' in root ? root.all : [];
  return 'all' in root && root.all.length === 1 && only !== undefined && isCompare(only) ? only : root;
}

function groupAt(root: Condition, path: TreePath): GroupView | null {
  if (path.length === 0) return rootGroup(root);
  const node = nodeAt(root, path);
  return node && groupOf(node);
}

/** The part at a place; null where there is none. The root is itself. */
export function nodeAt(root: Condition, path: TreePath): Condition | null {
  let node: Condition = root;
  for (const [depth, index] of path.entries()) {
    const group: GroupView | null = depth === 0 ? rootGroup(root) : groupOf(node);
    const child: Condition | undefined = group?.children[index];
    if (child === undefined) return null;
    node = child;
  }
  return node;
}

/** Rebuilds the groups from the root down to `path` with the group there given new children or a new kind. */
function rebuild(root: Condition, path: TreePath, change: (group: GroupView) => Condition, depth = 0): Condition {
  const group = depth === 0 ? rootGroup(root) : groupOf(root);
  if (!group) return root;
  const index = path[depth];
  if (index === undefined) return change(group);
  const child = group.children[index];
  if (child === undefined) return root;
  return groupFrom(group.kind, group.children.with(index, rebuild(child, path, change, depth + 1)));
}

function parentOf(path: TreePath): { group: TreePath; index: number } {
  return { group: path.slice(0, -1), index: path.at(-1) ?? 0 };
}

/** Puts another condition in the place of one. */
export function replaced(root: Condition, path: TreePath, node: Condition): Condition {
  if (path.length === 0) return settled(node);
  const { group, index } = parentOf(path);
  return settled(rebuild(root, group, ({ kind, children }) => groupFrom(kind, children.with(index, node))));
}

export function inserted(root: Condition, group: TreePath, index: number, node: Condition): TreeChange {
  const place = Math.max(0, Math.min(index, groupAt(root, group)?.children.length ?? 0));
  const next = settled(rebuild(root, group, ({ kind, children }) => groupFrom(kind, children.toSpliced(place, 0, node))));
  return { root: next, path: pathTo(next, node) ?? [...group, place] };
}

/** Takes a part out; the root stays, as an empty group. `path` is what stands in its place or before it, else its group. */
export function removed(root: Condition, path: TreePath): TreeChange {
  if (path.length === 0) return { root: { all: [] }, path: [] };
  const { group, index } = parentOf(path);
  const next = settled(rebuild(root, group, ({ kind, children }) => groupFrom(kind, children.toSpliced(index, 1))));
  const left = groupAt(next, group)?.children.length ?? 0;
  return { root: next, path: left === 0 ? group : [...group, Math.min(index, left - 1)] };
}

function isWithin(path: TreePath, group: TreePath): boolean {
  return path.length <= group.length && path.every((step, depth) => step === group[depth]);
}

/**
 * Moves a part to a place in a group; `index` counts what stands in that group once the part is taken out, as drag and drop counts.
 * Null when it would move into itself.
 */
export function moved(root: Condition, from: TreePath, group: TreePath, index: number): TreeChange | null {
  const node = nodeAt(root, from);
  if (!node || from.length === 0 || isWithin(from, group)) return null;
  const { group: home, index: place } = parentOf(from);
  // A mark stands where the part was until it is in its new place: taken out first, the group it leaves could fall together with the one around it.
  const mark: Compare = { field: '', op: '==', value: '' };
  const behind = home.join('.') === group.join('.') && index > place;
  const placed = inserted(replaced(root, from, mark), group, behind ? index + 1 : index, node).root;
  const left = pathTo(placed, mark);
  const next = left === null ? placed : removed(placed, left).root;
  return { root: next, path: pathTo(next, node) ?? [] };
}

/** Where this very part stands; null where it stands no more, or fell together with the group around it. */
function pathTo(root: Condition, node: Condition): TreePath | null {
  return pathsOf(root).find((path) => path.length > 0 && nodeAt(root, path) === node) ?? null;
}

/** One step up or down; over the edge of its group it leaves the group. */
export function stepped(root: Condition, path: TreePath, step: -1 | 1): TreeChange | null {
  if (path.length === 0) return null;
  const { group, index } = parentOf(path);
  const count = groupAt(root, group)?.children.length ?? 0;
  const next = index + step;
  if (next >= 0 && next < count) return moved(root, path, group, next);
  if (group.length === 0) return null;
  const above = parentOf(group);
  return moved(root, path, above.group, above.index + (step === 1 ? 1 : 0));
}

/** Into the group before it, else into the one after it. */
export function movedIn(root: Condition, path: TreePath): TreeChange | null {
  if (path.length === 0) return null;
  const { group, index } = parentOf(path);
  const siblings = groupAt(root, group)?.children ?? [];
  for (const [neighbour, atEnd] of [
    [index - 1, true],
    [index + 1, false],
  ] as const) {
    const inner = siblings[neighbour] && groupOf(siblings[neighbour]);
    if (inner) return moved(root, path, [...group, neighbour], atEnd ? inner.children.length : 0);
  }
  return null;
}

/** Out of its group, to the place after it. */
export function movedOut(root: Condition, path: TreePath): TreeChange | null {
  if (path.length < 2) return null;
  const above = parentOf(path.slice(0, -1));
  return moved(root, path, above.group, above.index + 1);
}

/** Puts a part into a group of its own, where others can join it. */
export function wrapped(root: Condition, path: TreePath, kind: GroupKind): TreeChange | null {
  const node = nodeAt(root, path);
  if (!node || path.length === 0) return null;
  const { group, index } = parentOf(path);
  const inner = groupFrom(kind, [node]);
  const next = rebuild(root, group, (view) => groupFrom(view.kind, view.children.with(index, inner)));
  return { root: next, path };
}

/** Takes a group away and leaves what it held in its place. */
export function unwrapped(root: Condition, path: TreePath): TreeChange | null {
  const inner = path.length > 0 && groupAt(root, path);
  if (!inner) return null;
  const { group, index } = parentOf(path);
  const next = rebuild(root, group, ({ kind, children }) => groupFrom(kind, children.toSpliced(index, 1, ...inner.children)));
  return { root: settled(next), path: inner.children.length > 0 ? path : group };
}

export function withKind(root: Condition, path: TreePath, kind: GroupKind): Condition {
  return rebuild(root, path, ({ children }) => groupFrom(kind, children));
}

/** Where the hub finds this part below the condition: `.all.0.not`. */
export function storedPath(root: Condition, path: TreePath): string {
  let stored = '';
  let node = root;
  for (const index of path) {
    const group = groupOf(node);
    // The lone comparison at the root has no group in what is stored.
    if (!group) return stored;
    if (group.kind !== 'none') stored += `.${group.kind}.${index}`;
    else stored += group.children.length === 1 && 'not' in node && node.not === group.children[0] ? '.not' : `.not.any.${index}`;
    node = group.children[index] ?? node;
  }
  return stored;
}

/** Every part in the order it is read, the root first. */
export function pathsOf(root: Condition): TreePath[] {
  const paths: TreePath[] = [[]];
  const walk = (view: GroupView | null, path: TreePath): void => {
    view?.children.forEach((child, index) => {
      paths.push([...path, index]);
      walk(groupOf(child), [...path, index]);
    });
  };
  walk(rootGroup(root), []);
  return paths;
}

/** All comparisons of a condition, in the order they are read. */
export function comparesOf(root: Condition): Compare[] {
  return pathsOf(root)
    .map((path) => nodeAt(root, path))
    .filter((node): node is Compare => node !== null && isCompare(node))
    .filter((node, index, all) => all.indexOf(node) === index);
}
