/**
 * What may stand in a Dockerfile. User text never gets there; the few values that must are
 * checked against these first (anchored, no white space, no `$`, no quotes, no line break).
 */
export const DOCKERFILE_GRAMMAR = {
  /** `host:port/path/name:tag@sha256:…`, at most 255 characters before the digest. */
  image:
    /^(?=.{1,330}$)(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
  /** `os/architecture[/variant]`. */
  platform: /^[a-z0-9]{1,20}\/[a-z0-9_]{1,20}(?:\/v\d{1,2})?$/,
  /** A stage's name. */
  stage: /^[a-z][a-z0-9-]{0,40}$/,
  /** The name of a template's `{{placeholder}}`. */
  placeholder: /^[a-z]+$/,
} as const;

/** A secret's name: it becomes that of a file, and of a variable where it can be one. */
export const SECRET_ID = {
  pattern: /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
  says: 'begins with a letter, a digit or "_" and goes on with these, "-" or "." (not ".."), 100 characters at most',
} as const;
