import { paperKinds } from '../registry/enquiries/actions.ts';
import type { FamilyView, OwnFiling } from '../registry/enquiries/present.ts';
import { Page, type PageFrame } from './layout.tsx';
import { ChoiceField, type FormSeal, Hidden, LinesField, Note } from './parts.tsx';
import { passkeyScriptPath, pathsOf } from './paths.ts';
import type { ToldNotice } from './site.ts';
import { localeNames, locales, type Speech, type TextKey } from './texts.ts';

export type SavedNote = 'thread' | 'paper' | 'language' | 'welcome';

/** The family's own page. Its structure is the same for all who are not verified (S-03, R-35). */
export interface OwnPageProps {
  frame: PageFrame;
  view: FamilyView;
  told: readonly ToldNotice[];
  seal: (form: 'thread' | 'language' | 'passkey') => FormSeal;
  saved: SavedNote | null;
  stale: boolean;
  draft?: { text: string; error: TextKey } | undefined;
  withPasskey: boolean;
}

export function OwnPage(props: OwnPageProps) {
  const { frame, view } = props;
  const { speech } = frame;
  const { t } = speech;
  return (
    <Page
      frame={frame}
      title={t('own.title')}
      script={props.withPasskey ? passkeyScriptPath : null}
    >
      {props.saved ? (
        <Note kind="good">
          <p>{t(`saved.${props.saved}`)}</p>
        </Note>
      ) : null}
      {props.stale ? (
        <Note>
          <p>{t('stale')}</p>
        </Note>
      ) : null}
      <h1>{t('own.title')}</h1>
      <Next speech={speech} view={view} />
      <div class="two">
        <div class="stack">
          <Ladder speech={speech} view={view} />
          <Told speech={speech} told={props.told} />
          <Thread {...props} />
        </div>
        <div class="stack">
          <Done speech={speech} view={view} />
          <Papers speech={speech} view={view} />
          <More {...props} />
        </div>
      </div>
    </Page>
  );
}

interface Part {
  speech: Speech;
  view: FamilyView;
}

function Next({ speech, view }: Part) {
  const { t } = speech;
  if (view.phase === 'ended' || !view.nextContactOn) {
    return (
      <p class="next">
        {t('own.ended')} <a href={pathsOf(speech.locale).ask}>{t('own.ended.again')}</a>
      </p>
    );
  }
  return (
    <p class="next">
      <strong>{t('own.next', { on: speech.day(view.nextContactOn) })}</strong> {t('own.next.why')}
    </p>
  );
}

const ladder = [1, 2, 3, 4, 5] as const;

function Ladder({ speech, view }: Part) {
  const { t } = speech;
  // A withdrawn enquiry is neither checked nor matched, so this text promises nothing.
  if (view.phase === 'ended' && view.ladderStep === null) return null;
  return (
    <section class="card" aria-labelledby="ladder">
      <h2 id="ladder">{t('ladder.title')}</h2>
      <ol class="steps">
        {ladder.map((step) => (
          <li
            class={view.ladderStep !== null && step < view.ladderStep ? 'past' : undefined}
            aria-current={step === view.ladderStep ? 'step' : undefined}
          >
            <h3>
              {t(`ladder.${step}`)}
              {step === view.ladderStep ? <span class="here">{t('ladder.now')}</span> : null}
            </h3>
            <p>{t(`ladder.${step}.text`)}</p>
          </li>
        ))}
      </ol>
      <p>{view.ladderStep === null ? t('ladder.before') : t('ladder.talk')}</p>
    </section>
  );
}

function Told({ speech, told }: { speech: Speech; told: readonly ToldNotice[] }) {
  const { t } = speech;
  if (told.length === 0) return null;
  return (
    <section aria-labelledby="told">
      <h2 id="told">{t('told.title')}</h2>
      <ul class="log">
        {told.map((notice) => (
          <li>
            <time datetime={notice.on}>
              {t(`told.${notice.how}`, { on: speech.day(notice.on) })}
            </time>
            {notice.text ?? t('thread.closed')}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Thread(props: OwnPageProps) {
  const { view, draft } = props;
  const { speech } = props.frame;
  const { t } = speech;
  return (
    <section aria-labelledby="thread">
      <h2 id="thread">{t('thread.title')}</h2>
      {view.thread.length === 0 ? <p>{t('thread.none')}</p> : null}
      {view.wordsOpen ? null : (
        <Note>
          <p>{t('thread.closed')}</p>
        </Note>
      )}
      <ul class="talk">
        {view.thread
          .filter((entry) => entry.text !== null)
          .map((entry) => (
            <li class={entry.by === 'family' ? 'mine' : undefined}>
              <small>
                {entry.by === 'family' ? t('thread.you') : t('thread.desk')},{' '}
                <time datetime={entry.at}>{speech.day(entry.at.slice(0, 10))}</time>
              </small>
              <p dir="auto">{entry.text}</p>
            </li>
          ))}
      </ul>
      {view.phase === 'ended' ? null : (
        <form method="post" action={pathsOf(speech.locale).thread} novalidate autocomplete="off">
          <Hidden seal={props.seal('thread')} />
          <LinesField
            speech={speech}
            name="text"
            label={t('thread.write')}
            hint={
              view.phase === 'waiting'
                ? `${t('thread.hint')} ${t('thread.when')}`
                : t('thread.hint')
            }
            value={draft?.text}
            error={draft ? t(draft.error) : undefined}
          />
          <button type="submit">{t('thread.send')}</button>
        </form>
      )}
    </section>
  );
}

function Done({ speech, view }: Part) {
  const { t } = speech;
  return (
    <section aria-labelledby="done">
      <h2 id="done">{t('done.title')}</h2>
      <ol class="log">
        {view.done.map((step) => (
          <li>
            <time datetime={step.on}>{speech.day(step.on)}</time>
            {t(`done.${step.what}`)}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Papers({ speech, view }: Part) {
  const { t } = speech;
  return (
    <section aria-labelledby="papers">
      <h2 id="papers">{t('papers.title')}</h2>
      <p>
        {view.papers.length === 0
          ? t('papers.none')
          : t('papers.sent', { count: view.papers.length })}
      </p>
      {view.phase === 'ended' ? null : (
        <p>
          <a class="button quiet" href={pathsOf(speech.locale).paper}>
            {t('papers.add')}
          </a>
        </p>
      )}
    </section>
  );
}

function More(props: OwnPageProps) {
  const { speech } = props.frame;
  const { t } = speech;
  const paths = pathsOf(speech.locale);
  return (
    <section aria-labelledby="more">
      <h2 id="more">{t('more.title')}</h2>
      <p>
        <a href={paths.held}>{t('more.held')}</a>
      </p>
      {props.view.phase === 'ended' ? null : (
        <>
          <p>
            <a href={paths.withdraw}>{t('more.withdraw')}</a>
          </p>
          <form method="post" action={paths.ownLanguage} autocomplete="off">
            <Hidden seal={props.seal('language')} />
            <ChoiceField
              speech={speech}
              name="language"
              label={t('more.language')}
              value={props.view.language}
              choices={locales.map((locale) => ({ value: locale, text: localeNames[locale] }))}
            />
            <button type="submit" class="quiet">
              {t('more.language.save')}
            </button>
          </form>
        </>
      )}
      {props.withPasskey ? <AddPasskey speech={speech} seal={props.seal('passkey')} /> : null}
      <form method="post" action={paths.signOut}>
        <button type="submit" class="plain">
          {t('more.signout')}
        </button>
      </form>
    </section>
  );
}

/** Shown by the script on devices that support passkeys; hidden without scripts. */
function AddPasskey({ speech, seal }: { speech: Speech; seal: FormSeal }) {
  const { t } = speech;
  const paths = pathsOf(speech.locale);
  return (
    <div
      id="passkey-add"
      hidden
      data-options={paths.passkeyOptions}
      data-answer={paths.passkey}
      data-token={seal.token}
      data-command={seal.commandId}
    >
      <button type="button" class="quiet">
        {t('more.passkey')}
      </button>
      <p class="hint">{t('more.passkey.hint')}</p>
      <p role="status" hidden>
        {t('more.passkey.done')}
      </p>
      <p role="alert" hidden>
        {t('more.passkey.failed')}
      </p>
    </div>
  );
}

export function HeldPage({ frame, filing }: { frame: PageFrame; filing: OwnFiling | null }) {
  const { speech } = frame;
  const { t } = speech;
  return (
    <Page frame={frame} title={t('held.title')}>
      <h1>{t('held.title')}</h1>
      <p class="lead">{t('held.lead')}</p>
      {filing ? (
        <Filing speech={speech} filing={filing} />
      ) : (
        <Note>
          <p>{t('held.closed')}</p>
        </Note>
      )}
      <BackToOwn speech={speech} />
    </Page>
  );
}

function Filing({ speech, filing }: { speech: Speech; filing: OwnFiling }) {
  const { t } = speech;
  const dated = (date: OwnFiling['birth']) =>
    date ? `${date.written} (${t('held.understood', { value: date.understood ?? '?' })})` : null;
  const consents = [
    filing.consents?.contact ? t('ask.consentContact') : null,
    filing.consents?.centralAgency ? t('ask.consentAgency') : null,
    filing.consents?.otherBureau ? t('ask.consentOtherBureau') : null,
  ].filter((text) => text !== null);
  const lines: readonly (readonly [string, string | null])[] = [
    [t('held.names'), filing.names.join('\n')],
    [t('ask.birth'), dated(filing.birth)],
    [t('ask.birthplace'), filing.birthplace],
    [t('ask.father'), filing.father],
    [t('ask.motherMaidenName'), filing.motherMaidenName],
    [t('ask.lastContact'), dated(filing.lastContact)],
    [t('ask.lastSeenPlace'), filing.lastSeenPlace],
    [t('ask.unit'), filing.unit],
    [t('ask.rank'), filing.rank],
    [t('ask.callsign'), filing.callsign],
    [t('ask.documentNumber'), filing.documents.join('\n')],
    [t('ask.circumstances'), filing.circumstances],
    [t('ask.enquirerName'), filing.enquirerName],
    [t('ask.phone'), filing.phone],
    [t('ask.email'), filing.email],
    [t('held.consents'), consents.join('\n') || t('held.none')],
  ];
  return (
    <dl class="card">
      {lines
        .filter(([, text]) => text !== null && text !== '')
        .map(([label, text]) => (
          <>
            <dt>{label}</dt>
            <dd dir="auto">
              {(text ?? '').split('\n').map((line, at) => (
                <>
                  {at > 0 ? <br /> : null}
                  {line}
                </>
              ))}
            </dd>
          </>
        ))}
    </dl>
  );
}

export function PaperPage(props: {
  frame: PageFrame;
  seal: FormSeal;
  error?: TextKey | undefined;
}) {
  const { speech } = props.frame;
  const { t } = speech;
  return (
    <Page frame={props.frame} title={t('paper.title')}>
      <h1>{t('paper.title')}</h1>
      <p class="lead">{t('paper.lead')}</p>
      <p>{t('paper.which')}</p>
      <div class="note">
        <p>{t('paper.not')}</p>
      </div>
      <form
        method="post"
        action={pathsOf(speech.locale).paper}
        enctype="multipart/form-data"
        autocomplete="off"
      >
        <Hidden seal={props.seal} />
        <ChoiceField
          speech={speech}
          name="kind"
          label={t('paper.kind')}
          choices={paperKinds.map((kind) => ({ value: kind, text: t(`paper.kind.${kind}`) }))}
        />
        <div class="field">
          <label for="paper">{t('paper.file')}</label>
          <span class="hint" id="paper-hint">
            {t('paper.file.hint')}
          </span>
          {props.error ? (
            <span class="error" id="paper-error" role="alert">
              {t(props.error)}
            </span>
          ) : null}
          <input
            id="paper"
            name="paper"
            type="file"
            accept="image/jpeg,image/png,application/pdf"
            aria-describedby={props.error ? 'paper-hint paper-error' : 'paper-hint'}
            aria-invalid={props.error ? 'true' : undefined}
          />
        </div>
        <button type="submit">{t('paper.send')}</button>
      </form>
      <BackToOwn speech={speech} />
    </Page>
  );
}

export function WithdrawPage({ frame, seal }: { frame: PageFrame; seal: FormSeal }) {
  const { speech } = frame;
  const { t } = speech;
  const paths = pathsOf(speech.locale);
  return (
    <Page frame={frame} title={t('withdraw.title')}>
      <h1>{t('withdraw.title')}</h1>
      <p class="lead">{t('withdraw.lead')}</p>
      <p>{t('withdraw.what')}</p>
      <form method="post" action={paths.withdraw}>
        <Hidden seal={seal} />
        <div class="row">
          <button type="submit" class="grave">
            {t('withdraw.go')}
          </button>
          <a class="button quiet" href={paths.own}>
            {t('withdraw.stay')}
          </a>
        </div>
      </form>
    </Page>
  );
}

function BackToOwn({ speech }: { speech: Speech }) {
  return (
    <p>
      <a href={pathsOf(speech.locale).own}>
        {speech.t('back')}: {speech.t('own.title')}
      </a>
    </p>
  );
}
