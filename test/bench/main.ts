/** `make bench`: every benchmark of this folder; each sets the exit status if a limit is not met. */
await import('./context.ts');
const context = process.exitCode;
await import('./jlserve.ts');
process.exitCode = context === 0 ? process.exitCode : context;
