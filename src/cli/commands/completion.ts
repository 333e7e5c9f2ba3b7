import { basename } from 'node:path';
import { EXIT, problem } from '../../errors.ts';
import type { Command } from '../command.ts';

export const completion: Command = {
  name: 'completion',
  describe: 'Print what makes a shell complete our commands and options',
  positional: { name: 'SHELL', describe: 'bash, zsh or fish [the one of $SHELL]' },
  options: {},
  examples: [
    ['source <(ovenbird completion bash)', 'In ~/.bashrc'],
    ['source <(ovenbird completion zsh)', 'In ~/.zshrc, after compinit'],
    ['ovenbird completion fish | source', 'In ~/.config/fish/config.fish'],
  ],
  handler: async ({ positional }, { env }) => {
    const { SHELLS, printCompletionScript } = await import('../completion.ts');
    const wanted = positional ?? basename(env['SHELL'] ?? '');
    const shell = SHELLS.find((each) => each === wanted);
    if (shell === undefined) {
      const message = wanted === '' ? 'which shell?' : `there is no completion for the shell "${wanted}"`;
      const hint = SHELLS.map((each) => `ovenbird completion ${each}`).join(', ');
      throw problem('USAGE', message, { hint });
    }
    printCompletionScript(shell);
    return EXIT.done;
  },
};
