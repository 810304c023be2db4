/**
 * The images of a made-up shop, built between 2024 and 2026 on one base image: what they share, which of them was replaced and
 * which was forgotten is decided here; make-samples.ts decides in which archive each of them lies. Contents are words and noise.
 */
import {
  type ImageSpec,
  image,
  type LayerFile,
  type LayerSpec,
  layer,
  mixedContent,
  type Platform,
  seededRandom,
} from '../test/helpers/archive-builder.js';

const ARM64: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const CERTIFICATES = seededRandom(1).text(700);

/** The registry and project of the shop's own images. */
export const SHOP = 'registry.example.com/shop';

interface Step {
  readonly seed: number;
  readonly day: string;
  readonly createdBy: string;
  /** Path to size in bytes of words and noise. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly files?: readonly LayerFile[];
}

function step({ seed, day, createdBy, sizes, files = [] }: Step): LayerSpec {
  const rng = seededRandom(seed);
  const made = Object.entries(sizes).map(([path, sizeBytes]): LayerFile => {
    const mode = path.includes('/bin/') ? 0o755 : 0o644;
    return { path, content: mixedContent(rng, sizeBytes), mode };
  });
  return layer({ files: [...made, ...files], createdBy, mtime: Date.parse(`${day}T08:00:00Z`) / 1000, parents: true });
}

function osRelease(version: string): LayerFile {
  return { path: 'etc/os-release', content: `NAME="Tidewater Linux"\nID=tidewater\nVERSION_ID="${version}"\n` };
}

function baseLayer(seed: number, architecture: string): LayerSpec {
  return step({
    seed,
    day: '2024-02-06',
    createdBy: `/bin/sh -c #(nop) ADD file:tidewater-12-${architecture}.tar.xz in / `,
    sizes: { 'usr/bin/sh': 2200, 'usr/lib/libtide.so.6': 3500, 'usr/share/zoneinfo/UTC': 118 },
    files: [
      osRelease('12.4'),
      { path: 'etc/ssl/certs/ca-certificates.crt', content: CERTIFICATES },
      { path: 'usr/lib/libtide.so', type: 'symlink', linkname: 'libtide.so.6' },
    ],
  });
}

const runtime = step({
  seed: 20,
  day: '2024-03-11',
  createdBy: 'RUN /bin/sh -c tide-install current-runtime=20.11 # buildkit',
  sizes: { 'usr/local/bin/current': 3400, 'usr/local/lib/current/core.snap': 900 },
});
const patchedRuntime = step({
  seed: 21,
  day: '2026-01-19',
  createdBy: 'RUN /bin/sh -c tide-install current-runtime=20.19 # buildkit',
  sizes: { 'usr/local/bin/current': 3550, 'usr/local/lib/current/core.snap': 900 },
});
const apiPackages = step({
  seed: 22,
  day: '2024-03-12',
  createdBy: 'RUN /bin/sh -c current-packages install --locked # buildkit',
  sizes: { 'srv/api/packages/router.bundle': 1700, 'srv/api/packages/ledger.bundle': 1200 },
});
const harbour = step({
  seed: 23,
  day: '2025-05-30',
  createdBy: 'RUN /bin/sh -c tide-install harbour-httpd=1.26 # buildkit',
  sizes: { 'usr/sbin/harbour': 2900, 'etc/harbour/mime.types': 800 },
});
const armHarbour = step({
  seed: 24,
  day: '2025-09-15',
  createdBy: 'RUN /bin/sh -c tide-install harbour-httpd=1.26 # buildkit',
  sizes: { 'usr/sbin/harbour': 2700, 'etc/harbour/mime.types': 800 },
});

function application(seed: number, day: string, name: string, sizeBytes: number): LayerSpec {
  const sizes = { [`srv/${name}/main.bundle`]: sizeBytes, [`srv/${name}/routes.txt`]: 300 };
  return step({ seed, day, createdBy: `COPY --chown=1000:1000 dist/ /srv/${name}/ # buildkit`, sizes });
}

function api(day: string, layers: readonly LayerSpec[], tags: readonly string[]): ImageSpec {
  return image({
    from: tidewater,
    layers,
    created: `${day}T09:30:00Z`,
    tags,
    config: {
      User: '1000:1000',
      ExposedPorts: { '8080/tcp': {} },
      Env: [PATH, 'CURRENT_ENV=production'],
      Cmd: ['current', '/srv/api/main.bundle'],
      WorkingDir: '/srv/api',
      Labels: { 'org.opencontainers.image.title': 'shop/api', 'org.opencontainers.image.vendor': 'Example Shop' },
    },
  });
}

function web(from: ImageSpec, day: string, layers: readonly LayerSpec[], tag: string): ImageSpec {
  return image({
    from,
    layers,
    created: `${day}T14:05:00Z`,
    tags: [`${SHOP}/web:${tag}`],
    config: { ExposedPorts: { '80/tcp': {} }, Env: [PATH], Cmd: ['harbour', '-f', '/etc/harbour/harbour.conf'] },
  });
}

/** The base image of nearly everything here. */
export const tidewater = image({
  layers: [baseLayer(10, 'amd64')],
  created: '2024-02-06T10:00:00Z',
  tags: ['docker.io/library/tidewater:12'],
  config: { Env: [PATH], Cmd: ['sh'] },
});

const tidewaterArm = image({
  layers: [baseLayer(11, 'arm64')],
  created: '2024-02-06T10:00:00Z',
  platform: ARM64,
  config: { Env: [PATH], Cmd: ['sh'] },
});

export const api10 = api(
  '2024-03-12',
  [runtime, apiPackages, application(30, '2024-03-12', 'api', 2400)],
  [`${SHOP}/api:1.0`],
);

/** The first build of 1.1; api11Rebuilt took its tag. */
export const api11 = api(
  '2025-06-03',
  [runtime, apiPackages, application(31, '2025-06-03', 'api', 2900)],
  [`${SHOP}/api:1.1`],
);

/** 1.1 once more, on a patched runtime. */
export const api11Rebuilt = api(
  '2026-01-20',
  [patchedRuntime, apiPackages, application(32, '2026-01-20', 'api', 2950)],
  [`${SHOP}/api:1.1`],
);

/** A build that was saved by its ID and never got a name. */
export const build4711 = api('2025-11-28', [runtime, apiPackages, application(33, '2025-11-28', 'api', 3600)], []);

export const web20 = web(tidewater, '2025-06-03', [harbour, application(40, '2025-06-03', 'web', 2100)], '2.0');

const site21 = application(41, '2025-09-16', 'web', 2300);

/** web:2.1 for two platforms: the site's layer is the same in both. */
export const web21 = web(tidewater, '2025-09-16', [harbour, site21], '2.1');
export const web21Arm = web(tidewaterArm, '2025-09-16', [armHarbour, site21], '2.1');

/** A layer of a web build whose tag was deleted from the mirror; its blob stayed behind. */
export const forgottenSite = application(42, '2025-09-12', 'web', 2700);

export const worker09 = image({
  from: tidewater,
  layers: [runtime, application(50, '2026-02-10', 'worker', 3100)],
  created: '2026-02-10T07:45:00Z',
  tags: [`${SHOP}/worker:0.9`],
  config: { Env: [PATH], Cmd: ['current', '/srv/worker/main.bundle'] },
});

export const orders14 = image({
  from: tidewater,
  layers: [runtime, application(51, '2026-03-10', 'orders', 3900)],
  created: '2026-03-10T16:20:00Z',
  tags: [`${SHOP}/orders:1.4`],
  config: { Env: [PATH], Cmd: ['current', '/srv/orders/main.bundle'] },
});

export const metrics04 = image({
  from: tidewater,
  layers: [application(52, '2026-04-02', 'metrics', 5000)],
  created: '2026-04-02T11:00:00Z',
  tags: [`${SHOP}/metrics:0.4`],
  config: { Env: [PATH], Cmd: ['/srv/metrics/main.bundle'] },
});

export const gateway17 = image({
  from: tidewater,
  layers: [harbour, application(53, '2025-10-21', 'gateway', 1800)],
  created: '2025-10-21T12:00:00Z',
  tags: [`${SHOP}/gateway:1.7`],
  config: { Env: [PATH], Cmd: ['harbour', '-f', '/srv/gateway/main.bundle'] },
});

/** A shell for the operators: its last layer deletes a cache and replaces a file of the base. */
export const tools5 = image({
  from: tidewater,
  layers: [
    step({
      seed: 54,
      day: '2024-11-04',
      createdBy: 'RUN /bin/sh -c tide-install dig trace less # buildkit',
      sizes: { 'usr/bin/dig': 2400, 'usr/bin/trace': 1900, 'var/cache/tide/packages.db': 3800 },
    }),
    step({
      seed: 55,
      day: '2024-11-04',
      createdBy: 'RUN /bin/sh -c tide-clean && tide-upgrade os-release # buildkit',
      sizes: {},
      files: [
        { path: 'var/cache/tide/.wh.packages.db' },
        osRelease('12.7'),
        { path: 'srv/tools/ca-certificates.crt', content: CERTIFICATES },
      ],
    }),
  ],
  created: '2024-11-04T13:15:00Z',
  tags: [`${SHOP}/tools:5`],
  config: { Env: [PATH], Cmd: ['sh'] },
});

/** Built without a Dockerfile, on no base of ours, by jib. */
export const checkout32 = image({
  layers: [
    application(60, '2025-08-19', 'checkout/libs', 3800),
    application(61, '2025-08-19', 'checkout/classes', 2600),
  ],
  created: '2025-08-19T06:30:00Z',
  tags: [`${SHOP}/checkout:3.2`],
  config: { Entrypoint: ['brew', '-cp', '/srv/checkout/libs:/srv/checkout/classes', 'shop.Checkout'] },
});

const oldBase = image({
  layers: [
    step({
      seed: 70,
      day: '2024-01-08',
      createdBy: 'ADD rootfs.tar /',
      sizes: { 'bin/sh': 3600 },
      files: [osRelease('9')],
    }),
  ],
  created: '2024-01-08T10:00:00Z',
});

/** From a build host that was never upgraded. */
export const printer01 = image({
  from: oldBase,
  layers: [application(71, '2024-01-15', 'printer', 2200)],
  created: '2024-01-15T10:00:00Z',
  tags: [`${SHOP}/printer:0.1`],
  config: { Cmd: ['/srv/printer/main.bundle'] },
});
