import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export interface HintQuestion {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly uid: number | undefined;
}

/** No engine anywhere: how to get one, or to start the one that is installed. */
export function installHint(question: HintQuestion): string {
  if (question.platform !== 'linux') {
    return isInstalled('docker', question.env)
      ? startHint(question)
      : 'install Docker Desktop: https://docs.docker.com/get-started/get-docker/';
  }
  if (isInstalled('dockerd', question.env)) return startHint(question);
  if (existsSync('/.dockerenv')) {
    return 'this is a container: start it with -v /var/run/docker.sock:/var/run/docker.sock, or set DOCKER_HOST';
  }
  return `install and start Docker: ${sudo(question)}${installCommand()}`;
}

/** An engine is installed and does not answer. */
export function startHint(question: HintQuestion): string {
  if (question.platform === 'darwin') return 'open -a Docker';
  if (question.platform === 'win32') return 'start Docker Desktop';
  return existsSync('/run/systemd/system')
    ? `${sudo(question)}systemctl start docker`
    : `start the engine: ${sudo(question)}dockerd`;
}

/** The socket belongs to somebody else. */
export function forbiddenHint({ platform }: HintQuestion): string {
  return platform === 'linux'
    ? 'sudo usermod -aG docker $USER, then log in again'
    : 'start the engine as this user, or ask whoever runs it';
}

function sudo({ uid }: HintQuestion): string {
  return uid === 0 ? '' : 'sudo ';
}

/** By distribution, see os-release(5). */
function installCommand(): string {
  const names = distributionNames();
  if (names.some((name) => ['fedora', 'rhel', 'centos'].includes(name))) return 'dnf install moby-engine';
  if (names.includes('alpine')) return 'apk add docker';
  if (names.includes('arch')) return 'pacman -S docker';
  if (names.some((name) => name.includes('suse'))) return 'zypper install docker';
  return 'apt-get install docker.io';
}

function distributionNames(): readonly string[] {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    return [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, value]) =>
      (value ?? '').split(' '),
    );
  } catch {
    return [];
  }
}

function isInstalled(program: string, env: Environment): boolean {
  const names = process.platform === 'win32' ? [`${program}.exe`] : [program];
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => names.some((name) => isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
