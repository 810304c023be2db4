/** For each rule of a policy: sets of archives on which it passes, fails and is skipped, with what it says of them. */
import type { Inventory } from '../../../src/model/results/inventory.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';
import {
  absent,
  app,
  base,
  duplicated,
  env,
  failedAll,
  layerless,
  noDigest,
  noDocument,
  nothing,
  oneImage,
  other,
  set,
  stray,
  top,
  twoImages,
  unsized,
  web,
  withFinding,
} from './rule-inventories.js';

export interface RuleCase {
  readonly rule: string;
  readonly says: string;
  readonly status: 'pass' | 'fail' | 'skip';
  readonly inventory: Inventory;
  readonly baseline?: Inventory;
  /** What is said of the thing that decides; not looked at in skipped rules. */
  readonly actual?: string | number | null;
  readonly subject?: string | null;
}

const pass = (rule: string, says: string, inventory: Inventory, more: Partial<RuleCase> = {}): RuleCase => ({
  rule,
  says,
  status: 'pass',
  inventory,
  ...more,
});
const fail = (
  rule: string,
  says: string,
  inventory: Inventory,
  actual: string | number,
  more: Partial<RuleCase> = {},
): RuleCase => ({ ...pass(rule, says, inventory, more), status: 'fail', actual });

const skip = (rule: string, says: string, inventory: Inventory, more: Partial<RuleCase> = {}): RuleCase => ({
  ...pass(rule, says, inventory, more),
  status: 'skip',
});

export const ruleCases: readonly RuleCase[] = [
  pass('intact', 'an archive without a fault', set()),
  pass('intact', 'hints and warnings', withFinding('tag-ambiguous')),
  fail('intact', 'a wrong digest', withFinding('digest-mismatch'), 'digest-mismatch (2)', { subject: 'app.tar' }),
  skip('intact', 'what was taken from a cache', inventoryOf([oneImage({}, { status: 'cached' })])),
  skip('intact', 'what an inventory records', inventoryOf([oneImage({}, { status: 'recorded' })])),
  skip('intact', 'what was not read', unsized()),
  skip(
    'intact',
    'an encrypted layer',
    inventoryOf([oneImage({}, { notChecked: [{ subject: 'x', reason: 'encrypted' }] })]),
  ),
  skip('intact', 'no archive at all', inventoryOf([])),

  pass('no-ambiguous', 'an orphan, which has one meaning', withFinding('blob-unreferenced')),
  fail('no-ambiguous', 'an entry with two bodies', withFinding('entry-ambiguous'), 'entry-ambiguous (2)'),
  fail('no-ambiguous', 'a tag with two images', withFinding('tag-ambiguous'), 'tag-ambiguous (2)'),
  skip(
    'no-ambiguous',
    'entries that only their bytes tell apart',
    inventoryOf([oneImage({}, { status: 'unverified', notChecked: [{ subject: 'x', reason: 'not hashed' }] })]),
  ),

  pass('no-dangling', 'an image with a name', set()),
  pass('no-dangling', 'an image with a local tag', set({ references: [], localTags: ['1'] })),
  fail('no-dangling', 'an image without', set({ references: [] }), 'untagged', { subject: digestFor('app') }),
  skip('no-dangling', 'no image', nothing),

  pass('no-superseded', 'two images with two names', twoImages('one base')),
  fail('no-superseded', 'two images with one name', twoImages('one base', [app, app]), 'superseded', { subject: app }),
  skip('no-superseded', 'no image', nothing),
  skip('no-superseded', 'two images with one name and no date', twoImages('one base', [app, app], null)),

  pass('no-unreferenced', 'blobs that an image needs', set()),
  fail('no-unreferenced', 'one that none needs', inventoryOf([stray]), 30, { subject: 'app.tar' }),
  skip('no-unreferenced', 'no archive', inventoryOf([])),

  pass('max-reclaimable=0B', 'nothing that could go', set(), { actual: 0 }),
  pass('max-reclaimable=100B', 'a copy of 100 bytes', inventoryOf(duplicated), { actual: 100 }),
  fail('max-reclaimable=99B', 'a copy of 100 bytes', inventoryOf(duplicated), 100, { subject: null }),
  fail('max-reclaimable=35%', '100 of 270 bytes', inventoryOf(duplicated), 10_000 / 270),
  pass('max-reclaimable=40%', '100 of 270 bytes', inventoryOf(duplicated)),
  fail('max-reclaimable=99B', 'them in an archive that failed', failedAll(inventoryOf(duplicated)), 100),
  skip('max-reclaimable=40%', 'no bytes at all', nothing),

  pass('max-total=160B', '160 bytes', set(), { actual: 160 }),
  fail('max-total=159B', '160 bytes', set(), 160, { subject: null }),
  skip('max-total=1GB', 'no archive', inventoryOf([])),

  pass('max-image-size=150B', '150 bytes', set(), { actual: 150, subject: app }),
  fail('max-image-size=149B', '150 bytes', set(), 150, { subject: app }),
  skip('max-image-size=1GB', 'a layer of unknown size', unsized()),

  pass('max-layers=2', 'two layers', set(), { actual: 2 }),
  fail('max-layers=1', 'two layers', set(), 2, { subject: app }),
  skip('max-layers=1', 'no image', nothing),

  pass('max-layer-size=100B', 'layers of 100 and 50 bytes', set(), { actual: 100, subject: base }),
  fail('max-layer-size=60B', 'layers of 100 and 50 bytes', set(), 100, { subject: base }),
  skip('max-layer-size=100B', 'a layer of unknown size', unsized()),

  pass('min-shared-ratio=66%', '200 of 300 bytes shared', twoImages('one base'), { actual: 20_000 / 300 }),
  fail('min-shared-ratio=67%', '200 of 300 bytes shared', twoImages('one base'), 20_000 / 300),
  fail('min-shared-ratio=1%', 'images with nothing in common', twoImages('two bases'), 0),
  skip('min-shared-ratio=1%', 'a layer of unknown size', unsized()),
  skip('min-shared-ratio=1%', 'images without bytes', set(layerless)),

  pass('required-labels=a,b=x/*', 'labels that are there', set({ config: { Labels: { a: '', b: 'x/y' } } })),
  fail('required-labels=a,b=x/*', 'a wrong value', set({ config: { Labels: { a: '', b: 'x/y/z' } } }), 'without b=x/*'),
  fail('required-labels=a,b=x/*', 'a config without labels', set({ config: {} }), 'without a, b=x/*'),
  fail('required-labels=a', 'a read config without run configuration', set(), 'without a'),
  fail('required-labels=__proto__', 'a label that only an object has', set({ config: {} }), 'without __proto__'),
  skip('required-labels=a', 'a config that is not there', set(noDocument)),

  pass('user-not-root', 'a number', set({ config: { User: '1000:0' } }), { actual: '1000:0' }),
  pass('user-not-root', 'a name of its /etc/passwd', set({ config: { User: 'nobody' }, namedUser: 'user' })),
  fail(
    'user-not-root',
    'another name of root',
    set({ config: { User: 'toor' }, namedUser: 'root' }),
    'toor, which is root in its /etc/passwd',
  ),
  fail(
    'user-not-root',
    'another name of root under the label of Windows',
    set({ platform: 'windows/amd64', config: { User: 'toor' }, namedUser: 'root' }),
    'toor, which is root in its /etc/passwd',
  ),
  fail(
    'user-not-root',
    'a name that one of two archives makes root',
    inventoryOf(
      (['user', 'root'] as const).map((namedUser, i) =>
        oneImage({ config: { User: 'app' }, namedUser, references: [`${app}-${i}`] }),
      ),
    ),
    'app, which is root in its /etc/passwd',
  ),
  pass(
    'user-not-root',
    'a user of Windows',
    set({ platform: 'windows/amd64', config: { User: 'ContainerUser' }, namedUser: 'missing' }),
  ),
  skip('user-not-root', 'a name where nothing was read', set({ config: { User: 'nobody' } })),
  skip('user-not-root', 'a name that nothing names', set({ config: { User: 'nobody' }, namedUser: 'missing' })),
  skip(
    'user-not-root',
    'a user of Windows where nothing was read',
    set({ platform: 'windows/amd64', config: { User: 'x' } }),
  ),
  fail('user-not-root', 'no user', set({ config: {} }), 'no user, which is root', { subject: app }),
  fail('user-not-root', 'an empty user with a group', set({ config: { User: ':1000' } }), 'no user, which is root'),
  fail('user-not-root', 'root', set({ config: { User: 'root:staff' } }), 'root:staff'),
  fail('user-not-root', 'zero, however written', set({ config: { User: '+00' } }), '+00'),
  fail(
    'user-not-root',
    'the administrator of Windows',
    set({ platform: 'windows/amd64', config: { User: 'ContainerAdministrator' } }),
    'ContainerAdministrator',
  ),
  fail(
    'user-not-root',
    'Windows without a user',
    set({ platform: 'windows/amd64', config: {} }),
    'no user, which is root',
  ),
  ...['root', '0', ' 0', '\u00a0root\t', '-0', '+0', '00', '-000', '0:1000', ' root :app'].map((user) =>
    fail('user-not-root', `root as ${JSON.stringify(user)}`, set({ config: { User: user } }), user),
  ),
  ...['root', '0', '-0'].map((user) =>
    fail(
      'user-not-root',
      `${user} under the label of another system`,
      set({ platform: 'windows/amd64', config: { User: user } }),
      user,
    ),
  ),
  ...['4294967296', '-1', '2147483648', '4294967295', '18446744073709551616', `1${'0'.repeat(5000)}`].map((user) =>
    fail(
      'user-not-root',
      `the number ${user.slice(0, 30)}, which is no uid`,
      set({ config: { User: user } }),
      `${user}, which is no uid from 1 to 2147483647`,
    ),
  ),
  ...[
    'containeradministrator',
    'CONTAINERADMINISTRATOR ',
    'User Manager\\ContainerAdministrator',
    'ＣontainerAdministrator',
    'S-1-5-93-2-1',
  ].flatMap((user) =>
    ['windows/amd64', 'linux/amd64', null].map((platform) =>
      fail('user-not-root', `${user} on ${platform}`, set({ platform, config: { User: user } }), user),
    ),
  ),
  ...['Administrator', 'NT AUTHORITY\\SYSTEM', 'S-1-5-18'].map((user) =>
    fail('user-not-root', `${user} on Windows`, set({ platform: 'Windows/amd64', config: { User: user } }), user),
  ),
  pass('user-not-root', 'the largest uid', set({ config: { User: ' 2147483647:0 ' } })),
  pass('user-not-root', 'a number with leading zeros', set({ config: { User: '+0001000' } })),
  skip('user-not-root', 'a user that is no text', set({ config: { User: 7 } })),
  skip('user-not-root', 'a config that is not there', set(noDocument)),

  pass('no-secret-env', 'plain variables', env('PATH=/bin', 'GPG_KEY=A035')),
  pass('no-secret-env', 'a secret without a value', env('DB_PASSWORD=', 'API_TOKEN')),
  fail('no-secret-env', 'secrets in any case', env('Db_Password=hunter2', 'MY_TOKEN=x=y'), 'Db_Password, MY_TOKEN'),
  pass('no-secret-env=*SALT*', 'names that are not asked for', env('DB_PASSWORD=hunter2')),
  fail('no-secret-env=*salt*', 'names that are', env('Salt=hunter2'), 'Salt'),
  ...[
    'a/API_TOKEN',
    'DB\nPASSWORD',
    '\rTOKEN',
    'TOKEN\0',
    '=API_TOKEN',
    'API_TO\u212aEN',
    'api_token',
    'TOKEN\ufffd',
    ' TOKEN ',
  ].map((name) => fail('no-secret-env', `a secret named ${JSON.stringify(name)}`, env('A=1', `${name}=x`), name)),
  ...['\r', '\0', '\ufffd', '=', '\n'].map((value) =>
    fail('no-secret-env', `a secret with the value ${JSON.stringify(value)}`, env(`API_TOKEN=${value}`), 'API_TOKEN'),
  ),
  pass('no-secret-env', 'no environment', set({ config: { Env: null } })),
  pass('no-secret-env', 'the value of a plain variable', env('A=API_TOKEN=x', '=', '==', '')),
  skip('no-secret-env', 'an environment of another shape', set({ config: { Env: { TOKEN: 'x' } } })),
  skip('no-secret-env', 'a line that is no text', set({ config: { Env: ['A=1', ['TOKEN=x']] } })),
  fail('no-secret-env', 'a secret beside a line that is no text', set({ config: { Env: [7, 'TOKEN=x'] } }), 'TOKEN'),
  skip('no-secret-env', 'a config that is not there', set(noDocument)),

  pass('max-age=31d', 'an image of 31 days', set(), { actual: '2026-05-01T00:00:00Z' }),
  fail('max-age=30d', 'an image of 31 days', set(), '2026-05-01T00:00:00Z', { subject: app }),
  pass('max-age=0s', 'an image of this instant', set({ createdAt: '2026-06-01T00:00:00Z' })),
  skip('max-age=30d', 'an image of the future', set({ createdAt: '2027-01-01T00:00:00Z' })),
  skip('max-age=30d', 'an image of the next nanosecond', set({ createdAt: '2026-06-01T00:00:00.000000001Z' })),
  skip('max-age=30d', 'no date', set({ createdAt: null })),
  skip('max-age=30d', 'a date that is none', set({ createdAt: 'yesterday' })),

  pass('forbidden-tags', 'a version', set(), { actual: '1' }),
  fail('forbidden-tags', 'latest', set({ references: ['docker.io/library/a:latest'] }), 'latest'),
  fail('forbidden-tags=dev-*', 'a local tag like that', set({ references: [], localTags: ['dev-3'] }), 'dev-3'),
  pass('forbidden-tags', 'a name by digest', set({ references: [`docker.io/library/a@${other}`] })),
  skip('forbidden-tags', 'an image without a name', set({ references: [] })),

  pass('allowed-registries=registry.*', 'a registry like that', set(), { actual: 'registry.example' }),
  fail('allowed-registries=docker.io', 'another', set(), 'registry.example', { subject: app }),
  fail(
    'allowed-registries=registry.example',
    'one of two names elsewhere',
    set({ references: [app, 'evil.example/a:1'] }),
    'evil.example',
    { subject: 'evil.example/a:1' },
  ),
  skip('allowed-registries=docker.io', 'a local tag', set({ references: [], localTags: ['1'] })),

  pass('allowed-repositories=registry.example/shop/*', 'a repository like that', set()),
  pass('allowed-repositories=debian', 'a short name', set({ references: ['docker.io/library/debian:12'] })),
  fail('allowed-repositories=shop/*', 'that name in another registry', set(), 'registry.example/shop/app'),
  skip('forbidden-tags', 'a name that cannot be read', set({ references: ['No Name!'] })),
  fail(
    'forbidden-tags',
    'latest before a digest',
    set({ references: [`docker.io/library/a:latest@${other}`] }),
    'latest',
  ),
  skip('allowed-registries=*', 'a name that cannot be read', set({ references: ['No Name!'] })),
  skip('allowed-repositories=*', 'a name that cannot be read', set({ references: ['No Name!'] })),
  skip('allowed-repositories=shop/*', 'a local tag', set({ references: [], localTags: ['1'] })),

  pass('required-platforms=linux/x86_64', 'the platform, by another name', set(), { actual: 'linux/amd64' }),
  fail('required-platforms=linux/amd64,linux/arm64', 'one of two', set(), 'linux/amd64', { subject: app }),
  skip('required-platforms=linux/arm64', 'an image of unknown platform', set({ platform: null })),
  fail(
    'required-platforms=linux/arm64',
    'a tag before a digest',
    set({ references: [`${app}@${other}`] }),
    'linux/amd64',
    {
      subject: app,
    },
  ),
  skip('required-platforms=linux/arm64', 'an image without a tag', set({ references: [] })),

  pass('allowed-layer-compression=none', 'plain layers', set()),
  fail('allowed-layer-compression=gzip,zstd', 'plain layers', set(), 'none', { subject: base }),
  skip(
    'allowed-layer-compression=none',
    'an unknown compression',
    (() => {
      const draft = new ArchiveDraft('app.tar');
      draft.image('app', { bodies: [draft.layer('base', 100, { compression: null })], references: [app] });
      return inventoryOf([draft]);
    })(),
  ),

  skip('allowed-layer-compression=none', 'a layer that is not there', absent),

  pass(`required-base-layers=${base}`, 'an image on it', set()),
  pass(`required-base-layers=${base},${top}`, 'an image that is the base', set()),
  fail(`required-base-layers=${top}`, 'the layer in another place', set(), base, { subject: app }),
  fail(`required-base-layers=${base},${top},${other}`, 'fewer layers', set(), '2 layers'),
  skip(`required-base-layers=${base}`, 'an unknown diffID', noDigest),

  pass(`allowed-base-layers=${other},${base}`, 'one of them', set(), { actual: base }),
  fail(`allowed-base-layers=${top}`, 'none of them', set(), base, { subject: app }),
  fail(`allowed-base-layers=${base}`, 'an image without layers', set(layerless), 'no layer'),
  skip(`allowed-base-layers=${base}`, 'an unknown diffID', noDigest),

  pass('max-growth=110B', '110 bytes more', inventoryOf(duplicated), { baseline: set(), actual: 110 }),
  fail('max-growth=109B', '110 bytes more', inventoryOf(duplicated), 110, { baseline: set() }),
  fail('max-growth=68%', '110 on 160 bytes', inventoryOf(duplicated), 68.75, { baseline: set() }),
  pass('max-growth=0%', 'fewer bytes', set(), { baseline: inventoryOf(duplicated) }),
  skip('max-growth=5%', 'a baseline without bytes', set(), { baseline: inventoryOf([]) }),
  skip('max-growth=5%', 'a baseline with an archive that could not be read', set(), {
    baseline: inventoryOf([oneImage({}, { status: 'unreadable' })]),
  }),

  pass('max-new-layers=0', 'the same layers', set(), { baseline: set(), actual: 0 }),
  pass('max-new-layers=1', 'one more', inventoryOf(duplicated), { baseline: twoImages('one base') }),
  fail('max-new-layers=1', 'two more', set(), 2, { baseline: inventoryOf([]), subject: base }),
  skip('max-new-layers=9', 'no image', nothing, { baseline: set() }),
  skip('max-new-layers=9', 'layers without a digest', noDigest, { baseline: set() }),

  pass('max-lost-sharing=0B', 'the same images', twoImages('one base'), { baseline: twoImages('one base'), actual: 0 }),
  pass('max-lost-sharing=0B', 'more sharing', twoImages('one base'), { baseline: twoImages('two bases'), actual: 0 }),
  pass('max-lost-sharing=0B', 'a partner that has gone', set(), { baseline: twoImages('one base') }),
  fail('max-lost-sharing=99B', 'a base that has parted', twoImages('two bases'), 100, {
    baseline: twoImages('one base'),
  }),
  fail('max-lost-sharing=99%', 'all of it', twoImages('two bases'), 100, { baseline: twoImages('one base') }),
  skip('max-lost-sharing=1GB', 'no name in both', set(), { baseline: set({ references: [web] }) }),
  skip('max-lost-sharing=1GB', 'a layer of unknown size', unsized(), { baseline: set() }),
];
