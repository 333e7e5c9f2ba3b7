/**
 * What the daemon says in words and nowhere else. All recognising of its messages is here,
 * each with the version that it was seen in.
 */

/** The exit status of a step that failed. */
export function exitStatusIn(message: string): number | undefined {
  // 20.10: "executor failed running [/bin/sh -c …]: exit code: 3"
  // 28.5: 'process "/bin/sh -c …" did not complete successfully: exit code: 3'
  const found = /exit code: (\d+)\s*$/.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The image that could not be had: "docker.io/library/python:3.12". */
export function imageIn(message: string): string | undefined {
  return (
    // Name of a vertex, all versions.
    /load metadata for (\S+)/.exec(message)?.[1] ??
    /\] FROM (?:--platform=\S+ )?(\S+)/.exec(message)?.[1] ??
    // 28.5
    /failed to resolve source metadata for (\S+?):? /.exec(message)?.[1]
  );
}

/** The registry wants other credentials than it was given, or any. */
export function isUnauthorized(message: string): boolean {
  return /pull access denied|authorization (?:status|failed)|no basic auth credentials|\b40[13] (?:Unauthorized|Forbidden)|insufficient_scope|failed to authorize/i.test(
    message,
  );
}

/** The registry answers, and has no such image. */
export function isImageUnknown(message: string): boolean {
  return /manifest unknown|repository does not exist|: not found\b|no match for platform/i.test(message);
}

export function isDiskFull(message: string): boolean {
  return /no space left on device|disk quota exceeded/i.test(message);
}

export function isCancelled(message: string): boolean {
  return /context canceled/.test(message);
}

/** The line at which a Dockerfile could not be read. */
export function parseErrorLine(message: string): number | undefined {
  // 20.10: "dockerfile parse error line 2: …"; 28.5: "dockerfile parse error on line 2: …"
  const found = /dockerfile parse error (?:on )?line (\d+)/i.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The daemon dropped part of a step's output: 20.10 above 200 KiB/s, later ones above 2 MiB. */
export function isClipMarker(line: string): boolean {
  return /\[output clipped, log limit [^\]]+\]/.test(line);
}

/** Without the layers of wrapping that say nothing to a user. */
export function withoutWrapping(message: string): string {
  return message
    .replace(/^(?:failed to solve(?: with frontend \S+)?: |failed to create LLB definition: )+/, '')
    .trim();
}
