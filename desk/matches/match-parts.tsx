import { Link } from 'react-router';
import type { MatchView, Reason, Side } from '../api/shapes.ts';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Described } from '../ui/described.tsx';
import { useGradeWords } from '../ui/grade.ts';
import { Badge, Day, Empty, Facts, Moment, Panel } from '../ui/parts.tsx';
import { StandingView } from '../ui/standing.tsx';
import { Verdict, Weight } from '../ui/verdict.tsx';

const seldomGiven: ReadonlySet<string> = new Set(['number', 'callsign', 'mother', 'relatives']);
const verdicts = ['contradicts', 'agrees', 'absent'] as const;

/** Feature by feature: agreement, contradiction, absence. The highest weight comes first. */
export function Reasons({ match }: { readonly match: MatchView }) {
  const { t, word, number } = useTexts();
  // The combined effect of names is a reason only if it is not zero; fields that few sources give
  // are shown only if one of the two has them.
  const reasons = match.reasons.filter(
    ({ feature, verdict, left, right }) =>
      (feature !== 'pattern' || verdict !== 'absent') &&
      (!seldomGiven.has(feature) || left !== null || right !== null),
  );
  const sorted = reasons.toSorted(
    (one, other) =>
      verdictRank(one) - verdictRank(other) || Math.abs(other.weight) - Math.abs(one.weight),
  );
  return (
    <Panel
      title={t('reasons.title')}
      aside={
        <p className="row tallies">
          {verdicts.map((verdict) => (
            <span key={verdict}>
              <Verdict kind={verdict} />{' '}
              {number(reasons.filter((reason) => reason.verdict === verdict).length)}
            </span>
          ))}
        </p>
      }
    >
      <table className="reasons">
        <caption className="unseen">{t('reasons.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('reasons.feature')}</th>
            <th scope="col">{t('reasons.left')}</th>
            <th scope="col">{t('reasons.verdict')}</th>
            <th scope="col">{t('reasons.right')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((reason) => (
            <ReasonRow key={`${reason.feature}-${reason.level}`} reason={reason} />
          ))}
        </tbody>
      </table>
      {match.undecidedWithout.length > 0 ? (
        <p className="hint">
          {t('reasons.without', {
            features: match.undecidedWithout.map((feature) => word('feature', feature)).join(', '),
          })}
        </p>
      ) : null}
    </Panel>
  );
}

function verdictRank(reason: Reason): number {
  return reason.verdict === 'absent' ? 1 : 0;
}

function ReasonRow({ reason }: { readonly reason: Reason }) {
  const { t, word, reason: sentence } = useTexts();
  const shown = (value: string | null) => {
    if (value === null) return '—';
    return reason.feature === 'sex' ? word('sex', value) : value;
  };
  const left = shown(reason.left);
  const right = shown(reason.right);
  // If both values are equal, or one is missing, the words would only repeat the row.
  const isPlain = reason.level === 'same' || reason.verdict === 'absent';
  return (
    <tr className={reason.verdict}>
      <th scope="row">{word('feature', reason.feature)}</th>
      <td data-head={t('reasons.left')}>
        <bdi className="raw">{left}</bdi>
      </td>
      <td className="verdict-cell">
        <Verdict kind={reason.verdict} /> <Weight weight={reason.weight} />
        {isPlain ? null : <small>{sentence(reason.feature, reason.level, { left, right })}</small>}
      </td>
      <td data-head={t('reasons.right')}>
        <bdi className="raw">{right}</bdi>
      </td>
    </tr>
  );
}

/** Both records complete: as written, as read, and their sources. */
export function Comparison({ match }: { readonly match: MatchView }) {
  const { t } = useTexts();
  return (
    <div className="sides">
      <SideView side={match.left} title={t('reasons.left')} />
      <SideView side={match.right} title={t('reasons.right')} />
    </div>
  );
}

function SideView({ side, title }: { readonly side: Side; readonly title: string }) {
  const { t, word } = useTexts();
  const gradeWords = useGradeWords();
  const { source } = side;
  return (
    <Panel
      title={title}
      aside={
        <span className="row">
          <Badge>{word('side', side.side)}</Badge>
          {side.superseded ? <Badge tone="warm">{t('records.superseded')}</Badge> : null}
        </span>
      }
      className={`side ${side.side}`}
    >
      <Described description={side.description} understood={side.understood} />
      <h3>{t('source')}</h3>
      {source ? (
        <Facts
          facts={[
            [t('source.kind'), word('sourceKind', source.kind)],
            [t('source.label'), source.label ? <bdi key="l">{source.label}</bdi> : null],
            [t('source.reliability'), gradeWords(source.reliability)],
            [t('source.asOf'), source.asOf ? <Day key="on" on={source.asOf} /> : null],
            [t('recordedAt'), <Moment key="at" at={source.recordedAt} />],
          ]}
        />
      ) : null}
      <h3>{t('standing.title')}</h3>
      <StandingView standing={side.standing} />
      <p className="screen">
        <Link to={paths.person(side.personId)}>{t('match.openPerson')}</Link>
      </p>
    </Panel>
  );
}

/** What else connects the two, and earlier judgements. */
export function Links({ match }: { readonly match: MatchView }) {
  const { t, word, number } = useTexts();
  return (
    <div className="two">
      <Panel title={t('links.title')}>
        {match.links.length === 0 ? (
          <Empty>{t('links.empty')}</Empty>
        ) : (
          <ul className="plain">
            {match.links.map((link) => (
              <li key={link.kind}>
                {word('link', link.kind)}
                {link.kind.startsWith('one_') ? null : (
                  <>
                    : <strong>{number(link.count)}</strong>
                  </>
                )}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title={t('earlier.title')}>
        {match.earlier.length === 0 ? (
          <Empty>{t('earlier.empty')}</Empty>
        ) : (
          <ul className="log">
            {match.earlier.map((each) => (
              <li key={each.at}>
                <Moment at={each.at} /> <strong>{word('answer', each.answer)}</strong> ·{' '}
                <bdi>
                  {t('judgements.by', { first: each.by ?? '—', second: each.confirmedBy ?? '—' })}
                </bdi>
                {each.withdrawnAt ? (
                  <>
                    {' '}
                    · {t('withdrawn')} <Moment at={each.withdrawnAt} />
                  </>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}
