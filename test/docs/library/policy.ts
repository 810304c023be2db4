/** An example of docs/library.md, word for word: a policy judges what was scanned, against a state of before. */
import { check, expectImages, parseExpectation, parseInstant, parsePolicy, scan } from 'varve';

const policy = parsePolicy('rules: { intact: true, max-age: 10000d, max-growth: 5% }', 'policy.yml');
const now = parseInstant('2026-05-01T12:00:00Z');
const baseline = await scan(['samples/mirror'], { verify: false });
const inventory = await scan(['samples/mirror']);
if (now !== null) {
  const { verdict, rules } = check(inventory, policy, { now, baseline });
  for (const { rule, status } of rules) console.log(rule, status);
  console.log(verdict);
}

// A digest from a source that you trust; what is not there becomes a finding.
const expected = parseExpectation(`shop/api:1.0=sha256:${'0'.repeat(64)}`);
const [archive] = expectImages(inventory, [expected]).archives;
console.log(archive?.findings.map(({ code }) => code));
