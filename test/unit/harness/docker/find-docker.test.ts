import { describe, expect, it } from 'vitest';
import { EnvironmentError } from '../../../../src/harness/environment-error.ts';
import { findDocker, lookForDocker } from '../../../../src/harness/docker/find-docker.ts';
import { fakePrograms } from '../fake-programs.ts';

const CONTEXT = { 'context *': { stdout: 'unix:///home/me/docker.sock' } };

async function line(): Promise<string> {
  const error: unknown = await findDocker(null).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EnvironmentError);
  return (error as EnvironmentError).message;
}

describe('Docker', () => {
  it('is found where its own context says', async () => {
    const programs = fakePrograms();
    programs.add('docker', { ...CONTEXT, 'version *': { stdout: '27.1.0\n' } });
    const docker = await findDocker(null);
    expect(docker).toMatchObject({ host: 'unix:///home/me/docker.sock', serverVersion: '27.1.0' });
    expect(docker.env).toEqual({ DOCKER_HOST: 'unix:///home/me/docker.sock' });
  });

  it('that is not installed is named with where to get it', async () => {
    fakePrograms();
    expect(await line()).toMatch(/^Docker is missing: install it from https:\/\/docs\.docker\.com\S+,.*\.$/u);
  });

  it('without a daemon is named with its address and how to start it', async () => {
    const stderr = 'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?';
    fakePrograms().add('docker', { ...CONTEXT, 'version *': { stderr, exitCode: 1 } });
    const said = await line();
    expect(said).toMatch(/^No Docker daemon answers at unix:\/\/\/home\/me\/docker\.sock .*start it/u);
    expect(said).not.toContain('\n');
  });

  it('without rights is told apart from one that does not run', async () => {
    const stderr = 'permission denied while trying to connect to the Docker daemon socket';
    fakePrograms().add('docker', { ...CONTEXT, 'version *': { stderr, exitCode: 1 } });
    expect(await line()).toMatch(/^Docker refuses this user at .*\(sudo usermod -aG docker/u);
    expect(await lookForDocker('unix:///there')).toMatchObject({ problem: 'no-rights' });
  });

  it('says what failed in the words of the command that failed', async () => {
    fakePrograms().add('docker', {
      ...CONTEXT,
      'version *': { stdout: '27.1.0' },
      'pause *': { stderr: 'Error response from daemon: Container x is already paused', exitCode: 1 },
    });
    const docker = await findDocker(null);
    await expect(docker.command(['pause', 'x'])).rejects.toThrow(
      'docker pause x failed: Error response from daemon: Container x is already paused',
    );
  });
});
