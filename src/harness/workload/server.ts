/** The workload's HTTP side: its listeners, the answers to probes, and the end of both (R-SRV-2, R-SRV-4). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { anyDependencyDown } from './down-dependencies.ts';
import { RequestHandler } from './request-handler.ts';
import type { WorkloadSettings } from './settings.ts';

export interface WorkloadServerOptions {
  readonly settings: WorkloadSettings;
  readonly dependenciesFolder: string;
  /** Loopback alone, in tests; every address in a pod. */
  readonly host?: string | undefined;
  /** Told of the first answer that says ready. */
  readonly onReady: () => void;
}

export class WorkloadServer {
  readonly requests: RequestHandler;
  readonly #options: WorkloadServerOptions;
  readonly #servers: readonly Server[];
  #stopping = false;
  #toldReady = false;

  constructor(options: WorkloadServerOptions) {
    const { settings } = options;
    this.#options = options;
    this.requests = new RequestHandler(settings);
    this.#servers = settings.ports.map(() => {
      const server = createServer((request, response) => {
        this.#handle(request, response);
      });
      server.keepAliveTimeout = settings.workload.keepAliveTimeoutMs;
      // Only what the scenario names may end a connection.
      server.headersTimeout = 0;
      server.requestTimeout = 0;
      return server;
    });
  }

  /** Opens every port. @returns the ports, which differ from the settings' where those say 0 */
  async listen(): Promise<readonly number[]> {
    const { settings, host } = this.#options;
    await Promise.all(
      this.#servers.map(async (server, index) => {
        await new Promise<void>((resolve, reject) => {
          server.once('error', reject);
          server.listen({ port: settings.ports[index], host }, resolve);
        });
      }),
    );
    this.requests.opened();
    return this.#servers.map((server) => {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    });
  }

  /** From SIGTERM on: readiness may fail and answers may end their connections, while the listener stays open. */
  beginStopping(): void {
    const { failReadiness, closeHeader } = this.#options.settings.workload.onSigterm;
    this.#stopping = failReadiness;
    this.requests.closesConnections = closeHeader;
  }

  /** And idle connections with them; what is in flight is still answered. */
  closeListeners(): void {
    this.requests.closesConnections = true;
    for (const server of this.#servers) server.close();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    const { readinessPath, probePaths } = this.#options.settings;
    if (path === readinessPath) this.#answerReadiness(request, response);
    else if (probePaths.includes(path)) this.#answerProbe(request, response, true);
    else this.requests.handle(request, response);
  }

  #answerReadiness(request: IncomingMessage, response: ServerResponse): void {
    const { settings, dependenciesFolder, onReady } = this.#options;
    const ready = !this.#stopping && !anyDependencyDown(settings.workload.dependencies, dependenciesFolder);
    if (ready && !this.#toldReady) {
      this.#toldReady = true;
      onReady();
    }
    this.#answerProbe(request, response, ready);
  }

  #answerProbe(request: IncomingMessage, response: ServerResponse, success: boolean): void {
    request.resume();
    response.writeHead(success ? 200 : 503, this.requests.headers(0)).end();
  }
}
