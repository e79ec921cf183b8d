import type { BackendChoice } from '../bridge/protocol.ts';
import { connectEngine } from '../bridge/client.ts';
import { mount } from './mount.tsx';

const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm', 'cpu'];
const wanted = new URLSearchParams(location.search).get('backend');
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
mount(connectEngine({ backend: BACKENDS.find((name) => name === wanted) ?? 'auto' }), root);
