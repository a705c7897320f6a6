import type { Hono } from 'hono';
import { choosePassphrase, passphraseMax, passphraseMin } from '../access/family-sign-in.ts';
import { Problem } from '../kernel/problem.ts';
import {
  cleanTexts,
  fileEnquiry,
  firstContactOn,
  gentleFindings,
  hashCode,
  newCodeSeed,
  readCode,
  readFiling,
} from '../registry/enquiries/actions.ts';
import {
  answerPage,
  frameOf,
  keepSession,
  newSeal,
  readSeal,
  type SealReading,
  sealFor,
} from './answers.tsx';
import { type AskForm, AskPage, ReceiptPage } from './ask-pages.tsx';
import { refuseTogether } from './enter-routes.tsx';
import { type FormTexts, readForm, unreadable } from './form.ts';
import { pathsOf } from './paths.ts';
import { doorContext, type Site, type SiteContext, type SiteEnv } from './site.ts';
import type { TextKey } from './texts.ts';

/** Filing an enquiry: the form, the receipt, the first passphrase. */
export function addAskRoutes(app: Hono<SiteEnv>, site: Site): void {
  app.get('/:locale/ask', (c) => {
    const form: AskForm = {
      seal: newSeal(site),
      seed: newCodeSeed(),
      texts: {},
      problems: [],
      findings: [],
    };
    return answerPage(c, <AskPage frame={frameOf(site, c, (paths) => paths.ask)} form={form} />);
  });
  app.post('/:locale/ask', async (c) => postFiling(site, c));
  app.post('/:locale/ask/passphrase', async (c) => postPassphrase(site, c));
}

async function postFiling(site: Site, c: SiteContext): Promise<Response> {
  const texts = await readForm(c);
  const seal = readSeal(site, texts);
  const seed = texts['seed'] ?? '';
  if (!/^[A-Za-z0-9_-]{24,64}$/.test(seed)) throw unreadable();
  const show = (shown: Partial<AskForm>) => showAgain(site, c, { texts, seal, seed, shown });
  const reading = readFiling(texts);
  if (!reading.ok) return show({ problems: reading.problems });
  const findings = texts['looked'] === 'yes' ? [] : gentleFindings(texts);
  if (findings.length > 0) return show({ findings });
  if (!seal.fresh) return show({ again: 'error.form.old' });
  // The intake endpoint counts filings, never names (ruling 10).
  const now = site.clock();
  if (!site.filings.allows(c.get('source'), now)) return show({ again: 'problem.busy.text' });
  site.filings.count(c.get('source'), now);
  const filed = await fileEnquiry(doorContext(site), {
    intake: reading.intake,
    language: c.get('speech').language,
    channel: 'web',
    seed,
    commandId: seal.commandId,
  });
  return answerPage(
    c,
    <ReceiptPage
      frame={frameOf(site, c)}
      seal={newSeal(site)}
      fileCode={filed.fileCode}
      receivedOn={now.toISOString().slice(0, 10)}
      firstContactOn={firstContactOn(now)}
    />,
  );
}

/** The form again with all values entered, under the same command id and the same seed. */
function showAgain(
  site: Site,
  c: SiteContext,
  sent: { texts: FormTexts; seal: SealReading; seed: string; shown: Partial<AskForm> },
): Promise<Response> {
  const form: AskForm = {
    seal: sealFor(site, { commandId: sent.seal.commandId }),
    seed: sent.seed,
    texts: { ...sent.texts, ...cleanTexts(sent.texts) },
    problems: [],
    findings: [],
    ...sent.shown,
  };
  const status = form.again === 'problem.busy.text' ? 503 : 422;
  if (status === 503) c.header('Retry-After', '60');
  return answerPage(c, <AskPage frame={frameOf(site, c)} form={form} />, status);
}

async function postPassphrase(site: Site, c: SiteContext): Promise<Response> {
  const texts = await readForm(c);
  const seal = readSeal(site, texts);
  const fileCode = readCode(texts['code'] ?? '');
  if (!fileCode) throw unreadable();
  const passphrase = (texts['passphrase'] ?? '').normalize('NFC');
  const again = (texts['passphraseAgain'] ?? '').normalize('NFC');
  const error = seal.fresh ? passphraseError(passphrase, again) : 'error.form.old';
  if (error) return showReceipt(site, c, { fileCode, error });
  try {
    const codeHash = hashCode(fileCode);
    const opened = await choosePassphrase(doorContext(site), { codeHash, passphrase });
    keepSession(site, c, opened.token);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const isBraked = refuseTogether(site, c);
    // The receipt remains on the screen: it is shown once, and its code is stored nowhere else.
    if (isBraked || problem.code === 'passphrase.busy') {
      return showReceipt(site, c, { fileCode, error: 'problem.tries.text' });
    }
    // Already set, perhaps by a second tap on the button: use it to sign in.
    if (problem.code !== 'session.not_recognised') throw problem;
    return c.redirect(pathsOf(c.get('speech').locale).enter, 303);
  }
  return c.redirect(`${pathsOf(c.get('speech').locale).own}?saved=welcome`, 303);
}

function showReceipt(
  site: Site,
  c: SiteContext,
  shown: { readonly fileCode: string; readonly error: TextKey },
): Promise<Response> {
  const now = site.clock();
  const page = (
    <ReceiptPage
      frame={frameOf(site, c)}
      seal={newSeal(site)}
      receivedOn={now.toISOString().slice(0, 10)}
      firstContactOn={firstContactOn(now)}
      {...shown}
    />
  );
  return answerPage(c, page, shown.error === 'problem.tries.text' ? 429 : 422);
}

function passphraseError(passphrase: string, again: string): TextKey | null {
  if (passphrase.length < passphraseMin) return 'error.passphrase.short';
  if (passphrase.length > passphraseMax) return 'error.passphrase.long';
  return passphrase === again ? null : 'error.passphrase.differ';
}
