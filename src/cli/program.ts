import { Command, CommanderError } from 'commander';
import { addAuditCommands } from './audit.ts';
import { addConfigCommands } from './config.ts';
import { addCostCommands } from './cost.ts';
import { EXIT, type Io, reportError } from './io.ts';
import { addTenantCommands } from './tenant.ts';
import { addTokenCommands } from './token.ts';

/**
 * Runs one command of `placet`.
 * @param args without the program's own name
 * @returns exit code: 0 done, 1 failed or found bad, 2 wrong usage, 3 an export that is consistent but not anchored
 */
export async function runCli(args: string[], io: Io): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('placet')
    .description('May I proceed? The command line of the service, for who operates it.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })
    .showHelpAfterError('(placet help, or --help after a command, says more)');
  const end = (result: number) => (code = result);
  addTenantCommands(program, io);
  addTokenCommands(program, io);
  addConfigCommands(program, io, end);
  addAuditCommands(program, io, end);
  addCostCommands(program, io, end);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportError(io, error);
  }
}
