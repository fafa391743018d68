import { createTransport } from 'nodemailer';
import { type Attempt, failed } from './post.ts';

export interface Message {
  to: { name: string; address: string };
  subject: string;
  text: string;
  /** The same however often it is sent, so that a mailbox can tell. */
  messageId: string;
}

/** Hands mail over to a server. Never throws: whatever goes wrong is how the attempt went. */
export interface Mailer {
  send(message: Message): Promise<Attempt>;
  close(): void;
}

const TIMEOUT_MS = 15_000;

export function createMailer({
  smtpUrl,
  from,
  timeoutMs = TIMEOUT_MS,
}: {
  smtpUrl: string;
  from: string;
  timeoutMs?: number;
}): Mailer {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 2,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Nothing that a text names is read from a disk or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0]);
  return {
    async send(message) {
      try {
        await transport.sendMail({
          from,
          ...message,
          // RFC 3834: so that no out-of-office answers it.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
        return { outcome: 'delivered', status: 250, error: null, retryAfterMs: null };
      } catch (error) {
        const { responseCode: status, code } = error as { responseCode?: number; code?: string };
        // RFC 5321, 4.2.1: 5yz will be the same next time.
        const attempt =
          status !== undefined && status >= 500
            ? failed(`the mail server refused it with ${status}`, 'forbidden')
            : failed(
                status === undefined ? `connection failed: ${code ?? 'unknown'}` : `the mail server answered ${status}`,
              );
        return { ...attempt, status: status ?? null };
      }
    },
    close: () => transport.close(),
  };
}
