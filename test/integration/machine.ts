import { finished } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import type Dockerode from 'dockerode';

/** What a program that was run in a container did. */
export interface Used {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Asks as curl would, from inside: bash alone is there. $1 port, $2 path */
const ASK = `
for _ in {1..300}; do (: <>"/dev/tcp/127.0.0.1/$1") && break; sleep 0.1; done 2>/dev/null
exec 3<>"/dev/tcp/127.0.0.1/$1"
printf 'GET %s HTTP/1.0\\r\\n\\r\\n' "$2" >&3
cat <&3
`;

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks a server in a container for a path. */
export async function ask(container: Dockerode.Container, port: number, path: string): Promise<HttpAnswer> {
  const asking = await container.exec({
    Cmd: ['bash', '-c', ASK, 'ask', String(port), path],
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await asking.start({});
  let said = '';
  const sink = new PassThrough().setEncoding('utf8').on('data', (text: string) => (said += text));
  container.modem.demuxStream(stream, sink, sink);
  await finished(stream, { writable: false });
  const [, status, body] = /^HTTP\/1\.[01] (\d+)[^]*?\r\n\r\n([^]*)$/.exec(said) ?? [];
  if (body === undefined) {
    const logged = (await container.logs({ stdout: true, stderr: true })).toString('utf8');
    throw new Error(`no answer: ${said}\n${logged}`);
  }
  return { status: Number(status), body: JSON.parse(body) as unknown };
}
