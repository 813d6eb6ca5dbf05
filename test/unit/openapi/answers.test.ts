import { operationsOf } from '../../fuzz/openapi.js';
import { committed } from './document.js';

describe('the API description', () => {
  const answers = operationsOf(committed).map(({ operationId, responses }) => {
    // JSON has "200" before "201", and both before "2XX", as generators sort them.
    const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    const types = successes.map(([, response]) => {
      const schema = 'content' in response ? response.content?.['application/json']?.schema : undefined;
      return schema?.$ref?.replace('#/components/schemas/', '') ?? '';
    });
    return [operationId, types] as const;
  });

  // Generators that know one type of answer take that of the lowest status.
  it.each(answers)(
    'the API description gives %s no dry run as its first answer where the real one has a body',
    (_, types) => {
      const [first, ...others] = types;
      expect(first === 'DryRun' && others.some((type) => type !== '')).toBe(false);
    },
  );
});
