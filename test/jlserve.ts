import { randomBytes } from 'node:crypto';
import { finished } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';
import { onTestFinished } from 'vitest';
import { CONTAINER_LABEL } from '../src/engine/create-container.ts';
import { dockerAt } from './engine-cache.ts';

/** A name for an image that no other test uses; removed when the test ends. */
export function imageTag(engine: string): string {
  const tag = `ovenbird-test/${randomBytes(6).toString('hex')}:1`;
  onTestFinished(async () => {
    await dockerAt(engine)
      .getImage(tag)
      .remove({ force: true })
      .catch((error: { statusCode?: number }) => {
        if (error.statusCode !== 404) throw error;
      });
  });
  return tag;
}

export interface Request {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks the server inside its own container: there is no other way in without a network. */
const ASK = `
import json, sys, time, urllib.error, urllib.request
requests = json.loads(sys.argv[1])
class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *rest): return None
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay)
def ask(item):
    body = item.get("body")
    data = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
    request = urllib.request.Request("http://127.0.0.1:8000" + item["path"], data=data,
        method=item.get("method", "POST"), headers={"content-type": "application/json"})
    try:
        with opener.open(request, timeout=120) as answer: return answer.status, answer.read()
    except urllib.error.HTTPError as error: return error.code, error.read()
for _ in range(600):
    try:
        ask({"path": "/openapi.json", "method": "GET"}); break
    except OSError: time.sleep(0.1)
answers = []
for item in requests:
    status, raw = ask(item)
    try: body = json.loads(raw)
    except ValueError: body = raw.decode("utf-8", "replace")
    answers.append({"status": status, "body": body})
print(json.dumps(answers))
`;

export interface Running {
  readonly container: Dockerode.Container;
  ask(requests: readonly Request[]): Promise<Answer[]>;
  /** Runs a program in it; @returns what it printed on both streams, and its status */
  exec(command: readonly string[]): Promise<{ output: string; status: number }>;
  logs(): Promise<string>;
}

/**
 * Starts an image as `docker run --network none --read-only --tmpfs /tmp IMAGE` does, with
 * its own entry point and user; stopped when the test ends.
 */
export async function runImage(engine: string, image: string): Promise<Running> {
  const docker = dockerAt(engine);
  const container = await docker.createContainer({
    Image: image,
    Labels: { [CONTAINER_LABEL]: 'test' },
    HostConfig: { NetworkMode: 'none', ReadonlyRootfs: true, Tmpfs: { '/tmp': '' } },
  });
  onTestFinished(() => container.remove({ force: true, v: true }));
  await container.start();
  const exec = async (command: readonly string[]): Promise<{ output: string; status: number }> => {
    const running = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
    const stream = await running.start({});
    const chunks: Buffer[] = [];
    const sink = new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk));
    docker.modem.demuxStream(stream, sink, sink);
    await finished(stream, { writable: false });
    const { ExitCode } = await running.inspect();
    return { output: Buffer.concat(chunks).toString('utf8'), status: ExitCode ?? -1 };
  };
  const logs = async (): Promise<string> => {
    const raw: Buffer = await container.logs({ stdout: true, stderr: true });
    return raw.toString('utf8');
  };
  return {
    container,
    exec,
    logs,
    async ask(requests) {
      const { output, status } = await exec(['python3', '-c', ASK, JSON.stringify(requests)]);
      if (status !== 0) throw new Error(`${output}\n${await logs()}`);
      return JSON.parse(output) as Answer[];
    },
  };
}
