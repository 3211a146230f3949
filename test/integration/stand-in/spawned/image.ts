/** In the place of the harness's own: the nodes of a stand-in hold every image. */
export async function provideWorkloadImage(): Promise<string> {
  return Promise.resolve('calibration:1');
}
