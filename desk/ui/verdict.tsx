import { useTexts } from '../texts.ts';

export type VerdictKind = 'agrees' | 'contradicts' | 'absent';
const marks: Readonly<Record<VerdictKind, string>> = { agrees: '=', contradicts: '≠', absent: '·' };

/** Agrees, contradicts or absent: shown by word, by mark and by the frame; colour comes last. */
export function Verdict({ kind }: { readonly kind: VerdictKind }) {
  const { word } = useTexts();
  return (
    <span className={`verdict ${kind}`}>
      <span aria-hidden="true">{marks[kind]}</span>
      {word('verdict', kind)}
    </span>
  );
}

/** The weight of a reason for or against, as one to three strokes and in words. */
export function Weight({ weight }: { readonly weight: number }) {
  const { t } = useTexts();
  const size = Math.abs(weight);
  const strokes = size < 0.05 ? 0 : size < 1.5 ? 1 : size < 4 ? 2 : 3;
  if (strokes === 0) return null;
  return (
    <span
      className="weight"
      title={t('weight.strokes', { strokes, sign: weight > 0 ? 'plus' : 'minus' })}
    >
      <span aria-hidden="true">{(weight > 0 ? '+' : '−').repeat(strokes)}</span>
      <span className="unseen">
        {t('weight.strokes', { strokes, sign: weight > 0 ? 'plus' : 'minus' })}
      </span>
    </span>
  );
}
