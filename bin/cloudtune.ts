import { main } from '../lib/cli/index.ts';

// A reader that leaves early (`| head`) has what it wanted: the command goes on to its own end.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

process.exitCode = await main(process.argv.slice(2));
