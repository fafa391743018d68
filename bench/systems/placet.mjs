// Placet itself: the built service on its embedded PostgreSQL, every decision committed to the log before it is answered.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node, root, start, stop, temporaryFolder } from '../children.mjs';
import { everyQuestion, httpRequest, jsonText } from '../questions.mjs';

/** Starts the service with its tenants. */
export async function startPlacet() {
  if (!existsSync(join(root, 'dist/service.js'))) throw new Error('dist/ is not built: run npm run build');
  const folder = join(temporaryFolder(), 'placet');
  const child = start(node, [join(root, 'bench/placet-server.mjs'), folder], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const { url, tokens } = (await messageWith(child, 'ready')).ready;
  const { hostname, port } = new URL(url);
  return {
    pid: child.pid,
    url,
    tokens,
    target: (tenants) => ({
      host: hostname,
      port: Number(port),
      expect: '"effect":"allow"',
      requests: everyQuestion(tenants).map(({ tenant, agentNumber, question }) =>
        httpRequest('/v1/decisions', jsonText(question), { authorization: `Bearer ${tokens[tenant][agentNumber]}` }),
      ),
    }),
    profile: {
      start: () => child.send({ do: 'profile-start' }),
      async stop(file) {
        const done = messageWith(child, 'profile');
        child.send({ do: 'profile-stop', file });
        await done;
      },
    },
    stop: () => stop(child),
  };
}

/** The input document that the service evaluated for one question: what the others are given. */
export async function realInput({ url, tokens }, { tenant, agentNumber, question }, after) {
  const headers = { authorization: `Bearer ${tokens[tenant][agentNumber]}`, 'content-type': 'application/json' };
  const body = jsonText(question).replaceAll('10########', String(after));
  const asked = await (await fetch(`${url}/v1/decisions`, { method: 'POST', headers, body })).json();
  const read = await (await fetch(`${url}/v1/decisions/${asked.decision_id}`, { headers })).json();
  if (read.effect !== 'allow') throw new Error(`the question is not allowed: ${JSON.stringify(read)}`);
  return read.input;
}

function messageWith(child, key) {
  return new Promise((resolve, reject) => {
    const onMessage = (message) => {
      if (message?.[key] === undefined) return;
      child.off('message', onMessage);
      resolve(message);
    };
    child.on('message', onMessage);
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
}
