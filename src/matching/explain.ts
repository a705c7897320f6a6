import english from '../../texts/en/matching.json' with { type: 'json' };
import type { Reason } from './weigh.ts';

/** The words of a reason in English, for the command line; the screens have them in every language. */
export function sentence(reason: Pick<Reason, 'feature' | 'level' | 'left' | 'right'>): string {
  const texts: Readonly<Record<string, string>> = english;
  const text = texts[textKey(reason)] ?? texts[`${reason.feature}.other`] ?? reason.feature;
  return text.replaceAll('{left}', reason.left ?? '—').replaceAll('{right}', reason.right ?? '—');
}

/** The key of the sentence in `texts/<language>/matching.json`. */
export function textKey(reason: Pick<Reason, 'feature' | 'level'>): string {
  return `${reason.feature}.${reason.level}`;
}
