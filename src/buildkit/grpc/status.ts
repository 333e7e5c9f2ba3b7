import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';

/** gRPC status codes that are sent or told apart here (grpc/grpc, `statuscodes.md`). */
export const CODE = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** A detail of an error: its type's name and, since BuildKit puts JSON there, its text. */
export interface ErrorDetail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** A call that ended with a status other than OK. */
export class GrpcError extends Error {
  readonly code: number;
  /** The raw `google.rpc.Status`, decoded only when somebody asks (`solveErrorDetails`). */
  readonly rawDetails: Uint8Array | undefined;

  constructor(code: number, message: string, options: { details?: Uint8Array; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'GrpcError';
    this.code = code;
    this.rawDetails = options.details;
  }
}

/** The status in a call's trailers, or undefined when it is OK. */
export function statusOf(trailers: IncomingHttpHeaders): GrpcError | undefined {
  const code = Number(trailers['grpc-status'] ?? CODE.unknown);
  if (code === CODE.ok) return undefined;
  const message = decodeMessage(String(trailers['grpc-message'] ?? ''));
  const details = trailers['grpc-status-details-bin'];
  return new GrpcError(
    Number.isInteger(code) ? code : CODE.unknown,
    message || `gRPC status ${code}`,
    typeof details === 'string' ? { details: Buffer.from(details, 'base64') } : {},
  );
}

/** Trailers that end a call which we serve. */
export function trailersFor(error?: GrpcError): OutgoingHttpHeaders {
  if (!error) return { 'grpc-status': '0' };
  return { 'grpc-status': String(error.code), 'grpc-message': encodeMessage(error.message) };
}

/** `grpc-message` is percent-encoded UTF-8 (gRPC over HTTP/2, "Status-Message"). */
export function encodeMessage(message: string): string {
  let encoded = '';
  // Header blocks are limited, and nobody reads a status message of pages.
  for (const byte of Buffer.from(message.slice(0, 4096), 'utf8')) {
    encoded +=
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

/** Never throws: the protocol asks for invalid escapes to be kept as they stand. */
export function decodeMessage(encoded: string): string {
  const bytes: number[] = [];
  for (let index = 0; index < encoded.length; index += 1) {
    const hex = encoded.slice(index + 1, index + 3);
    if (encoded[index] === '%' && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      index += 2;
    } else {
      bytes.push(encoded.charCodeAt(index) & 0xff);
    }
  }
  return Buffer.from(bytes).toString('utf8');
}
