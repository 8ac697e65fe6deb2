/** Gap 30: resources of the built-in detectors name no schema. */
import assert from 'node:assert/strict';

export const title = "Detectors' resources have a schema URL";

function detectorCheck(name) {
  return ({ resources }) => {
    const resource = resources.detectResources({ detectors: [resources[name]] });
    assert.match(String(resource.schemaUrl), /^https:\/\/opentelemetry\.io\/schemas\/\d+\.\d+\.\d+$/);
  };
}

export const checks = Object.fromEntries(
  ['processDetector', 'hostDetector', 'osDetector', 'serviceInstanceIdDetector'].map((name) => [
    name,
    detectorCheck(name),
  ]),
);
