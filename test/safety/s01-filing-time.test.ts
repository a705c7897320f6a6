import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventedPerson } from '../../src/demo/people.ts';
import { FamilyWorld, hidden, little, masked, sealOf } from '../family-site.ts';

/**
 * S-01: whoever files cannot tell by the answer, its size or its time whether the person is known.
 * Short form: 500 filings for people on a list and 500 for people on none, in turns, one run. The
 * area under the curve of time as a guess must lie within 0.065 of a coin's (settled 28).
 */
const each = 500;
const boundShort = 0.065;

interface Filing {
  readonly ms: number;
  readonly bytes: number;
  readonly words: string;
}

let world: FamilyWorld;
const known: Filing[] = [];
const unknown: Filing[] = [];

beforeAll(async () => {
  world = await FamilyWorld.open();
  for (let number = 0; number < each; number += 1) {
    await world.bureau.record(nameOf(number));
  }
  for (let warm = 0; warm < 40; warm += 1) await file(50_000 + warm);
  for (let turn = 0; turn < each; turn += 1) {
    // Which comes first changes, so that neither class always runs in the other's wake.
    const first = turn % 2 === 0;
    if (first) known.push(await file(turn));
    unknown.push(await file(10_000 + turn));
    if (!first) known.push(await file(turn));
  }
}, 120_000);
afterAll(() => world?.test.drop());

function nameOf(number: number): string {
  const { surname, given, patronymic } = inventedPerson(number).uk;
  return `${surname} ${given} ${patronymic}`;
}

async function file(number: number): Promise<Filing> {
  const { surname, given, patronymic } = inventedPerson(number).uk;
  const visitor = world.visitor('uk');
  const { text } = await visitor.get('/ask');
  const boxes = {
    ...sealOf(text),
    seed: hidden(text, 'seed'),
    ...little,
    surname,
    given,
    patronymic,
  };
  const before = performance.now();
  const answer = await visitor.post('/ask', boxes);
  return {
    ms: performance.now() - before,
    bytes: answer.bytes,
    words: masked(answer.text).replaceAll(/\s+/g, ' '),
  };
}

/** How often a guess by time alone is right: 0.5 tells nothing. */
function areaUnderCurve(positive: readonly number[], negative: readonly number[]): number {
  const all = [
    ...positive.map((ms) => ({ ms, one: 1 })),
    ...negative.map((ms) => ({ ms, one: 0 })),
  ];
  all.sort((a, b) => a.ms - b.ms);
  const ranks = all.reduce((sum, { one }, at) => sum + one * (at + 1), 0);
  const { length } = positive;
  return (ranks - (length * (length + 1)) / 2) / (length * negative.length);
}

const times = (filings: readonly Filing[]) => filings.map(({ ms }) => ms);

describe('S-01 a filing', () => {
  it('takes as long for a person who is known as for one who is not', () => {
    const area = areaUnderCurve(times(known), times(unknown));
    const middle = times(known).sort((a, b) => a - b)[Math.floor(each / 2)] ?? 0;
    process.stdout.write(`S-01 short: AUC ${area.toFixed(3)}, median ${middle.toFixed(1)} ms\n`);
    expect(Math.abs(area - 0.5)).toBeLessThanOrEqual(boundShort);
  });

  it('would be told apart were the known a fifth slower (negative control)', () => {
    const slower = times(known).map((ms) => ms * 1.2);
    expect(Math.abs(areaUnderCurve(slower, times(unknown)) - 0.5)).toBeGreaterThan(boundShort);
  });

  it('is answered in the same size and the same words', () => {
    expect(new Set([...known, ...unknown].map(({ bytes }) => bytes)).size).toBe(1);
    expect(new Set([...known, ...unknown].map(({ words }) => words)).size).toBe(1);
  });
});
