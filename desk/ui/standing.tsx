import { useTexts } from '../texts.ts';
import { Badge, Day, type Tone } from './parts.tsx';

interface BasisShown {
  readonly eventId: string;
  readonly kind?: string;
  readonly grade: string;
  readonly sourceKind?: string;
}
interface AxisShown {
  readonly step: string;
  readonly at: string | null;
  readonly basis: BasisShown | null;
  readonly contradictions: readonly BasisShown[];
}
export interface StandingShown {
  readonly custody: AxisShown;
  readonly life: AxisShown;
}

/** The two axes side by side: each with the day and the basis it rests on, and what speaks against it. */
export function StandingView({ standing }: { readonly standing: StandingShown }) {
  return (
    <div className="standing">
      <AxisView family="custody" axis={standing.custody} />
      <AxisView family="life" axis={standing.life} />
    </div>
  );
}

function AxisView({
  family,
  axis,
}: {
  readonly family: 'custody' | 'life';
  readonly axis: AxisShown;
}) {
  const { t, word } = useTexts();
  const on = axis.at;
  return (
    <div className={`axis ${family}`}>
      <p className="axis-name">{t(`${family}.title`)}</p>
      <p className="axis-step">
        <Badge tone={toneOf(family, axis)}>{word(family, axis.step)}</Badge>
        {on ? <Day on={on} /> : null}
      </p>
      <p className="hint">
        {axis.basis
          ? t('basis', {
              kind: word('event', axis.basis.kind ?? axis.step),
              grade: axis.basis.grade,
              source: axis.basis.sourceKind ? word('sourceKind', axis.basis.sourceKind) : 'none',
            })
          : t('basis.none')}
      </p>
      {axis.contradictions.length > 0 ? (
        <ul className="contradictions">
          {axis.contradictions.map((each) => (
            <li key={each.eventId}>
              <span aria-hidden="true">≠ </span>
              {t('contradiction', { kind: word('event', each.kind ?? ''), grade: each.grade })}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function toneOf(family: 'custody' | 'life', axis: AxisShown): Tone {
  if (axis.contradictions.length > 0) return 'bad';
  if (family === 'life')
    return axis.step.includes('dead') || axis.step === 'identified' ? 'bad' : 'calm';
  return axis.step === 'unknown'
    ? 'calm'
    : ['released', 'exchanged', 'escaped', 'repatriated'].includes(axis.step)
      ? 'good'
      : 'warm';
}
