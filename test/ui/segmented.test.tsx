import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { Segmented } from '../../src/ui/controls/Segmented.tsx';

function drawn(disabled: boolean): string {
  const options = [
    { id: 'layer', label: 'By layer' },
    { id: 'rank', label: 'Ranked' },
  ];
  return renderToStaticMarkup(
    <Segmented label="Order" value="rank" {...{ options, disabled }} onChange={() => undefined} />,
  );
}

it('is one stop of the Tab key, at the option that is on, and says which one that is', () => {
  const buttons = [...drawn(false).matchAll(/<button[^>]*>/g)].map(([tag]) => tag);
  expect(buttons.map((tag) => /aria-checked="(.*?)"/.exec(tag)?.[1])).toEqual(['false', 'true']);
  expect(buttons.map((tag) => /tabindex="(.*?)"/i.exec(tag)?.[1])).toEqual(['-1', '0']);
  expect(drawn(false)).toMatch(/^<div role="radiogroup" aria-label="Order"/);
});

it('cannot be reached while it is locked', () => {
  expect(drawn(true).match(/disabled=""/g)).toHaveLength(2);
});
