import { expect, it, vi } from 'vitest';
import { type Handlers, RpcClient, serve } from '../../src/bridge/rpc.ts';
import { FmpError } from '../../src/core/errors.ts';
import { factsOfAsync } from '../support/facts.ts';
import { channelPair } from './channelPair.ts';

interface Contract {
  double: { params: number; event: never; result: number };
  count: { params: number; event: number; result: string };
  fail: { params: 'known' | 'unknown'; event: never; result: null };
  never: { params: null; event: never; result: null };
}

const KNOWN = {
  code: 'badInput',
  field: 'eps',
  got: '7',
  expected: '0 to 1',
  remedy: 'fix it',
} as const;

const handlers: Handlers<Contract> = {
  double: (value) => Promise.resolve(2 * value),
  count: (n, emit) => {
    for (let i = 0; i < n; i++) emit(i);
    return Promise.resolve('done');
  },
  fail: (kind) => {
    throw kind === 'known' ? new FmpError('eps is not valid', KNOWN) : new TypeError('a defect');
  },
  never: () => new Promise(() => undefined),
};

function connect() {
  const pair = channelPair();
  serve(pair.far, handlers);
  return { ...pair, client: new RpcClient<Contract>(pair.near) };
}

it('answers each request with its own result, however many are under way', async () => {
  const { client } = connect();
  const values = Array.from({ length: 20 }, (_, i) => i);
  const results = await Promise.all(values.map((value) => client.call('double', value)));
  expect(results).toEqual(values.map((value) => 2 * value));
});

it('delivers events in order and before the result', async () => {
  const { client } = connect();
  const seen: (number | string)[] = [];
  seen.push(await client.call('count', 3, (event) => seen.push(event)));
  expect(seen).toEqual([0, 1, 2, 'done']);
});

it('carries the facts of an error across, and calls anything else internal', async () => {
  const { client } = connect();
  expect(await factsOfAsync(() => client.call('fail', 'known'))).toEqual(KNOWN);
  await expect(client.call('fail', 'known')).rejects.toThrow('eps is not valid');
  expect(await factsOfAsync(() => client.call('fail', 'unknown'))).toEqual({ code: 'internal' });
  await expect(client.call('fail', 'unknown')).rejects.toThrow('a defect');
});

it('refuses a request that the other side does not know', async () => {
  const { client } = connect();
  const stray = client as unknown as RpcClient<{
    stray: { params: null; event: never; result: null };
  }>;
  await expect(stray.call('stray', null)).rejects.toThrow('unknown request stray');
});

it('settles every request when the worker dies, and refuses those that come after', async () => {
  const { client, die } = connect();
  const waiting = [client.call('never', null), client.call('never', null)];
  die('exit code 3');
  for (const request of waiting)
    expect((await factsOfAsync(() => request)).code).toBe('workerDied');
  await expect(client.call('double', 1)).rejects.toThrow('the worker stopped: exit code 3');
});

it('settles every request when it is closed, and keeps that reason', async () => {
  const { client, die } = connect();
  const waiting = client.call('never', null);
  client.close();
  expect((await factsOfAsync(() => waiting)).code).toBe('cancelled');
  die('later');
  expect((await factsOfAsync(() => client.call('double', 1))).code).toBe('cancelled');
});

it('ignores replies to requests that it did not make', async () => {
  const pair = channelPair();
  const client = new RpcClient<Contract>(pair.near);
  const answer = vi.fn();
  pair.far.listen(answer, () => undefined);
  pair.far.post({ id: 99, kind: 'result', value: 1 });
  pair.far.post({ id: 1, kind: 'event', value: 1 });
  const request = client.call('double', 4);
  pair.far.post({ id: 1, kind: 'result', value: 8 });
  expect(await request).toBe(8);
  expect(answer).toHaveBeenCalledWith({ id: 1, method: 'double', params: 4 });
});

it('fails a request whose parameters cannot be sent, and no other', async () => {
  const { client } = connect();
  const unsendable = (() => 1) as unknown as number;
  await expect(client.call('double', unsendable)).rejects.toThrow();
  expect(await client.call('double', 3)).toBe(6);
});
