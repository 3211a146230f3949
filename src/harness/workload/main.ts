/**
 * The workload's program. Without words it serves; `probe PATH` asks the server beside it, for manifests whose probes are
 * commands.
 */
import { askProbe } from './ask-probe.ts';
import { DEPENDENCIES_FOLDER, DEPENDENCIES_FOLDER_VARIABLE, readSettings } from './settings.ts';
import { WorkloadProcess } from './workload-process.ts';

const [command = 'serve', ...words] = process.argv.slice(2);

switch (command) {
  case 'serve':
    new WorkloadProcess({
      settings: readSettings(process.env),
      dependenciesFolder: process.env[DEPENDENCIES_FOLDER_VARIABLE] ?? DEPENDENCIES_FOLDER,
      host: process.env['WORKLOAD_HOST'],
    }).run();
    break;
  case 'probe': {
    const { ports } = readSettings(process.env);
    process.exitCode = (await askProbe(ports[0] ?? 0, words[0] ?? '/')) ? 0 : 1;
    break;
  }
  default:
    console.error(`no command of the workload: ${command}`);
    process.exitCode = 2;
}
