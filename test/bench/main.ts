/** `make bench`: every benchmark of this folder; each sets the exit status if a limit is not met. */
const statuses: unknown[] = [];
for (const bench of ['./context.ts', './jlserve.ts', './pyinstaller.ts', './pyinstaller-windows.ts']) {
  await import(bench);
  statuses.push(process.exitCode);
}
process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
