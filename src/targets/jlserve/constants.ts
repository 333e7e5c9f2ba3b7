/** Where the image keeps its weights: JLSERVE_CACHE_DIR inside. */
export const CACHE_MARKER = '.jlserve-build-complete';

/** What a requirement list that does not name jlserve itself is given. */
export const JLSERVE_REQUIREMENT = 'jlserve>=0.1.0';

/** The port that the server listens on inside, unless PORT says otherwise. */
export const PORT = 8000;

/** Seconds that the import of the app may take. */
export const IMPORT_SECONDS = 120;

/** Seconds for a check of the finished image; loading a large model takes minutes. */
export const CHECK_SECONDS = { start: 120, setup: 1800 } as const;
