export async function looksLikePyinstaller(): Promise<boolean> {
  return false;
}
