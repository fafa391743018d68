import { describe, expect, test } from 'vitest';
import { isPublic, readDestinations } from '../../src/notify/destination.ts';

test.each([
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['168.63.129.16', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['198.18.0.1', false],
  ['93.184.216.34', true],
  ['::1', false],
  ['::', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['0:0:0:0:0:ffff:a00:1', false],
  ['::ffff:93.184.216.34', true],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001::1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['ff02::1', false],
  ['2606:2800:220:1:248:1893:25c8:1946', true],
  ['nonsense', false],
])('%s is public: %s', (address, expected) => expect(isPublic(address)).toBe(expected));

describe('destinations', () => {
  const url = (text: string) => new URL(text);

  test('are, unless told otherwise, any name by https at public addresses', () => {
    const open = readDestinations(undefined);
    expect(open.refuseUrl(url('https://hooks.example.com/x'))).toBeNull();
    expect(open.refuseUrl(url('http://hooks.example.com/x'))).toMatch(/https/);
    expect(open.refuseUrl(url('https://user:pw@hooks.example.com/x'))).toMatch(/password/);
    expect(open.refuseUrl(url('https://hooks.example.com/x#y'))).toMatch(/fragment/);
    for (const host of ['127.0.0.1', '0x7f000001', '2130706433', '0177.1', '[::1]', '[::ffff:10.0.0.1]'])
      expect(open.refuseUrl(url(`https://${host}/`)), host).toMatch(/not a public address/);
    const there = url('https://hooks.example.com/');
    expect(open.refuseAddresses(there, ['93.184.216.34'])).toBeNull();
    expect(open.refuseAddresses(there, ['93.184.216.34', '::1'])).toMatch(/::1/);
    expect(open.refuseAddresses(there, [])).toMatch(/no address/);
  });

  test('that are listed are all there are', () => {
    const listed = readDestinations('hooks.example.com, *.corp.test');
    expect(listed.refuseUrl(url('https://hooks.example.com/'))).toBeNull();
    expect(listed.refuseUrl(url('http://hooks.example.com/'))).toBeNull();
    expect(listed.refuseUrl(url('https://a.b.corp.test/'))).toBeNull();
    expect(listed.refuseUrl(url('https://corp.test/'))).toMatch(/not on the list/);
    expect(listed.refuseUrl(url('https://evilcorp.test/'))).toMatch(/not on the list/);
    expect(listed.refuseUrl(url('https://hooks.example.com.evil.test/'))).toMatch(/not on the list/);
    expect(listed.refuseUrl(url('https://93.184.216.34/'))).toMatch(/not on the list/);
  });

  test('by name do not lead inside, whoever runs the name', () => {
    const listed = readDestinations('hooks.corp.test');
    expect(listed.refuseAddresses(url('http://hooks.corp.test/'), ['169.254.169.254'])).toMatch(/not a public/);
    const both = readDestinations('hooks.corp.test,10.1.0.0/16');
    expect(both.refuseAddresses(url('http://hooks.corp.test/'), ['10.1.2.3'])).toBeNull();
    expect(both.refuseAddresses(url('http://hooks.corp.test/'), ['10.2.2.3'])).toMatch(/not a public/);
  });

  test('by network hold for names as for addresses', () => {
    const listed = readDestinations('10.1.0.0/16,fd00::/8');
    const there = url('http://anything.test/');
    expect(listed.refuseUrl(there)).toBeNull();
    expect(listed.refuseAddresses(there, ['10.1.2.3', 'fd00::7'])).toBeNull();
    expect(listed.refuseAddresses(there, ['::ffff:10.1.2.3'])).toBeNull();
    expect(listed.refuseAddresses(there, ['93.184.216.34'])).toMatch(/not on the list/);
    expect(listed.refuseAddresses(url('https://anything.test/'), ['93.184.216.34'])).toMatch(/not on the list/);
  });

  test.each(['10.1.0.0/33', '10.1.0.0/x', 'https://a.test', 'a b', '*'])('%s is refused at the start', (text) =>
    expect(() => readDestinations(text)).toThrow(text),
  );
});
