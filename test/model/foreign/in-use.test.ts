/** What counts as in use, in each form in which tools tell it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VarveError } from '../../../src/model/error.js';
import { parseInUse } from '../../../src/model/foreign/in-use.js';

/** The names in their order, each once. */
const namesIn = (text: string): string[] => [...new Set(parseInUse(text).flat())];
const digest = `sha256:${'a'.repeat(64)}`;

describe('a list of images in use', () => {
  it.each<[string, string, readonly string[]]>([
    ['nothing', '', []],
    [
      'lines, with comments and blanks',
      '\n# all\n  app:1  \r\nsha256:0123456789ab\n',
      ['app:1', 'sha256:0123456789ab'],
    ],
    ['a name told twice', 'app:1\napp:1\n', ['app:1']],
    ['a byte order mark', '\uFEFFapp:1', ['app:1']],
    [
      'docker ps',
      'CONTAINER ID   IMAGE                COMMAND                  CREATED   STATUS   PORTS   NAMES\n' +
        '3f4e5d6c7b8a   nginx:1.25           "/docker-entrypoint.…"   2 days    Up       80/tcp  web\n' +
        '1a2b3c4d5e6f   c816dab58778         "sh"                     3 days    Up               old\n',
      ['nginx:1.25', 'c816dab58778'],
    ],
    ['docker ps of nothing', 'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\n', []],
    [
      'podman ps',
      'CONTAINER ID  IMAGE                     COMMAND\n3f4e5d6c7b8a  docker.io/library/app:1   sh\n',
      ['docker.io/library/app:1'],
    ],
    ['a table of images alone', 'IMAGE\nnginx:1.25\n', ['nginx:1.25']],
    ['docker ps --format json', '{"ID":"1","Image":"app:1"}\n{"ID":"2","Image":"app:2"}\n', ['app:1', 'app:2']],
    ['podman ps --format json', `[{"Image":"app:1","ImageID":"${digest}"}]`, ['app:1', digest]],
    ['docker inspect of containers', `[{"Id":"1","Image":"${digest}","Config":{"Image":"app:1"}}]`, [digest, 'app:1']],
    ['crictl ps -o json', `{"containers":[{"image":{"image":"${digest}"},"imageRef":"${digest}"}]}`, [digest]],
  ])('is read as it comes: %s', (_, text, names) => {
    expect(namesIn(text)).toEqual(names);
  });

  it('may be the pods of kubectl: planned and running, beginning and debugging ones', () => {
    const pods = {
      kind: 'List',
      items: [
        {
          spec: {
            containers: [{ image: 'app:1' }],
            initContainers: [{ image: 'init:1' }],
            ephemeralContainers: [{ image: 'debug:1' }],
          },
          status: {
            containerStatuses: [{ image: 'docker.io/library/app:1', imageID: `docker-pullable://app@${digest}` }],
            initContainerStatuses: [{ image: 'init:1', imageID: `docker://${digest}` }],
            ephemeralContainerStatuses: [{ image: 'debug:1', imageID: '' }],
          },
        },
        { spec: { containers: [{ image: 'pending:1' }] } },
      ],
    };
    const names = ['app:1', 'docker.io/library/app:1', `app@${digest}`, 'init:1', digest, 'debug:1', 'pending:1'];
    expect(namesIn(JSON.stringify(pods))).toEqual(names);
    expect(namesIn(JSON.stringify(pods.items[1]))).toEqual(['pending:1']);
  });

  it('keeps together what means the image of one container', () => {
    const running = { name: 'web', image: 'docker.io/library/app:1', imageID: `app@${digest}` };
    const item = {
      spec: {
        containers: [
          { name: 'log', image: 'log:1' },
          { name: 'web', image: 'app:1' },
        ],
      },
      status: { containerStatuses: [running] },
    };
    expect(parseInUse(JSON.stringify({ items: [item] }))).toEqual([
      ['log:1'],
      ['app:1', 'docker.io/library/app:1', `app@${digest}`],
    ]);
    expect(parseInUse(`[{"Image":"app:1","ImageID":"${digest}"},{"Image":"b:1"}]`)).toEqual([
      ['app:1', digest],
      ['b:1'],
    ]);
  });

  const head = 'CONTAINER ID   IMAGE        COMMAND   NAMES\n';
  it.each([
    ['reaches into the next column', '0123456789ab   shop/app:2.1-x"sh -c x"   web\n'],
    ['is shifted by one that reaches into it', '0123456789abcdef0123 shop/app:2   "sh"   web\n'],
    ['ends before it', '0123456789ab\n'],
    ['is empty there', '0123456789ab                "sh -c x"   web\n'],
    ['is cut there', '0123456789ab   shop/app:…   "sh -c x"   web\n'],
    ['is cut there by podman', '0123456789ab   shop/app...  "sh -c x"   web\n'],
  ])('refuses a row of a table that %s, and takes its neighbour', (_, row) => {
    const neighbour = '0123456789ab   shop/app:2   "sh -c x" web\n';
    expect(namesIn(head + neighbour)).toEqual(['shop/app:2']);
    expect(() => parseInUse(head + neighbour + row)).toThrow(/^line 3: /);
  });

  it.each([
    ['words', 'app:1\nUP TO DATE\n', /^line 2: /],
    ['JSON of something else', '{"a":1}', /no list of containers/],
    ['broken JSON', '{"Image":"a"}\n{"Image":', /^line 2: /],
    ['a table whose column is torn', 'CONTAINER ID   IMAGE      COMMAND\n1              a b c      x\n', /^line 2: /],
  ])('is refused with the reason where it holds %s', (_, text, told) => {
    expect(() => parseInUse(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(told) }),
    );
  });

  it('throws nothing but its own error, whatever the text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fc.json()).map((items) => items.join('\n')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const outcome = (() => {
          try {
            return parseInUse(text);
          } catch (error) {
            return error;
          }
        })();
        expect(Array.isArray(outcome) || outcome instanceof VarveError).toBe(true);
      }),
    );
  });
});
