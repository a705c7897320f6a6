import { useState } from 'react';
import { Link } from 'react-router';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import { RefusalNote, useWrongBox } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { type TextKey, useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, TextBox, Tick, useOptions } from '../ui/field.tsx';
import { Note, PageHead, Panel } from '../ui/parts.tsx';
import { kinships } from './check-form.tsx';
import { Duplicates } from './enquiry-kin.tsx';

interface Box {
  readonly name: string;
  readonly label: TextKey;
  readonly hint?: TextKey;
  readonly lines?: number;
}

const soughtBoxes: readonly Box[] = [
  { name: 'surname', label: 'take.surname' },
  { name: 'given', label: 'take.given' },
  { name: 'patronymic', label: 'take.patronymic' },
  { name: 'otherNames', label: 'take.otherNames', hint: 'take.otherNamesHint', lines: 2 },
  { name: 'birth', label: 'field.birth', hint: 'date.hint' },
  { name: 'birthplace', label: 'field.birthplace' },
  { name: 'lastContact', label: 'field.lastContact', hint: 'date.hint' },
  { name: 'lastSeenPlace', label: 'field.lastSeenPlace' },
  { name: 'unit', label: 'field.unit', hint: 'take.unitHint' },
  { name: 'rank', label: 'field.rank' },
  { name: 'callsign', label: 'field.callsign' },
  { name: 'father', label: 'field.father' },
  { name: 'motherMaidenName', label: 'field.motherMaidenName' },
  { name: 'documentNumber', label: 'field.documents' },
  {
    name: 'circumstances',
    label: 'enquiry.circumstances',
    hint: 'take.circumstancesHint',
    lines: 5,
  },
];
const askingBoxes: readonly Box[] = [
  { name: 'phone', label: 'enquirer.phone' },
  { name: 'callHours', label: 'enquirer.hours' },
  { name: 'email', label: 'enquirer.email' },
  { name: 'enquirerBirth', label: 'enquirer.birth', hint: 'date.hint' },
  { name: 'address', label: 'enquirer.address' },
];
const boxNames: ReadonlySet<string> = new Set(
  [...soughtBoxes, ...askingBoxes, { name: 'enquirerName' }].map(({ name }) => name),
);
const consents = ['consentAgency', 'consentOtherBureau', 'consentContact'] as const;

type Filled = Readonly<Record<string, string>>;

/** The values entered, the submission, and the errors by field. */
function useFiling() {
  const [filled, setFilled] = useState<Filled>({
    channel: 'telephone',
    language: 'uk',
    relationship: '',
    sex: '',
  });
  const [taken, setTaken] = useState<{
    readonly enquiryId: string;
    readonly fileCode: string;
  } | null>(null);
  const act = useAct(
    ({ channel, language, ...texts }: Filled, commandId) =>
      send<{ readonly enquiryId: string; readonly fileCode: string }>(
        '/api/enquiries',
        { texts, language, channel, commandId },
        { purpose: { kind: 'tracing' } },
      ),
    setTaken,
  );
  const wrong = useWrongBox(act.refusal, boxNames);
  const set = (name: string) => (value: string) => {
    if (wrong?.name === name) act.clear();
    setFilled({ ...filled, [name]: value });
  };
  const errorOf = (name: string) => (wrong?.name === name ? wrong.words : null);
  return { filled, set, taken, act, errorOf, refusal: wrong ? null : act.refusal };
}

/** An enquiry entered by the desk, by telephone or at the office. */
export function TakeEnquiryPage() {
  const { t } = useTexts();
  const { filled, set, taken, act, errorOf, refusal } = useFiling();
  const isWhole = filled['enquirerName'] && filled['relationship'];
  if (taken) return <Taken taken={taken} />;
  const box = (each: Box) => (
    <OneBox
      key={each.name}
      box={each}
      value={filled[each.name] ?? ''}
      error={errorOf(each.name)}
      onChange={set(each.name)}
    />
  );
  return (
    <>
      <PageHead title={t('take.title')} windowTitle={t('take.title')} lead={t('take.lead')} />
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act.run(filled);
        }}
      >
        <Panel title={t('enquiry.sought')}>
          <div className="grid three">{soughtBoxes.slice(0, 3).map(box)}</div>
          <div className="grid">
            <SexChoice value={filled['sex'] ?? ''} onChange={set('sex')} />
            {soughtBoxes.slice(3).map(box)}
          </div>
        </Panel>
        <Panel title={t('enquiry.enquirer')}>
          <div className="grid">
            <TextBox
              label={t('enquirer.name')}
              value={filled['enquirerName'] ?? ''}
              onChange={set('enquirerName')}
              error={errorOf('enquirerName')}
              isRequired
            />
            <TakenHow filled={filled} set={set} />
            {askingBoxes.map(box)}
          </div>
          <Consents filled={filled} set={set} />
        </Panel>
        <RefusalNote refusal={refusal} />
        <Button look="main" type="submit" isDisabled={act.isBusy || !isWhole}>
          {t('take.send')}
        </Button>
      </form>
    </>
  );
}

function OneBox({
  box,
  value,
  error,
  onChange,
}: {
  readonly box: Box;
  readonly value: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTexts();
  return (
    <TextBox
      label={t(box.label)}
      value={value}
      onChange={onChange}
      error={error}
      {...(box.hint ? { hint: t(box.hint) } : {})}
      {...(box.lines ? { lines: box.lines } : {})}
    />
  );
}

function Consents({
  filled,
  set,
}: {
  readonly filled: Filled;
  readonly set: (name: string) => (value: string) => void;
}) {
  const { t } = useTexts();
  return (
    <fieldset className="field">
      <legend>{t('enquirer.consents')}</legend>
      {consents.map((name) => (
        <Tick
          key={name}
          isSelected={filled[name] === 'yes'}
          onChange={(isGiven) => set(name)(isGiven ? 'yes' : '')}
        >
          {t(`take.${name}`)}
        </Tick>
      ))}
    </fieldset>
  );
}

function SexChoice({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTexts();
  return (
    <Choice
      label={t('field.sex')}
      value={value}
      onChange={onChange}
      options={useOptions('sex', ['m', 'f'], 'notStated')}
    />
  );
}

function TakenHow({
  filled,
  set,
}: {
  readonly filled: Filled;
  readonly set: (name: string) => (value: string) => void;
}) {
  const { t } = useTexts();
  return (
    <>
      <Choice
        label={t('enquirer.kinship')}
        value={filled['relationship'] ?? ''}
        onChange={set('relationship')}
        options={useOptions('kinship', kinships, 'choose')}
        isRequired
      />
      <Choice
        label={t('take.channel')}
        value={filled['channel'] ?? ''}
        onChange={set('channel')}
        options={useOptions('channel', ['telephone', 'office'])}
      />
      <Choice
        label={t('enquirer.language')}
        value={filled['language'] ?? ''}
        onChange={set('language')}
        options={useOptions('speaks', ['uk', 'ru', 'en'])}
      />
    </>
  );
}

function Taken({
  taken,
}: {
  readonly taken: { readonly enquiryId: string; readonly fileCode: string };
}) {
  const { t } = useTexts();
  return (
    <>
      <PageHead title={t('take.done')} windowTitle={t('take.done')} lead={t('take.doneText')} />
      <Note tone="good">
        <p>{t('take.code')}</p>
        <p className="code">
          <bdi dir="ltr">{taken.fileCode}</bdi>
        </p>
      </Note>
      <Duplicates enquiryId={taken.enquiryId} />
      <p className="row">
        <Link className="button main" to={paths.enquiry(taken.enquiryId)}>
          {t('take.open')}
        </Link>
        <Button onPress={() => window.print()}>{t('print')}</Button>
      </p>
    </>
  );
}
