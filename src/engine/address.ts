import { problem, type OvenbirdError } from '../errors.ts';

/** Where an engine listens, as node:http and dockerode want it. */
export type EngineEndpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export interface AddressQuestion {
  /** As in DOCKER_HOST. */
  readonly address: string;
  /** Where it was read, for the error: `--engine`, `DOCKER_HOST`. */
  readonly from: string;
  /** The engine wants TLS (`DOCKER_TLS_VERIFY`). */
  readonly tls?: boolean;
}

/** Port of an engine that speaks plain HTTP. */
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads an engine's address.
 * @throws OvenbirdError `ENGINE_ADDRESS_INVALID`
 */
export function parseAddress({ address, from, tls = false }: AddressQuestion): EngineEndpoint {
  if (address.startsWith('/')) return { kind: 'socket', path: address };
  const match = /^([a-z]+):\/\/(.*)$/s.exec(address);
  const [, scheme, rest = ''] = match ?? [];
  switch (scheme) {
    case 'unix':
      if (!rest.startsWith('/')) throw invalid(`${from} names no absolute socket path: ${address}`);
      return { kind: 'socket', path: rest };
    case 'npipe':
      return { kind: 'socket', path: rest.replaceAll('/', '\\') };
    case 'tcp':
    case 'http':
      return parseTcp({ address, rest, from, tls });
    case 'https':
    case 'ssh':
      throw notYet(`${from} is ${address}: ${scheme === 'ssh' ? 'ssh' : 'TLS'}`);
    default:
      throw invalid(`${from} is not an engine's address: ${address}`);
  }
}

function parseTcp(options: { address: string; rest: string; from: string; tls: boolean }): EngineEndpoint {
  const { address, rest, from, tls } = options;
  const match = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/?$/.exec(rest);
  const [, host, digits] = match ?? [];
  const port = digits === undefined ? PLAIN_PORT : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw invalid(`${from} is not a host and port: ${address}`);
  }
  if (tls || port === TLS_PORT) throw notYet(`${from} is ${address}: TLS`);
  return { kind: 'tcp', host: host.replace(/^\[|\]$/g, ''), port };
}

function invalid(message: string): OvenbirdError {
  return problem('ENGINE_ADDRESS_INVALID', message, {
    hint: 'write unix:///var/run/docker.sock or tcp://HOST:2375',
  });
}

function notYet(what: string): OvenbirdError {
  return problem('ENGINE_ADDRESS_INVALID', `${what} is not supported yet`, {
    hint: 'reach the engine over its socket: --engine unix:///var/run/docker.sock',
  });
}
