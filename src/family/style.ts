/**
 * The only style sheet, inlined into each page: one request on a slow line, and nothing left in a
 * cache.
 */
export const style = `
:root{--paper:#faf5ec;--sheet:#fffdf8;--ink:#2b2520;--soft:#665c52;--line:#ded3c2;--lamp:#9a4a0f;--lamp-soft:#f6e3c8;--deep:#14504e;--deep-ink:#fff;--bad:#9b1c1c;--bad-soft:#fbe6e2;--good-soft:#e0eee6;color-scheme:light}
@media(prefers-color-scheme:dark){:root{--paper:#1b1815;--sheet:#242019;--ink:#eee5d8;--soft:#b9ac9b;--line:#463d32;--lamp:#f2b266;--lamp-soft:#3d2d18;--deep:#8fd0c7;--deep-ink:#10201e;--bad:#ffb4a8;--bad-soft:#46201c;--good-soft:#1f3429;color-scheme:dark}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-block:1rem 6rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere;hyphens:manual}
h1,h2,.brand{font-family:ui-serif,"Iowan Old Style",Georgia,"Noto Serif","Times New Roman",serif;font-weight:600;line-height:1.2;text-wrap:balance}
h1{font-size:clamp(1.75rem,1.35rem + 2vw,2.6rem);margin:0 0 .75rem}
h2{font-size:1.35rem;margin:0 0 .75rem}
h3{font-size:1.0625rem;margin:0}
p{margin:0 0 1rem;max-inline-size:40rem}
a{color:var(--deep);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--lamp);outline-offset:2px;border-radius:.25rem}
.skip{position:absolute;inset-inline-start:-99rem}.skip:focus{position:static;display:block;padding:.75rem 1rem}
.band{background:var(--lamp-soft);color:var(--ink);margin:0;max-inline-size:none;padding:.5rem 1rem;text-align:center;font-size:.9375rem}
.wrap{max-inline-size:66rem;margin-inline:auto;padding-inline:1.125rem}
header .wrap{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;justify-content:space-between;padding-block:.875rem}
header{border-block-end:1px solid var(--line)}
.brand{display:flex;gap:.625rem;align-items:center;color:var(--ink);text-decoration:none;font-size:1.25rem;min-block-size:2.75rem}
.brand svg{inline-size:2rem;block-size:2rem;flex:none}.brand small{display:block;font:400 .8125rem/1.3 system-ui,sans-serif;color:var(--soft)}
.roof{fill:none;stroke:var(--ink);stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}.window{fill:var(--lamp)}
.langs{display:flex;gap:.125rem;list-style:none;margin:0;padding:0;font-size:.9375rem}
.langs a{display:inline-flex;align-items:center;min-block-size:2.75rem;padding-inline:.625rem;color:var(--soft)}.langs [aria-current]{color:var(--ink);font-weight:600;text-decoration:none}
main{padding-block:1.75rem 3rem}
footer{border-block-start:1px solid var(--line);padding-block:1.25rem 6.5rem;font-size:.9375rem}
footer ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:0 1.5rem}footer a{display:inline-flex;align-items:center;min-block-size:2.75rem;color:var(--soft)}
.lead{font-size:1.1875rem;line-height:1.5;max-inline-size:38rem}
.two{display:grid;gap:2rem}@media(min-width:56rem){.two{grid-template-columns:minmax(0,7fr) minmax(0,4fr);gap:3rem}}
.stack>*+*{margin-block-start:2rem}
.card{background:var(--sheet);border:1px solid var(--line);border-radius:.875rem;padding:1.25rem}
.button,button{font:inherit;font-weight:600;display:inline-flex;align-items:center;justify-content:center;min-block-size:3rem;padding:.5rem 1.375rem;border-radius:.75rem;border:2px solid var(--deep);background:var(--deep);color:var(--deep-ink);text-decoration:none;text-align:center;cursor:pointer}
.button.quiet,button.quiet{background:transparent;color:var(--deep)}
button.plain{background:none;border:0;padding-inline:0;min-block-size:2.75rem;color:var(--deep);text-decoration:underline;text-underline-offset:.2em;font-weight:400}
button.grave{border-color:var(--bad);background:transparent;color:var(--bad)}
.row{display:flex;flex-wrap:wrap;gap:.75rem;align-items:center}
.leave{position:fixed;inset-block-end:.875rem;inset-inline-end:.875rem;margin:0;z-index:2}
.leave button{background:var(--ink);color:var(--paper);border-color:var(--paper);box-shadow:0 2px 10px #0004;border-radius:2rem;min-block-size:2.75rem}
.steps{list-style:none;margin:0;padding:0;counter-reset:step}
.steps>li{counter-increment:step;position:relative;padding:0 0 1.25rem 0;padding-inline-start:2.75rem;max-inline-size:38rem}
.steps>li::before{content:counter(step);position:absolute;inset-inline-start:0;inset-block-start:0;inline-size:1.875rem;block-size:1.875rem;border-radius:50%;border:2px solid var(--lamp);background:var(--paper);color:var(--lamp);display:grid;place-items:center;font-weight:600;font-size:.9375rem;line-height:1;z-index:1}
.steps>li:not(:last-child)::after{content:"";position:absolute;inset-inline-start:.875rem;inset-block:1.875rem 0;inline-size:2px;background:var(--line)}
.card .steps>li::before{background:var(--sheet)}
.steps>li[aria-current]::before,.steps>.past::before{background:var(--lamp);color:var(--sheet)}
.steps>li[aria-current] h3{font-size:1.1875rem}
.steps p{margin:.125rem 0 0;color:var(--soft)}
.here{display:inline-block;background:var(--lamp-soft);border-radius:1rem;padding:0 .625rem;font-size:.875rem;font-weight:600;margin-inline-start:.375rem}
.note{border-inline-start:4px solid var(--lamp);background:var(--lamp-soft);border-radius:.375rem;padding:.875rem 1.125rem;max-inline-size:40rem;margin-block-end:1.5rem}
.note>:last-child,.card>:last-child{margin-block-end:0}
.note.good{border-color:var(--deep);background:var(--good-soft)}.note.bad{border-color:var(--bad);background:var(--bad-soft)}
form{max-inline-size:40rem}
fieldset{border:0;margin:0 0 2rem;padding:0;min-inline-size:0}
legend{font:600 1.35rem/1.2 ui-serif,"Iowan Old Style",Georgia,"Noto Serif",serif;padding:0;margin-block-end:1rem}
.field{margin-block-end:1.25rem}
.field label,.label{display:block;font-weight:600}
.field .hint,.hint{display:block;color:var(--soft);font-size:.9375rem;line-height:1.4;margin-block:.125rem .375rem;max-inline-size:38rem}
.field .error{display:block;color:var(--bad);font-weight:600;margin-block:.25rem .375rem}
.need{font-weight:400;font-size:.875rem;color:var(--lamp)}
input,select,textarea{font:inherit;color:inherit;background:var(--sheet);border:1.5px solid var(--soft);border-radius:.625rem;inline-size:100%;min-block-size:3rem;padding:.5rem .75rem}
textarea{min-block-size:8rem;line-height:1.5}
[aria-invalid=true]{border-color:var(--bad);border-width:2px}
.grid{display:grid;gap:0 1rem;align-items:end}@media(min-width:40rem){.grid{grid-template-columns:1fr 1fr}}
.tick{display:grid;grid-template-columns:auto 1fr;gap:.75rem;align-items:start;padding-block:.5rem;font-weight:400}
.tick input{inline-size:1.5rem;min-block-size:1.5rem;block-size:1.5rem;margin:0;accent-color:var(--deep)}
details{border-block:1px solid var(--line);margin-block-end:1.5rem}summary{cursor:pointer;font-weight:600;min-block-size:3rem;display:flex;align-items:center;gap:.5rem;color:var(--deep)}summary::before{content:"+";font-size:1.5rem;line-height:1}details[open]>summary::before{content:"\\2212"}
details[open]{padding-block-end:.5rem}
.code{font:600 clamp(1.25rem,1rem + 2.2vw,1.75rem)/1.5 ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace;letter-spacing:.04em;direction:ltr;unicode-bidi:isolate;background:var(--sheet);border:2px dashed var(--lamp);border-radius:.75rem;padding:.75rem 1rem;margin:0 0 .75rem;max-inline-size:max-content}
.code span{display:inline-block;white-space:nowrap}
dl{margin:0 0 1.5rem}form+.hint,div+.hint,button+.hint{margin-block-start:1.25rem}form+form{margin-block-start:.5rem}dt{font-weight:600}dd{margin:0 0 .875rem}
.log{list-style:none;margin:0;padding:0}.log li{padding-block:.625rem;border-block-end:1px solid var(--line)}.log time{display:block;color:var(--soft);font-size:.9375rem}
.talk{list-style:none;margin:0 0 1rem;padding:0;display:grid;gap:.75rem}.talk li{max-inline-size:34rem;border-radius:.875rem;padding:.75rem 1rem;background:var(--sheet);border:1px solid var(--line);justify-self:start}
.talk .mine{justify-self:end;background:var(--good-soft)}.talk p{margin:0;white-space:pre-wrap}.talk small{color:var(--soft);display:block}
.next{font-size:1.1875rem}.next strong{color:var(--lamp)}
.plainlist{padding-inline-start:1.25rem;margin:0 0 1rem;max-inline-size:40rem}.plainlist li{margin-block-end:.625rem}
.sheet{display:none}
[hidden]{display:none!important}
table.month{border-collapse:collapse;font-size:1.25rem}.month td,.month th{padding:.5rem .75rem;text-align:center}.month [aria-current]{background:var(--lamp-soft);border-radius:.5rem}
@media print{body{background:#fff;color:#000}header,footer,.leave,.screen,.band{display:none!important}.sheet{display:block;border:2px solid #000;padding:1.5rem}.code{border:2px solid #000}}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`.replace(/\n/g, '');
