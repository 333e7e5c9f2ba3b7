/** Pythons that Flash workers exist for, oldest first. */
export const FLASH_PYTHONS = ['3.10', '3.11', '3.12', '3.13'] as const;

/** In the worker's image already; never downloaded, nor what only they need. */
export const WORKER_EXCLUDES = ['torch', 'torchaudio', 'torchvision', 'triton'] as const;

/** Bundled once, at the toolkit's pinned version, whatever the project asks for. */
export const BUNDLED_SDKS = ['runpod-flash', 'tetra-rp'] as const;

/** The oldest C library among the worker images (Ubuntu 22.04 under the GPU ones). */
export const WORKER_GLIBC = '2.35';

/** What Runpod takes as an archive; its own tool's 1500 MB are of 1024 × 1024 bytes. */
export const MOST_BYTES = 1500 * 1024 * 1024;

/** Where a build leaves its results, inside the project. */
export const OUTPUT_FOLDER = '.flash';

/** Seconds that the import of one module may take. */
export const IMPORT_SECONDS = 120;

/** The variables that choose the worker's images; nothing else of the environment is read. */
export const IMAGE_VARIABLES = [
  'FLASH_IMAGE_TAG',
  'FLASH_GPU_IMAGE',
  'FLASH_CPU_IMAGE',
  'FLASH_LB_IMAGE',
  'FLASH_CPU_LB_IMAGE',
] as const;
