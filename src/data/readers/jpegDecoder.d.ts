/** The library types its entry only. */
declare module 'jpeg-js/lib/decoder.js' {
  export { decode as default } from 'jpeg-js';
}
