import { createServer, type Server } from 'node:http';
import { createServer as createNetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../temporary.ts';

/** What the engine answers by path; a missing path is 404. */
export type Answers = Readonly<
  Record<string, { readonly status?: number; readonly body?: unknown; readonly delayMs?: number }>
>;

export interface FakeEngine {
  readonly socket: string;
  /** Paths asked for, in order. */
  readonly asked: readonly string[];
}

export const VERSION = {
  Version: '28.5.2',
  ApiVersion: '1.51',
  Os: 'linux',
  Arch: 'arm64',
  Components: [{ Name: 'Engine' }],
};

/** An HTTP server on a socket that answers as an engine would. */
export async function fakeEngine(answers: Answers = { '/version': { body: VERSION } }): Promise<FakeEngine> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    const answer = answers[path];
    const send = () => {
      response.writeHead(answer ? (answer.status ?? 200) : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ? answer.body : { message: `no such image: ${path}` }));
    };
    if (answer?.delayMs === undefined) send();
    else setTimeout(send, answer.delayMs).unref();
  });
  const socket = join(temporaryFolder(), 'docker.sock');
  await listen(server, socket);
  return { socket, asked };
}

/** A server that speaks something else: `reply` is sent as soon as somebody connects. */
export async function rawServer(reply: string | undefined): Promise<string> {
  const connections = new Set<Socket>();
  const server = createNetServer((connection) => {
    connections.add(connection);
    connection.on('error', () => undefined);
    if (reply !== undefined) connection.end(reply);
  });
  const socket = join(temporaryFolder(), 'docker.sock');
  onTestFinished(() => connections.forEach((each) => each.destroy()));
  await listen(server as unknown as Server, socket);
  return socket;
}

function listen(server: Server, socket: string): Promise<void> {
  onTestFinished(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return new Promise((resolve) => server.listen(socket, resolve));
}
