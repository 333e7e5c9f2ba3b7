/** `make bench`: every benchmark of this folder. */
await import('./context.ts');
