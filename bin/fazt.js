#!/usr/bin/env node
// Written so that an old Node can parse it and say what is wrong: no import statement, no
// syntax newer than ES2018. Everything else is in dist/cli.
(function () {
  var version = process.versions.node.split('.').map(Number);
  if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
    console.error(
      'fazt needs Node.js 22.18 or newer; this is ' +
        process.version +
        ' (' +
        process.execPath +
        ').\n' +
        '  → nvm install 24, or see https://nodejs.org/en/download',
    );
    process.exit(1);
  }
  import('../dist/cli/fazt.js').catch(function (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/dist.cli.fazt\.js/.test(error.message)) throw error;
    console.error('ovenbird is not compiled in this checkout.\n  → npm ci && npm run build');
    process.exit(1);
  });
})();
