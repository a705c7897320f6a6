import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { asked } from '../api/asked.ts';
import { consentKinds, type EnquiryView } from '../api/work-shapes.ts';
import { CloseForm } from '../forms/reason-form.tsx';
import { Answered } from '../forms/refusal.tsx';
import { NoticeCard } from '../notices/notice.tsx';
import { NoticeForm } from '../notices/notice-form.tsx';
import { paths } from '../paths.ts';
import { type TextKey, useTexts } from '../texts.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Described } from '../ui/described.tsx';
import { useKeys } from '../ui/keys.tsx';
import { Badge, Day, Empty, Facts, Moment, Note, PageHead, Panel } from '../ui/parts.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { CheckForm } from './check-form.tsx';
import { ConsentForm } from './consent-form.tsx';
import { ContactForm } from './contact-form.tsx';
import { toneOf } from './enquiries.tsx';
import { Duplicates, OthersNote, Relatives } from './enquiry-kin.tsx';
import { Papers, Talk } from './enquiry-parts.tsx';
import { ThreadForm } from './thread-form.tsx';

type Doing = 'identity' | 'kinship' | 'contact' | 'notice' | 'consent' | 'close';

const doingTitles: Readonly<Record<Doing, TextKey>> = {
  identity: 'check.identity',
  kinship: 'check.kinship',
  contact: 'contact.add',
  notice: 'notice.compose',
  consent: 'consent.change',
  close: 'enquiry.close',
};

/** One enquiry: the enquirer, the sought person, checks, thread, documents and notices. */
export function EnquiryPage() {
  const { t } = useTexts();
  const { enquiryId = '' } = useParams();
  const question = useQuery(asked.enquiry(enquiryId));
  return (
    <>
      <PageHead
        key={enquiryId}
        title={
          <>
            {t('enquiry.title')} <code>{enquiryId.slice(0, 8)}</code>
          </>
        }
        windowTitle={t('enquiry.title')}
      />
      <Answered question={question}>{(enquiry) => <Opened enquiry={enquiry} />}</Answered>
    </>
  );
}

function Opened({ enquiry }: { readonly enquiry: EnquiryView }) {
  const { t } = useTexts();
  const [doing, setDoing] = useState<Doing | null>(null);
  const stop = () => setDoing(null);
  const isEnded = ['closed', 'withdrawn', 'rejected', 'erased'].includes(enquiry.state);
  const open = (next: Doing) => () => setDoing(next);
  useKeys(
    isEnded
      ? []
      : [
          { keys: 'l', label: t('contact.add'), run: open('contact') },
          ...(enquiry.state === 'open'
            ? [{ keys: 'w', label: t('notice.compose'), run: open('notice') }]
            : []),
        ],
  );
  return (
    <>
      <Head enquiry={enquiry} />
      {isEnded ? null : <Acts enquiry={enquiry} onDo={setDoing} />}
      <OthersAsking enquiry={enquiry} />
      <div className="two wide-start">
        <div>
          <Sought enquiry={enquiry} />
          <Notices enquiry={enquiry} />
          <Talk enquiry={enquiry}>
            {isEnded ? null : <ThreadForm enquiryId={enquiry.enquiryId} />}
          </Talk>
        </div>
        <div>
          <Asking enquiry={enquiry} onConsent={isEnded ? null : open('consent')} />
          {enquiry.personId ? (
            <Relatives enquiryId={enquiry.enquiryId} isEnded={enquiry.state !== 'open'} />
          ) : null}
          <Checks enquiry={enquiry} />
          <Papers enquiry={enquiry} />
          <Contacts enquiry={enquiry} />
        </div>
      </div>
      <Sheet isOpen={doing !== null} onClose={stop} titleKey={doing ? doingTitles[doing] : 'close'}>
        {doing === 'identity' || doing === 'kinship' ? (
          <CheckForm enquiry={enquiry} kind={doing} onDone={stop} />
        ) : null}
        {doing === 'contact' ? <ContactForm enquiryId={enquiry.enquiryId} onDone={stop} /> : null}
        {doing === 'notice' ? <NoticeForm enquiry={enquiry} onDone={stop} /> : null}
        {doing === 'consent' ? <ConsentForm enquiry={enquiry} onDone={stop} /> : null}
        {doing === 'close' ? <CloseForm enquiry={enquiry} onDone={stop} /> : null}
      </Sheet>
    </>
  );
}

function Head({ enquiry }: { readonly enquiry: EnquiryView }) {
  const { t, word } = useTexts();
  return (
    <>
      <p className="row">
        <Badge tone={toneOf(enquiry.state)}>{word('enquiryState', enquiry.state)}</Badge>
        <span className="hint">
          {t('enquiries.filed')} <Moment at={enquiry.filedAt} /> · {t('enquiries.next')}{' '}
          <Day on={enquiry.nextContactOn} /> · {t('ladder.short')}:{' '}
          {word('ladder', String(enquiry.ladderStep))}
        </span>
      </p>
      {enquiry.enquirer === null && enquiry.state !== 'erased' ? (
        <Note tone="bad">{t('enquiry.sealed')}</Note>
      ) : null}
    </>
  );
}

/**
 * Other enquirers are loaded after the page, so they are shown below the buttons, which must not
 * move.
 */
function OthersAsking({ enquiry }: { readonly enquiry: EnquiryView }) {
  return (
    <>
      {enquiry.personId ? <OthersNote enquiryId={enquiry.enquiryId} /> : null}
      {isBeingVerified(enquiry.state) ? <Duplicates enquiryId={enquiry.enquiryId} /> : null}
    </>
  );
}

function Acts({
  enquiry,
  onDo,
}: {
  readonly enquiry: EnquiryView;
  readonly onDo: (doing: Doing) => void;
}) {
  const { t } = useTexts();
  const isProven = (kind: 'identity' | 'kinship') =>
    enquiry.state === 'open' ||
    enquiry.checks.some((check) => check.kind === kind && check.outcome === 'proven');
  return (
    <div className="judge-bar acts" role="toolbar" aria-label={t('enquiry.acts')}>
      {isProven('identity') ? null : (
        <Button look="main" onPress={() => onDo('identity')}>
          {t('check.identity')}
        </Button>
      )}
      {isProven('identity') && !isProven('kinship') ? (
        <Button look="main" onPress={() => onDo('kinship')}>
          {t('check.kinship')}
        </Button>
      ) : null}
      {enquiry.state === 'open' ? (
        <Button look="main" keyName="w" onPress={() => onDo('notice')}>
          {t('notice.compose')}
        </Button>
      ) : null}
      <Button keyName="l" onPress={() => onDo('contact')}>
        {t('contact.add')}
      </Button>
      {enquiry.state === 'open' ? (
        <ButtonLink to={paths.searchFor(enquiry.enquiryId)}>{t('enquiry.search')}</ButtonLink>
      ) : null}
      {enquiry.personId ? (
        <ButtonLink to={paths.person(enquiry.personId, enquiry.enquiryId)}>
          {t('match.openPerson')}
        </ButtonLink>
      ) : null}
      <Button look="quiet" onPress={() => onDo('close')}>
        {t('enquiry.close')}
      </Button>
    </div>
  );
}

function Sought({ enquiry }: { readonly enquiry: EnquiryView }) {
  const { t } = useTexts();
  return (
    <Panel title={t('enquiry.sought')}>
      {enquiry.sought ? (
        <Described description={enquiry.sought} understood={[]} />
      ) : (
        <Empty>{t('enquiry.nothing')}</Empty>
      )}
      {enquiry.circumstances ? (
        <>
          <h3>{t('enquiry.circumstances')}</h3>
          <p className="raw lines" dir="auto">
            {enquiry.circumstances}
          </p>
        </>
      ) : null}
    </Panel>
  );
}

const isBeingVerified = (state: string) => state === 'submitted' || state === 'identity_proven';

function Asking({
  enquiry,
  onConsent,
}: {
  readonly enquiry: EnquiryView;
  readonly onConsent: (() => void) | null;
}) {
  const { t, word } = useTexts();
  const { enquirer, consents } = enquiry;
  if (!enquirer) return null;
  return (
    <Panel title={t('enquiry.enquirer')}>
      <Facts
        facts={[
          [t('enquirer.name'), <bdi key="n">{enquirer.name}</bdi>],
          [
            t('enquirer.kinship'),
            enquirer.relationship ? word('kinship', enquirer.relationship) : null,
          ],
          [t('enquirer.birth'), enquirer.birth?.raw],
          [
            t('enquirer.phone'),
            enquirer.phone ? (
              <bdi key="p" dir="ltr">
                {enquirer.phone}
              </bdi>
            ) : null,
          ],
          [t('enquirer.hours'), enquirer.callHours],
          [t('enquirer.email'), enquirer.email],
          [t('enquirer.address'), enquirer.address],
          [t('enquirer.language'), word('speaks', enquiry.language)],
        ]}
      />
      <h3>{t('enquirer.consents')}</h3>
      <ul className="plain consents">
        {consentKinds.map((kind) => (
          <li key={kind}>
            <Badge tone={consents?.[kind] ? 'good' : 'calm'}>
              {t(consents?.[kind] ? 'consent.yes' : 'consent.no')}
            </Badge>
            <span>{word('consent', kind)}</span>
          </li>
        ))}
      </ul>
      {onConsent ? <Button onPress={onConsent}>{t('consent.change')}</Button> : null}
    </Panel>
  );
}

function Checks({ enquiry }: { readonly enquiry: EnquiryView }) {
  const { t, word } = useTexts();
  return (
    <Panel title={t('check.title')}>
      {enquiry.checks.length === 0 ? <Empty>{t('check.empty')}</Empty> : null}
      <ul className="log">
        {enquiry.checks.map((check) => (
          <li key={`${check.kind}-${check.at}`}>
            <strong>{word('checkKind', check.kind)}</strong>:{' '}
            <Badge tone={check.outcome === 'proven' ? 'good' : 'bad'}>
              {word('outcome', check.outcome)}
            </Badge>{' '}
            {check.kinship ? word('kinship', check.kinship) : null}
            <p className="hint">
              {word('means', check.means)} · <Moment at={check.at} /> <StaffName by={check.by} />
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Contacts({ enquiry }: { readonly enquiry: EnquiryView }) {
  const { t, word } = useTexts();
  return (
    <Panel title={t('contact.title')}>
      {enquiry.contacts.length === 0 ? <Empty>{t('contact.empty')}</Empty> : null}
      <ul className="log">
        {enquiry.contacts.map((contact) => (
          <li key={`${contact.at}-${contact.kind}`}>
            <Moment at={contact.at} /> · <strong>{word('contact', contact.kind)}</strong>
            {contact.outcome ? ` · ${word('contactOutcome', contact.outcome)}` : ''}
            {contact.by ? <StaffName by={contact.by} /> : null}
            {contact.note ? (
              <p className="lines" dir="auto">
                {contact.note}
              </p>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** A colleague's work name; an id in its place would be meaningless. */
function StaffName({ by }: { readonly by: string }) {
  return /^[0-9a-f]{8}-/.test(by) ? null : <bdi> · {by}</bdi>;
}

function Notices({ enquiry }: { readonly enquiry: EnquiryView }) {
  const { t } = useTexts();
  return (
    <Panel title={t('notices.ofEnquiry')}>
      {enquiry.notices.length === 0 ? <Empty>{t('notices.none')}</Empty> : null}
      <div className="stack">
        {enquiry.notices.map((notice) => (
          <NoticeCard key={notice.noticeId} notice={notice} />
        ))}
      </div>
      {enquiry.notices.length > 0 ? (
        <p className="hint">
          <Link to={paths.notices()}>{t('notices.toList')}</Link>
        </p>
      ) : null}
    </Panel>
  );
}
