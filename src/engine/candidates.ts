import { join } from 'node:path';
import { currentContext } from './context.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A place to try. */
export interface Candidate {
  /** As in DOCKER_HOST. */
  readonly address: string;
  /** How we came to it, for people: "DOCKER_HOST", "the usual socket". */
  readonly how: string;
  /** Somebody named it: when it fails, no other place is tried. */
  readonly named: boolean;
  readonly tls: boolean;
}

export interface CandidateQuestion {
  readonly address: string | undefined;
  readonly env: Environment;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** User id, undefined where there are none. */
  readonly uid: number | undefined;
}

/**
 * Where an engine may be, in the order of docker's own command line: an address that was
 * named (and then no other), else the usual socket and the places where Docker Desktop,
 * rootless Docker, Colima, OrbStack and Rancher Desktop put theirs.
 */
export async function listCandidates(question: CandidateQuestion): Promise<readonly Candidate[]> {
  const { address, env } = question;
  const tls = Boolean(env['DOCKER_TLS_VERIFY'] || env['DOCKER_TLS']);
  if (address !== undefined) return [{ address, how: '--engine', named: true, tls: false }];
  const host = env['DOCKER_HOST'];
  if (host) return [{ address: host, how: 'DOCKER_HOST', named: true, tls }];
  const context = await currentContext(question);
  if (context) {
    return [
      { address: context.address, how: `the Docker context "${context.name}"`, named: true, tls: false },
    ];
  }
  return usualPlaces(question).map(([path, how]) => ({
    address: path.startsWith('npipe:') ? path : `unix://${path}`,
    how,
    named: false,
    tls: false,
  }));
}

function usualPlaces(question: CandidateQuestion): (readonly [path: string, how: string])[] {
  const { env, home, platform, uid } = question;
  if (platform === 'win32') {
    return [
      ['npipe:////./pipe/docker_engine', 'the usual pipe'],
      ['npipe:////./pipe/dockerDesktopLinuxEngine', 'Docker Desktop'],
    ];
  }
  const runtime = env['XDG_RUNTIME_DIR'] || (uid === undefined ? undefined : `/run/user/${uid}`);
  return [
    ['/var/run/docker.sock', 'the usual socket'],
    ...(runtime === undefined ? [] : [[join(runtime, 'docker.sock'), 'rootless Docker'] as const]),
    [join(home, '.docker/run/docker.sock'), 'Docker Desktop'],
    [join(home, '.docker/desktop/docker.sock'), 'Docker Desktop'],
    [join(home, '.colima/default/docker.sock'), 'Colima'],
    [join(home, '.orbstack/run/docker.sock'), 'OrbStack'],
    [join(home, '.rd/docker.sock'), 'Rancher Desktop'],
  ];
}
