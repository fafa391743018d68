import { BlockList, isIP } from 'node:net';

/** Where hooks may go. */
export interface Destinations {
  /**
   * Why the service may not call this URL, as far as its text tells; null when it may, depending on what the name stands for.
   */
  refuseUrl(url: URL): string | null;
  /** Why it may not connect to one of these addresses for this URL; null when it may to every one. */
  refuseAddresses(url: URL, addresses: string[]): string | null;
}

/**
 * Reads PLACET_WEBHOOK_ALLOW: names (`hooks.example.com`, `*.example.com`), networks (`10.1.0.0/16`), or `public`, separated
 * by commas. Without it, or with `public`: any name by https, at public addresses. A name that is listed may be called by
 * http as well, but its addresses have to be public or in a listed network: whoever runs its DNS cannot send us inside.
 * @throws Error naming the entry that is neither
 */
export function readDestinations(text: string | undefined): Destinations {
  const entries = (text ?? 'public')
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
  const isOpen = entries.includes('public');
  const names: string[] = [];
  const networks = new BlockList();
  let networksCount = 0;
  for (const entry of entries) {
    if (entry === 'public') continue;
    const [address = '', bits] = entry.split('/');
    const family = isIP(address);
    if (family !== 0) {
      const prefix = bits === undefined ? (family === 4 ? 32 : 128) : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : -1;
      if (prefix < 0 || prefix > (family === 4 ? 32 : 128)) throw new Error(`${entry} is not a network`);
      networks.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
      networksCount++;
    } else if (NAME.test(entry)) names.push(entry);
    else throw new Error(`${entry} is neither a host name nor a network`);
  }

  const isNamed = (host: string) =>
    names.some((name) => (name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name));
  const isInNetworks = (address: string) => networksCount > 0 && contains(networks, address);

  return {
    refuseUrl(url) {
      if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'the scheme must be https';
      if (url.username !== '' || url.password !== '') return 'a URL with a password in it would be shown in logs';
      if (url.hash !== '') return 'a URL to call has no fragment';
      const host = hostOf(url);
      if (isIP(host)) return this.refuseAddresses(url, [host]);
      if (!isOpen && !isNamed(host) && networksCount === 0) return `${host} is not on the list of destinations`;
      if (url.protocol === 'http:' && !isNamed(host) && networksCount === 0) return 'the scheme must be https';
      return null;
    },
    refuseAddresses(url, addresses) {
      if (addresses.length === 0) return 'the name has no address';
      const named = isNamed(hostOf(url));
      for (const address of addresses) {
        if (isInNetworks(address)) continue;
        if (!isPublic(address)) return `${address} is not a public address`;
        if (!isOpen && !named) return `${address} is not on the list of destinations`;
        if (url.protocol === 'http:' && !named) return 'the scheme must be https';
      }
      return null;
    },
  };
}

/** The host of a URL, without the brackets of an IPv6 address and without the root's dot. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

const NAME = /^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/;

/** Is it an address of the open internet? By the registries of special-purpose addresses (RFC 6890 and its successors). */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !SPECIAL.check(address, 'ipv4');
  const mapped = mappedIpv4(address);
  if (mapped !== null) return !SPECIAL.check(mapped, 'ipv4');
  // Of IPv6 only 2000::/3 is given out; whatever carries an IPv4 address in it could point inside.
  return isIP(address) === 6 && GLOBAL.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6');
}

function contains(networks: BlockList, address: string): boolean {
  const mapped = mappedIpv4(address);
  if (mapped !== null) return networks.check(mapped, 'ipv4');
  return networks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** `::ffff:7f00:1` and `::ffff:127.0.0.1` are 127.0.0.1. */
function mappedIpv4(address: string): string | null {
  if (isIP(address) !== 6) return null;
  const canonical = new URL(`http://[${address.split('%')[0]}]`).hostname;
  const match = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(canonical);
  if (!match) return null;
  const [high, low] = [parseInt(match[1]!, 16), parseInt(match[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

const SPECIAL = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Cloud platforms answer from this one to whoever runs on them.
  ['168.63.129.16', 32],
] as const)
  SPECIAL.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  SPECIAL.addSubnet(network, prefix, 'ipv6');
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
