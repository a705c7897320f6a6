import { Page, type PageFrame } from './layout.tsx';
import { textList } from './parts.tsx';
import { pathsOf } from './paths.ts';

export function HomePage({ frame }: { frame: PageFrame }) {
  const { t, locale } = frame.speech;
  const paths = pathsOf(locale);
  return (
    <Page frame={frame} title={t('home.title')} isPublic>
      <div class="two">
        <div class="stack">
          <div>
            <h1>{t('home.title')}</h1>
            <p class="lead">{t('home.lead')}</p>
            <div class="row">
              <a class="button" href={paths.ask}>
                {t('home.ask')}
              </a>
              <a class="button quiet" href={paths.enter}>
                {t('home.enter')}
              </a>
            </div>
          </div>
          <section aria-labelledby="next">
            <h2 id="next">{t('home.next')}</h2>
            <ol class="steps">
              <li>{t('home.next.1')}</li>
              <li>{t('home.next.2')}</li>
              <li>{t('home.next.3')}</li>
              <li>{t('home.next.4')}</li>
            </ol>
          </section>
        </div>
        <aside class="stack">
          <div class="card">
            <p>{t('home.same')}</p>
            <p>
              <a href={paths.limits}>{t('nav.limits')}</a>
            </p>
          </div>
          <div class="card">
            <p>{t('home.money')}</p>
            <p>
              <a href={paths.never}>{t('nav.never')}</a>
            </p>
          </div>
          <p>
            <a href={paths.who}>{t('nav.who')}</a>
          </p>
        </aside>
      </div>
    </Page>
  );
}

export function NeverPage({ frame }: { frame: PageFrame }) {
  const { t } = frame.speech;
  return (
    <Page frame={frame} title={t('never.title')} isPublic>
      <h1>{t('never.title')}</h1>
      <p class="lead">{t('never.lead')}</p>
      {textList(frame.speech, ['never.1', 'never.2', 'never.3', 'never.4', 'never.5', 'never.6'])}
      <div class="note">
        <p>{t('never.do')}</p>
      </div>
    </Page>
  );
}

export function LimitsPage({ frame }: { frame: PageFrame }) {
  const { t } = frame.speech;
  return (
    <Page frame={frame} title={t('limits.title')} isPublic>
      <h1>{t('limits.title')}</h1>
      <p class="lead">{t('limits.lead')}</p>
      {textList(frame.speech, [
        'limits.1',
        'limits.2',
        'limits.3',
        'limits.4',
        'limits.5',
        'limits.6',
      ])}
      <div class="note good">
        <p>{t('limits.keep')}</p>
      </div>
    </Page>
  );
}

const bodies = ['bureau', 'agency', 'police', 'command', 'exchange', 'ombudsman'] as const;

export function WhoPage({ frame }: { frame: PageFrame }) {
  const { t } = frame.speech;
  return (
    <Page frame={frame} title={t('who.title')} isPublic>
      <h1>{t('who.title')}</h1>
      <p class="lead">{t('who.lead')}</p>
      <dl>
        {bodies.map((body) => (
          <>
            <dt>{t(`who.${body}`)}</dt>
            <dd>{t(`who.${body}.text`)}</dd>
          </>
        ))}
      </dl>
    </Page>
  );
}

export type ProblemKind =
  | 'not_found'
  | 'busy'
  | 'tries'
  | 'refused'
  | 'large'
  | 'locked'
  | 'room'
  | 'failed';

/** Every failure in one form: fixed words, and a request number only for internal errors. */
export function ProblemPage(props: {
  frame: PageFrame;
  kind: ProblemKind;
  requestId: string;
  /** The text entered, shown again when it could not be saved. */
  typed?: string;
}) {
  const { frame, kind } = props;
  const { t, locale } = frame.speech;
  return (
    <Page frame={frame} title={t(`problem.${kind}`)}>
      <h1>{t(`problem.${kind}`)}</h1>
      <p class="lead">{t(`problem.${kind}.text`)}</p>
      {kind === 'failed' ? (
        <p>
          <code>{props.requestId}</code>
        </p>
      ) : null}
      {props.typed ? (
        <div class="field">
          <label for="typed">{t('problem.yours')}</label>
          <textarea id="typed" rows={8} readonly dir="auto">
            {`\n${props.typed}`}
          </textarea>
        </div>
      ) : null}
      <p>
        <a class="button quiet" href={pathsOf(locale).home}>
          {t('nav.home')}
        </a>
      </p>
    </Page>
  );
}
