import { readdir, readFile } from 'node:fs/promises';

/** One process of the machine that belongs to the installation. */
export interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly line: string;
}

/** Everything below the supervisor, with any owner. */
export async function listRunning(supervisor: number): Promise<readonly Running[]> {
  const all: Running[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const facts = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    // After the name in brackets: the state, then the parent.
    const [state, parent] = facts.slice(facts.lastIndexOf(')') + 2).split(' ');
    if (!facts || state === 'Z') continue;
    const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    all.push({ pid: Number(entry), parent: Number(parent), line: line.replaceAll('\0', ' ') });
  }
  const ours = new Set([supervisor]);
  for (let before = 0; before !== ours.size; ) {
    before = ours.size;
    for (const each of all) if (ours.has(each.parent)) ours.add(each.pid);
  }
  return all.filter((each) => ours.has(each.pid));
}

export const targets = [
  'web-family',
  'web-desk',
  'broker',
  'worker',
  'sandbox',
  'postmaster main',
  'postmaster keystore',
  'backend main',
  'backend keystore',
  'cluster main',
  'cluster keystore',
  'supervisor',
] as const;
export type Target = (typeof targets)[number];

/** The processes that a target means at this moment; `draw` chooses one of several. */
export function pick(
  running: readonly Running[],
  { target, draw, supervisor }: { target: Target; draw: number; supervisor: number },
): readonly Running[] {
  if (target === 'supervisor') return running.filter((each) => each.pid === supervisor);
  if (target === 'sandbox') return one(running.filter(isSandbox), draw);
  const [kind, which] = target.split(' ');
  if (!which) return running.filter((each) => each.line.includes(`main.mjs run ${target}`));
  const masters = running.filter(
    (each) => each.parent === supervisor && each.line.includes(`/${which}/data `),
  );
  if (kind === 'postmaster') return masters;
  const children = running.filter((each) => masters.some(({ pid }) => pid === each.parent));
  return kind === 'backend' ? one(children, draw) : [...masters, ...children];
}

export function isSandbox(each: Running): boolean {
  return each.line.includes('list-child.mjs');
}

function one(found: readonly Running[], draw: number): readonly Running[] {
  const chosen = found[Math.floor(draw * found.length)];
  return chosen ? [chosen] : [];
}

/** False where the process has ended meanwhile. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false; // It ended between the check and the signal.
  }
}
