import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { type Paths, pathsOf } from './paths.ts';
import { style } from './style.ts';
import { type Locale, localeNames, locales, type Speech } from './texts.ts';

/** What every page needs to know about its request. */
export interface PageFrame {
  readonly speech: Speech;
  readonly nonce: string;
  readonly trial: boolean;
  readonly origin: string;
  /** Addresses of the same page in the other languages; absent if it cannot be requested again. */
  readonly here?: (paths: Paths) => string;
}

/** The logo, a house with one lit window: drawn inline, so that no page loads a picture. */
function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path class="roof" d="M3 16 16 5l13 11M7 13.5V27h18V13.5" />
      <rect class="window" x="13" y="17" width="6" height="6.5" rx="1" />
    </svg>
  );
}

function Head({ frame, title, isPublic }: { frame: PageFrame; title: string; isPublic: boolean }) {
  const { speech, nonce, here, origin } = frame;
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      <meta name="referrer" content="no-referrer" />
      {isPublic ? null : <meta name="robots" content="noindex" />}
      {isPublic && here
        ? locales.map((locale) => (
            <link rel="alternate" hreflang={locale} href={origin + here(pathsOf(locale))} />
          ))
        : null}
      <link rel="icon" href="data:," />
      <style nonce={nonce}>{raw(style)}</style>
      <meta name="color-scheme" content="light dark" />
      <meta name="application-name" content={speech.t('brand')} />
    </head>
  );
}

function Languages({ frame }: { frame: PageFrame }) {
  const { speech, here } = frame;
  if (!here) return null;
  return (
    <nav aria-label={speech.t('language')}>
      <ul class="langs">
        {locales.map((locale: Locale & keyof typeof localeNames) => (
          <li>
            <a
              href={here(pathsOf(locale))}
              lang={locale}
              hreflang={locale}
              aria-current={locale === speech.locale ? 'true' : undefined}
            >
              {localeNames[locale]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The frame around every page but the calendar. */
export function Page(props: {
  frame: PageFrame;
  title: string;
  isPublic?: boolean;
  script?: string | null;
  children?: Child;
}) {
  const { frame, title, children } = props;
  const { speech } = frame;
  const { t } = speech;
  const paths = pathsOf(speech.locale);
  return (
    <html lang={speech.lang} dir={speech.dir}>
      <Head frame={frame} title={`${title} · ${t('brand')}`} isPublic={props.isPublic ?? false} />
      <body>
        <a class="skip" href="#main">
          {t('skip')}
        </a>
        {frame.trial ? <p class="band">{t('trial.band')}</p> : null}
        <header>
          <div class="wrap">
            <a class="brand" href={paths.home}>
              <Mark />
              <span>
                {t('brand')}
                <small>{t('brand.line')}</small>
              </span>
            </a>
            <Languages frame={frame} />
          </div>
        </header>
        <main id="main" class="wrap">
          {children}
        </main>
        <footer>
          <nav class="wrap" aria-label={t('brand')}>
            <ul>
              <FooterLink href={paths.ask} text={t('nav.ask')} />
              <FooterLink href={paths.enter} text={t('nav.enter')} />
              <FooterLink href={paths.never} text={t('nav.never')} />
              <FooterLink href={paths.limits} text={t('nav.limits')} />
              <FooterLink href={paths.who} text={t('nav.who')} />
            </ul>
          </nav>
        </footer>
        <form class="leave" method="post" action={paths.leave}>
          <button type="submit" title={t('leave.hint')}>
            {t('leave')}
          </button>
        </form>
        {props.script ? <script nonce={frame.nonce} src={props.script} defer /> : null}
      </body>
    </html>
  );
}

function FooterLink({ href, text }: { href: string; text: string }) {
  return (
    <li>
      <a href={href}>{text}</a>
    </li>
  );
}

/** A neutral page for the quick exit: it shows no name of ours and no link back. */
export function Calendar({ speech, nonce, today }: { speech: Speech; nonce: string; today: Date }) {
  const month = speech.month(today);
  return (
    <html lang={speech.lang} dir={speech.dir}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{speech.t('calendar.title')}</title>
        <link rel="icon" href="data:," />
        <style nonce={nonce}>{raw(style)}</style>
      </head>
      <body>
        <main class="wrap">
          <h1>{speech.t('calendar.month', { month })}</h1>
          <table class="month">
            <tbody>
              {weeksOf(today).map((week) => (
                <tr>
                  {week.map((day) => (
                    <td aria-current={day === today.getUTCDate() ? 'date' : undefined}>
                      {day ?? ''}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </main>
      </body>
    </html>
  );
}

/** The days of the month in weeks that begin on Monday; null for days of other months. */
function weeksOf(today: Date): readonly (readonly (number | null)[])[] {
  const year = today.getUTCFullYear();
  const month = today.getUTCMonth();
  const first = (new Date(Date.UTC(year, month, 1)).getUTCDay() + 6) % 7;
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const weeks = Math.ceil((first + days) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const day = week * 7 + weekday - first + 1;
      return day >= 1 && day <= days ? day : null;
    }),
  );
}
