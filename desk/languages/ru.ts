const files = import.meta.glob<Readonly<Record<string, string>>>('../../texts/ru/desk/*.json', {
  eager: true,
  import: 'default',
});

export const texts: Readonly<Record<string, string>> = Object.assign({}, ...Object.values(files));
export { default as reasons } from '../../texts/ru/matching.json';
