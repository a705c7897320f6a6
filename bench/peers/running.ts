import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './files.ts';
import { latin } from './postgres.ts';

export const root = join(import.meta.dirname, '../..');
export const data = process.env['HOMEWARD_MATCHING_DATA'] ?? join(root, '../shared/data');
/** The folder of peers and their output; nothing of it is kept in the repository. */
export const work = join(root, 'data/peers');
export const python = join(work, 'venv/bin/python');
/** The scripts of the peers. */
export const script = (name: string) => join(import.meta.dirname, name);

export interface Timed {
  readonly compared: number;
  readonly seconds: number;
  readonly queries?: number;
  readonly searchSeconds?: number;
  readonly firstSeconds?: number;
}

export function preparePython(): boolean {
  if (existsSync(join(work, 'venv/ready'))) return true;
  const commands: readonly (readonly string[])[] = [
    ['python3', '-m', 'venv', join(work, 'venv')],
    [python, '-m', 'pip', 'install', '--quiet', '-r', script('requirements.txt')],
    ['touch', join(work, 'venv/ready')],
  ];
  for (const [program = '', ...args] of commands) {
    const run = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (run.status === 0) continue;
    say(
      `Python’s peers are absent (${program} ${args.at(-1)} did not work); they are passed over.\n`,
    );
    return false;
  }
  return true;
}

export function homeward(args: readonly string[]): string {
  const run = spawnSync(process.execPath, [...own(), ...args], { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`homeward ${args[0]} failed: ${run.stderr}`);
  return run.stderr;
}

function own(): readonly string[] {
  return ['--max-old-space-size=16000', join(root, 'bin/homeward.mjs')];
}

/** Pins a process to one core if the system can. */
export function onOneCore(): readonly string[] {
  return spawnSync('taskset', ['-c', '1', 'true']).status === 0 ? ['taskset', '-c', '1'] : [];
}

export function timed(prefix: readonly string[], command: readonly string[]): Timed | null {
  const [program = '', ...args] = [...prefix, ...command];
  const run = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.status === 0) return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as Timed; // As it prints.
  say(`${command.join(' ')} failed:\n${run.stderr.slice(-600)}\n`);
  return null;
}

export function heading(text: string): void {
  say(`\n${text}\n`);
}

export function line(name: string, quality: string, note: string): void {
  say(`  ${name.padEnd(32)} ${quality.padEnd(62)} ${note}\n`);
}

export function say(text: string): void {
  process.stdout.write(text);
}

/** Rows as Splink receives them. */
export function splinkRows(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly (readonly string[])[] {
  const heads = 'unique_id name first second dob year birthplace unit_number'.split(' ');
  return [
    heads,
    ...rows.map((row) => {
      const words = latin(row.name).split(' ');
      const dob = row.dob ?? '';
      return [
        keyOf(row),
        [...words].sort().join(' '),
        words[0] ?? '',
        words[1] ?? '',
        dob.length === 10 ? dob : '',
        dob.slice(0, 4),
        latin(row.birthplace),
        /\d+/.exec(row.unit ?? '')?.[0] ?? '',
      ];
    }),
  ];
}
