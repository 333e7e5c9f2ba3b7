import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { isRunning, script, smoke } from './smoke-step.ts';

/** A server of Python's standard library on a port that it chooses. */
function server(body: readonly string[], options: { host?: string; before?: readonly string[] } = {}) {
  return script([
    'import os, socket, sys, time',
    'from http.server import BaseHTTPRequestHandler, HTTPServer',
    ...(options.before ?? []),
    'class Server(HTTPServer):',
    `    address_family = socket.${options.host?.includes(':') ? 'AF_INET6' : 'AF_INET'}`,
    'class Handler(BaseHTTPRequestHandler):',
    '    def log_message(self, *_): pass',
    '    def do_GET(self):',
    ...body.map((line) => `        ${line}`),
    `server = Server((${JSON.stringify(options.host ?? '127.0.0.1')}, 0), Handler)`,
    'print(os.getpid(), flush=True)',
    'server.serve_forever()',
  ]);
}

const OK = ['self.send_response(200, "Fine")', 'self.end_headers()', 'self.wfile.write(b"ok" * 100_000)'];

describe.skipIf(process.platform !== 'linux')('the smoke step asks a server', () => {
  test.each(['127.0.0.1', '0.0.0.0', '127.1.2.3', '::', '::1'])(
    'that listens on %s, at the port that it chose',
    async (host) => {
      const run = await smoke({ tool: await server(OK, { host }) }, { http: '/health' });
      expect(run).toMatchObject({
        status: 'running',
        reason: 'answered',
        http: 'HTTP/1.0 200 Fine',
        stderr: '',
        own: { status: 0, said: '' },
      });
      expect(isRunning(run.stdout)).toBe(false);
    },
  );

  test('for the path and as the host that it was told', async () => {
    const body = [
      'right = (self.path, self.headers["Host"]) == ("/a?b=%20c", "127.0.0.1")',
      'self.send_response(200 if right else 404)',
      'self.end_headers()',
    ];
    const run = await smoke({ tool: await server(body) }, { http: '/a?b=%20c' });
    expect(run.http).toBe('HTTP/1.0 200 OK');
  });

  test('until it is ready: other answers on the way there do not count', async () => {
    const before = ['time.sleep(0.3)', 'ready = time.monotonic() + 0.5'];
    const body = ['self.send_response(200 if time.monotonic() > ready else 503)', 'self.end_headers()'];
    const run = await smoke({ tool: await server(body, { before }) }, { http: '/' });
    expect(run).toMatchObject({ reason: 'answered', http: 'HTTP/1.0 200 OK' });
    expect(run.milliseconds).toBeGreaterThanOrEqual(800);
    expect(run.milliseconds).toBeLessThan(5000);
  });

  test('and waits for an answer that takes its time', async () => {
    const run = await smoke({ tool: await server(['time.sleep(1)', ...OK]) }, { http: '/' });
    expect(run).toMatchObject({ reason: 'answered', http: 'HTTP/1.0 200 Fine' });
    expect(run.milliseconds).toBeGreaterThanOrEqual(1000);
  });

  test('takes a redirection for an answer', async () => {
    const body = ['self.send_response(307)', 'self.send_header("Location", "/x")', 'self.end_headers()'];
    const run = await smoke({ tool: await server(body) }, { http: '/' });
    expect(run).toMatchObject({ reason: 'answered', http: 'HTTP/1.0 307 Temporary Redirect' });
  });

  test('tells the answer that it got when there was no better one', async () => {
    const body = ['self.send_response(404)', 'self.end_headers()'];
    const run = await smoke({ tool: await server(body) }, { http: '/', timeout: '3' });
    expect(run).toMatchObject({ status: 'running', reason: 'timeout', http: 'HTTP/1.0 404 Not Found' });
    expect(run.milliseconds).toBe(3000);
  });

  test('tells that nothing listens', async () => {
    const program = await script(['import time', 'time.sleep(60)']);
    const run = await smoke({ tool: program }, { http: '/', timeout: '0.5' });
    expect(run).toMatchObject({ status: 'running', reason: 'timeout', http: '' });
  });

  test('tells an end before any answer', async () => {
    const program = await script(['import sys', 'sys.exit("no port given")']);
    const run = await smoke({ tool: program }, { http: '/' });
    expect(run).toMatchObject({ status: '1', reason: 'exited', http: '', stderr: 'no port given\n' });
    expect(run.milliseconds).toBeLessThan(3000);
  });

  test('that has another port open, which never answers, and one that speaks no HTTP', async () => {
    const before = [
      'import threading',
      'silent = socket.create_server(("127.0.0.1", 0))',
      'other = socket.create_server(("127.0.0.1", 0))',
      'def greet():',
      '    while True:',
      '        connection = other.accept()[0]',
      '        connection.sendall(b"SSH-2.0-x\\r\\n")',
      '        connection.close()',
      'threading.Thread(target=greet, daemon=True).start()',
      'time.sleep(0.3)',
    ];
    const run = await smoke({ tool: await server(OK, { before }) }, { http: '/' });
    expect(run).toMatchObject({ reason: 'answered', http: 'HTTP/1.0 200 Fine', own: { said: '' } });
  });

  test('that a child of the program is, also in a session of its own', async () => {
    const before = ['if os.fork(): os.wait(); sys.exit()', 'os.setsid()'];
    const run = await smoke({ tool: await server(OK, { before }) }, { http: '/' });
    expect(run).toMatchObject({ status: 'running', reason: 'answered' });
    expect(isRunning(run.stdout)).toBe(false);
  });

  test('once, if it ends after its first answer', async () => {
    const body = ['self.send_response(204)', 'self.end_headers()', 'os._exit(5)'];
    const run = await smoke({ tool: await server(body) }, { http: '/' });
    expect(run).toMatchObject({ reason: 'answered', http: 'HTTP/1.0 204 No Content' });
  });

  test('and no other program on this machine', async () => {
    let asked = 0;
    const other = createServer((socket) => {
      asked += 1;
      socket.end('HTTP/1.0 200 OK\r\n\r\n');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const program = await script(['import time', 'time.sleep(60)']);
    const run = await smoke({ tool: program }, { http: '/', timeout: '0.5' });
    expect({ reason: run.reason, asked }).toEqual({ reason: 'timeout', asked: 0 });
  });
});
