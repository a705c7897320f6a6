import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { type TextKey, useTexts } from '../texts.ts';

/**
 * The heading of a screen. Takes the focus when the screen opens and sets the window title, which
 * holds no name.
 */
export function PageHead({
  title,
  windowTitle,
  lead,
  children,
}: {
  readonly title: ReactNode;
  /** The title for the window and the history; never a person's name. */
  readonly windowTitle: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${windowTitle} · Homeward`;
  }, [windowTitle]);
  // Before the screen is painted: the first press of Tab starts at the heading.
  useLayoutEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="page-head">
      <div>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead ? <p className="lead">{lead}</p> : null}
      </div>
      {children ? <div className="row">{children}</div> : null}
    </header>
  );
}

/** A part of a screen with its own heading. */
export function Panel({
  title,
  children,
  aside,
  className = '',
}: {
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly aside?: ReactNode;
  readonly className?: string;
}) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export function Empty({ children }: { readonly children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

export function Loading() {
  const { t } = useTexts();
  return (
    <p className="loading" role="status">
      <span aria-hidden="true" className="pulse" />
      {t('loading')}
    </p>
  );
}

export type Tone = 'calm' | 'warm' | 'good' | 'bad';

/** A word with a tone; the word carries the meaning, the tone only helps. */
export function Badge({
  tone = 'calm',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

export function Note({
  tone = 'calm',
  children,
}: {
  readonly tone?: Tone;
  readonly children: ReactNode;
}) {
  return (
    <div className={`note ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      {children}
    </div>
  );
}

/** Pairs of label and value; absent values are not shown. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [label: string, value: ReactNode])[];
}) {
  const given = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  if (given.length === 0) return null;
  return (
    <dl className="facts">
      {given.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Initials and year: all that a row shows before it is opened. */
export function MaskedName({
  initials,
  birthYear,
}: {
  readonly initials: string;
  readonly birthYear: number | string | null;
}) {
  const { t } = useTexts();
  return (
    <span className="masked">
      <bdi>{initials || t('masked.none')}</bdi>
      <span className="year">{birthYear ?? t('masked.noYear')}</span>
    </span>
  );
}

/** A point in time, readable by people and machines. */
export function Moment({ at }: { readonly at: string }) {
  const { moment } = useTexts();
  return <time dateTime={at}>{moment(at)}</time>;
}

export function Day({ on }: { readonly on: string }) {
  const { day } = useTexts();
  return <time dateTime={on}>{day(on)}</time>;
}

/** A day, or the word for a source that gives none. */
export function Between({
  from,
  to,
}: {
  readonly from: string | null;
  readonly to: string | null;
}) {
  const { t, day } = useTexts();
  if (!from && !to) return <span className="silent">{t('date.none')}</span>;
  if (from && to && from !== to) return <>{t('date.between', { from: day(from), to: day(to) })}</>;
  return <Day on={from ?? to ?? ''} />;
}

/** The end of a page of rows. */
export function More({
  nextAfter,
  isFirst,
  onNext,
  onFirst,
}: {
  readonly nextAfter: string | null;
  readonly isFirst: boolean;
  readonly onNext: (after: string) => void;
  readonly onFirst: () => void;
}) {
  const { t } = useTexts();
  if (nextAfter === null && isFirst) return null;
  return (
    <nav className="row pages" aria-label={t('pages')}>
      {isFirst ? null : (
        <button type="button" className="button plain" onClick={onFirst}>
          {t('pages.first')}
        </button>
      )}
      {nextAfter === null ? null : (
        <button type="button" className="button plain" onClick={() => onNext(nextAfter)}>
          {t('pages.next')}
        </button>
      )}
    </nav>
  );
}

/** Choices of one list, as links, so that the address shows the choice. */
export interface ViewChoice {
  readonly to: string;
  readonly textKey: TextKey;
  readonly count?: number | undefined;
  readonly isCurrent: boolean;
}
