import { Problem } from './problem.ts';

/** the limits on structure of one request. */
export const jsonLimits = { depth: 16, keys: 2_000, arrayItems: 5_000 } as const;

/** Names through which a value could reach the prototype of another. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses external JSON. Refuses, in linear time and before anything is built, input that is too
 * deep or too wide, repeats a key, or uses a key that reaches a prototype.
 */
export function parseStrictJson(text: string): unknown {
  checkStructure(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw Object.assign(notJson(), { cause });
  }
}

/** The list or object that is open at the scan position. */
interface Open {
  /** Null in a list. */
  readonly keys: Set<string> | null;
  items: number;
}

const token = /[\s]*("(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+)/suy;

/** Scans the tokens once. Invalid JSON is left to the parser, which refuses it. */
function checkStructure(text: string): void {
  const stack: Open[] = [];
  let keys = 0;
  token.lastIndex = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [, said = ''] = found;
    const top = stack.at(-1);
    if (said === '[' || said === '{') {
      if (stack.length >= jsonLimits.depth) throw notJson();
      stack.push({ keys: said === '{' ? new Set() : null, items: 0 });
    } else if (said === ']' || said === '}') {
      stack.pop();
    } else if (said === ',' && top) {
      top.items += 1;
      if (!top.keys && top.items >= jsonLimits.arrayItems) throw notJson();
    } else if (top?.keys && said.startsWith('"') && top.keys.size === top.items) {
      keys += 1;
      addKey(top.keys, said, keys);
    }
  }
}

function addKey(known: Set<string>, said: string, count: number): void {
  const key = unescaped(said);
  if (count > jsonLimits.keys || known.has(key) || forbiddenKeys.has(key)) throw notJson();
  known.add(key);
}

/** One key may be written in several ways: `"\u0061"` is `"a"`. */
function unescaped(said: string): string {
  if (!said.includes('\\')) return said.slice(1, -1);
  try {
    return String(JSON.parse(said));
  } catch (cause) {
    throw Object.assign(notJson(), { cause });
  }
}

function notJson(): Problem {
  return new Problem('body.not_json', 400, 'This is not JSON that can be accepted.');
}
