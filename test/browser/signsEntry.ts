/** What the browser test of the data set puts into a page. */
export { decodeAtlas } from '../../src/data/signs/atlas.ts';
export { createSigns } from '../../src/data/signs/signs.ts';
