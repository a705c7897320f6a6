import {
  type FilingField,
  type FilingProblem,
  filingFields,
  type GentleFinding,
  kinships,
  printCode,
} from '../registry/enquiries/actions.ts';
import type { FormTexts } from './form.ts';
import { Page, type PageFrame } from './layout.tsx';
import {
  ChoiceField,
  Code,
  ErrorSummary,
  type FieldProps,
  type FormSeal,
  Hidden,
  LinesField,
  TextField,
  Tick,
} from './parts.tsx';
import { pathsOf } from './paths.ts';
import type { Speech, TextKey } from './texts.ts';

/** The form for an enquiry: empty, or with the values entered and their errors. */
export interface AskForm {
  readonly seal: FormSeal;
  readonly seed: string;
  readonly texts: FormTexts;
  readonly problems: readonly FilingProblem[];
  readonly findings: readonly GentleFinding[];
  /** Set when the form must be sent again although no field is wrong. */
  readonly again?: 'error.form.old' | 'problem.busy.text' | undefined;
}

const hints: Partial<Record<FilingField, TextKey>> = {
  surname: 'ask.name.hint',
  otherNames: 'ask.otherNames.hint',
  birth: 'ask.date.hint',
  lastContact: 'ask.date.hint',
  lastSeenPlace: 'ask.lastSeenPlace.hint',
  circumstances: 'ask.circumstances.hint',
  unit: 'ask.unit.hint',
  phone: 'ask.phone.hint',
  email: 'ask.email.hint',
  enquirerBirth: 'ask.date.hint',
};
const needed: readonly FilingField[] = ['surname', 'enquirerName', 'relationship'];

function problemText(speech: Speech, problem: FilingProblem): string {
  if (problem.code === 'missing' && problem.field === 'surname') {
    return speech.t('error.missing.surname');
  }
  return speech.t(`error.${problem.code}`, { max: filingFields[problem.field].max });
}

function fieldProps(speech: Speech, form: AskForm, name: FilingField): FieldProps {
  const problem = form.problems.find((each) => each.field === name);
  const hint = hints[name];
  return {
    speech,
    name,
    label: speech.t(`ask.${name}`),
    value: form.texts[name],
    hint: hint ? speech.t(hint) : undefined,
    error: problem ? problemText(speech, problem) : undefined,
    needed: needed.includes(name),
  };
}

export function AskPage({ frame, form }: { frame: PageFrame; form: AskForm }) {
  const { speech } = frame;
  const { t } = speech;
  const errors = form.problems.map((problem) => ({
    field: problem.field,
    label: t(`ask.${problem.field}`),
    text: problemText(speech, problem),
  }));
  const title = errors.length > 0 ? `${t('error.title')}: ${t('ask.title')}` : t('ask.title');
  return (
    <Page frame={frame} title={title}>
      <h1>{t('ask.title')}</h1>
      <p class="lead">{t('ask.lead')}</p>
      <ErrorSummary speech={speech} errors={errors} />
      {form.again ? (
        <div class="note" role="alert">
          <p>
            {t(form.again)} {t('error.kept')}
          </p>
        </div>
      ) : null}
      <Gentle speech={speech} findings={form.findings} />
      <form method="post" action={pathsOf(speech.locale).ask} novalidate autocomplete="off">
        <Hidden seal={form.seal} />
        <input type="hidden" name="seed" value={form.seed} autocomplete="off" />
        {form.findings.length > 0 ? <input type="hidden" name="looked" value="yes" /> : null}
        <PersonFields speech={speech} form={form} />
        <NewsFields speech={speech} form={form} />
        <MoreFields speech={speech} form={form} />
        <YouFields speech={speech} form={form} />
        <ConsentFields speech={speech} form={form} />
        <p class="hint">{t('ask.sent.sealed')}</p>
        <button type="submit">{t('ask.send')}</button>
      </form>
    </Page>
  );
}

interface Part {
  speech: Speech;
  form: AskForm;
}

function Gentle({ speech, findings }: { speech: Speech; findings: readonly GentleFinding[] }) {
  const { t } = speech;
  if (findings.length === 0) {
    return (
      <div class="note">
        <h2>{t('ask.gentle.title')}</h2>
        <p>{t('ask.gentle.text')}</p>
      </div>
    );
  }
  return (
    <div class="note" role="alert">
      <h2>{t('ask.look.title')}</h2>
      {findings.map((finding) => (
        <p>
          {t(`ask.look.${finding}`)}
          {finding === 'unit' ? (
            <>
              {' '}
              <a href="#unit">{t('ask.unit')}</a>
            </>
          ) : null}
        </p>
      ))}
      <p>
        {t('ask.look.again')} <a href="#circumstances">{t('ask.circumstances')}</a>
      </p>
    </div>
  );
}

function PersonFields({ speech, form }: Part) {
  const { t } = speech;
  return (
    <fieldset>
      <legend>{t('ask.person')}</legend>
      <TextField {...fieldProps(speech, form, 'surname')} />
      <div class="grid">
        <TextField {...fieldProps(speech, form, 'given')} />
        <TextField {...fieldProps(speech, form, 'patronymic')} />
        <TextField {...fieldProps(speech, form, 'birth')} inputmode="text" />
        <ChoiceField
          {...fieldProps(speech, form, 'sex')}
          choices={[
            { value: '', text: t('ask.sex.none') },
            { value: 'm', text: t('ask.sex.m') },
            { value: 'f', text: t('ask.sex.f') },
          ]}
        />
      </div>
    </fieldset>
  );
}

function NewsFields({ speech, form }: Part) {
  return (
    <fieldset>
      <legend>{speech.t('ask.news')}</legend>
      <TextField {...fieldProps(speech, form, 'lastContact')} />
      <TextField {...fieldProps(speech, form, 'lastSeenPlace')} />
      <LinesField {...fieldProps(speech, form, 'circumstances')} rows={6} />
    </fieldset>
  );
}

const moreFields = ['birthplace', 'motherMaidenName', 'unit', 'rank', 'documentNumber'] as const;

function MoreFields({ speech, form }: Part) {
  const own: readonly string[] = ['otherNames', ...moreFields];
  const used = own.some((name) => (form.texts[name] ?? '') !== '');
  const wrong = form.problems.some((problem) => own.includes(problem.field));
  // Where a unit should be moved to its own field, that field is shown open.
  const asked = form.findings.includes('unit');
  return (
    <details open={used || wrong || asked}>
      <summary>{speech.t('ask.more')}</summary>
      <LinesField {...fieldProps(speech, form, 'otherNames')} rows={3} />
      {moreFields.map((name) => (
        <TextField {...fieldProps(speech, form, name)} />
      ))}
    </details>
  );
}

function YouFields({ speech, form }: Part) {
  const { t } = speech;
  const choices = kinships.map((kinship) => ({ value: kinship, text: t(`kin.${kinship}`) }));
  return (
    <fieldset>
      <legend>{t('ask.you')}</legend>
      <TextField {...fieldProps(speech, form, 'enquirerName')} />
      <ChoiceField
        {...fieldProps(speech, form, 'relationship')}
        choices={[{ value: '', text: t('ask.relationship.none') }, ...choices]}
      />
      <TextField {...fieldProps(speech, form, 'phone')} type="tel" inputmode="tel" />
      <TextField {...fieldProps(speech, form, 'callHours')} />
      <TextField {...fieldProps(speech, form, 'email')} type="email" inputmode="email" />
      <div class="grid">
        <TextField {...fieldProps(speech, form, 'enquirerBirth')} />
        <TextField {...fieldProps(speech, form, 'address')} />
      </div>
    </fieldset>
  );
}

function ConsentFields({ speech, form }: Part) {
  const { t } = speech;
  const tick = (name: 'consentAgency' | 'consentOtherBureau' | 'consentContact') => (
    <Tick name={name} text={t(`ask.${name}`)} on={form.texts[name] === 'yes'} />
  );
  return (
    <fieldset>
      <legend>{t('ask.consents')}</legend>
      <p class="hint">{t('ask.consents.hint')}</p>
      {tick('consentContact')}
      {tick('consentAgency')}
      {tick('consentOtherBureau')}
    </fieldset>
  );
}

/** Shown once: the file code, the sheet for printing, and the choice of a passphrase. */
export function ReceiptPage(props: {
  frame: PageFrame;
  seal: FormSeal;
  fileCode: string;
  receivedOn: string;
  firstContactOn: string;
  error?: TextKey;
}) {
  const { frame, fileCode } = props;
  const { speech } = frame;
  const { t } = speech;
  const printed = printCode(fileCode);
  return (
    <Page frame={frame} title={t('receipt.title')}>
      <div class="screen stack">
        <div>
          <h1>{t('receipt.title')}</h1>
          <p>{t('own.filed', { on: speech.day(props.receivedOn) })}</p>
          <p class="lead">{t('receipt.lead')}</p>
        </div>
        <section aria-labelledby="code">
          <h2 id="code">{t('receipt.code')}</h2>
          <Code printed={printed} />
          <p>{t('receipt.code.hint')}</p>
        </section>
        <section aria-labelledby="choose">
          <h2 id="choose">{t('receipt.passphrase')}</h2>
          <p>{t('receipt.passphrase.why')}</p>
          <PassphraseForm
            speech={speech}
            seal={props.seal}
            fileCode={fileCode}
            error={props.error}
          />
        </section>
        <p>{t('receipt.next', { on: speech.day(props.firstContactOn) })}</p>
      </div>
      <Sheet frame={frame} printed={printed} receivedOn={props.receivedOn} />
    </Page>
  );
}

function Sheet(props: { frame: PageFrame; printed: string; receivedOn: string }) {
  const { frame, printed } = props;
  const { t } = frame.speech;
  return (
    <div class="sheet" aria-hidden="true">
      <h2>{t('sheet.title')}</h2>
      <p>{t('own.filed', { on: frame.speech.day(props.receivedOn) })}</p>
      <p>{t('sheet.code')}</p>
      <Code printed={printed} />
      <p>
        {t('sheet.address')}: {frame.origin}
      </p>
      <p>{t('sheet.passphrase')}</p>
      <p>{t('sheet.never')}</p>
      <p>{t('sheet.lost')}</p>
    </div>
  );
}

/** For a file that has no passphrase yet: the code alone was correct. */
export function ChoosePage(props: {
  frame: PageFrame;
  seal: FormSeal;
  fileCode: string;
  error?: TextKey;
}) {
  const { t } = props.frame.speech;
  return (
    <Page frame={props.frame} title={t('choose.title')}>
      <h1>{t('choose.title')}</h1>
      <p class="lead">{t('choose.lead')}</p>
      <p>{t('receipt.passphrase.why')}</p>
      <PassphraseForm
        speech={props.frame.speech}
        seal={props.seal}
        fileCode={props.fileCode}
        error={props.error}
      />
    </Page>
  );
}

function PassphraseForm(props: {
  speech: Speech;
  seal: FormSeal;
  fileCode: string;
  error: TextKey | undefined;
}) {
  const { speech } = props;
  const { t } = speech;
  return (
    <form method="post" action={pathsOf(speech.locale).passphrase} novalidate>
      <Hidden seal={props.seal} />
      <input type="hidden" name="code" value={props.fileCode} autocomplete="off" />
      <TextField
        speech={speech}
        name="passphrase"
        type="password"
        label={t('passphrase')}
        hint={t('passphrase.hint')}
        error={props.error ? t(props.error) : undefined}
        autocomplete="new-password"
      />
      <TextField
        speech={speech}
        name="passphraseAgain"
        type="password"
        label={t('passphrase.again')}
        autocomplete="new-password"
      />
      <button type="submit">{t('passphrase.save')}</button>
    </form>
  );
}
