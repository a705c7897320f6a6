import { useTexts } from '../texts.ts';
import { useGradeWords } from './grade.ts';
import { Badge, Day, type Tone } from './parts.tsx';

interface BasisShown {
  readonly eventId: string;
  readonly kind?: string;
  readonly grade: string;
  readonly recordId: string;
  readonly at: string | null;
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

/**
 * The two axes side by side: each with its day, its basis and the contradicting events. If the
 * records are on the same page, each basis links to its record.
 */
export function StandingView({
  standing,
  isLinked = false,
}: {
  readonly standing: StandingShown;
  readonly isLinked?: boolean;
}) {
  return (
    <div className="standing">
      <AxisView family="custody" axis={standing.custody} isLinked={isLinked} />
      <AxisView family="life" axis={standing.life} isLinked={isLinked} />
    </div>
  );
}

function TellsIt({ basis }: { readonly basis: BasisShown }) {
  const { t } = useTexts();
  return (
    <>
      {' · '}
      <a href={`#record-${basis.recordId}`}>{t('event.source')}</a>
    </>
  );
}

function AxisView({
  family,
  axis,
  isLinked,
}: {
  readonly family: 'custody' | 'life';
  readonly axis: AxisShown;
  readonly isLinked: boolean;
}) {
  const { t, word } = useTexts();
  const gradeWords = useGradeWords();
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
              grade: gradeWords(axis.basis.grade),
            })
          : t('basis.none')}
        {axis.basis && isLinked ? <TellsIt basis={axis.basis} /> : null}
      </p>
      {axis.contradictions.length > 0 ? (
        <ul className="contradictions">
          {axis.contradictions.map((each) => (
            <li key={each.eventId}>
              <span aria-hidden="true">≠ </span>
              {t('contradiction', {
                kind: word('event', each.kind ?? ''),
                grade: gradeWords(each.grade),
              })}
              {each.at ? (
                <>
                  {' · '}
                  <Day on={each.at} />
                </>
              ) : null}
              {isLinked ? <TellsIt basis={each} /> : null}
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
