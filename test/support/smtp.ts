import { type AddressInfo, type Socket, createServer } from 'node:net';

/** One message as it was handed over. */
export interface Mail {
  from: string;
  to: string[];
  /** Header fields by lower-case name, unfolded. */
  headers: Record<string, string>;
  body: string;
}

/** A mail server (RFC 5321, as much as a sender needs) on a port of its own, which behaves as it is told. */
export interface SmtpSink {
  url: string;
  mails: Mail[];
  /** What it says to RCPT, and after the message; `cut` closes the connection once the message is there. */
  replies: { rcpt: string; data: string; cut: boolean };
  close(): Promise<void>;
}

export async function openSmtp(): Promise<SmtpSink> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    converse(socket, sink);
  });
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  const sink: SmtpSink = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails: [],
    replies: { rcpt: '250 ok', data: '250 queued', cut: false },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resume) => server.close(resume));
    },
  };
  return sink;
}

function converse(socket: Socket, sink: SmtpSink): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let mail: { from: string; to: string[] } = { from: '', to: [] };
  let data: string | null = null;
  let buffer = '';
  say('220 sink ESMTP');
  socket.on('data', (part) => {
    buffer += part.toString('latin1');
    for (let end = buffer.indexOf('\r\n'); end !== -1; end = buffer.indexOf('\r\n')) {
      const line = buffer.slice(0, end);
      buffer = buffer.slice(end + 2);
      take(line);
    }
  });

  function take(line: string): void {
    if (data !== null) {
      if (line !== '.') {
        data += `${line.replace(/^\.\./, '.')}\r\n`;
        return;
      }
      if (sink.replies.data.startsWith('250')) sink.mails.push({ ...mail, ...parse(data) });
      data = null;
      if (sink.replies.cut) socket.destroy();
      else say(sink.replies.data);
      return;
    }
    const [verb] = line.toUpperCase().split(/[ :]/);
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO' || verb === 'HELO') say('250 sink');
    else if (verb === 'MAIL') {
      mail = { from: address, to: [] };
      say('250 ok');
    } else if (verb === 'RCPT') {
      if (sink.replies.rcpt.startsWith('250')) mail.to.push(address);
      say(sink.replies.rcpt);
    } else if (verb === 'DATA') {
      data = '';
      say('354 go on');
    } else if (verb === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say('250 ok');
  }
}

function parse(data: string): Pick<Mail, 'headers' | 'body'> {
  const at = data.indexOf('\r\n\r\n');
  const lines = data
    .slice(0, at)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const raw = data.slice(at + 4);
  const coding = headers['content-transfer-encoding'];
  const body =
    coding === 'base64'
      ? Buffer.from(raw, 'base64').toString('utf8')
      : coding === 'quoted-printable'
        ? Buffer.from(
            raw
              .replaceAll('=\r\n', '')
              .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
            'latin1',
          ).toString('utf8')
        : raw;
  return { headers, body };
}
