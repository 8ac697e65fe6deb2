/**
 * The resource that a provider has when nobody says anything, and how the three sources are stacked: what the SDK
 * knows itself, under what the environment says, under what the user gave in code (resource/sdk.md, "SDK-provided
 * resource attributes" and "Specifying resource information via an environment variable").
 */
import { processName } from '#platform';
import { readEnv } from './environment.ts';
import { asResource, type Resource, resourceFromAttributes } from './resource.ts';
import { SDK_LANGUAGE, SDK_NAME, SDK_VERSION } from './sdk-info.ts';

const SERVICE_NAME = 'service.name';
const FALLBACK_NAME = 'unknown_service';

/** The service name where none was given: `unknown_service:` and the name, without path, of the program that runs. */
export function defaultServiceName(): string {
  const name = processName();
  return name === undefined ? FALLBACK_NAME : `${FALLBACK_NAME}:${name}`;
}

/** A resource of the attributes that every SDK must provide: the fallback service name and `telemetry.sdk.*`. */
export function defaultResource(): Resource {
  return resourceFromAttributes({
    [SERVICE_NAME]: defaultServiceName(),
    'telemetry.sdk.language': SDK_LANGUAGE,
    'telemetry.sdk.name': SDK_NAME,
    'telemetry.sdk.version': SDK_VERSION,
  });
}

/** The attributes of OTEL_RESOURCE_ATTRIBUTES: none of them if one is malformed, which is reported. */
export function environmentAttributes(): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  for (const [key, value] of readEnv('OTEL_RESOURCE_ATTRIBUTES')) attributes[key] = value;
  return attributes;
}

/** The attribute of OTEL_SERVICE_NAME, which wins over one in OTEL_RESOURCE_ATTRIBUTES. */
export function environmentServiceName(): Record<string, string> {
  const name = readEnv('OTEL_SERVICE_NAME');
  return name === undefined ? {} : { [SERVICE_NAME]: name };
}

/**
 * The resource of a provider: the default, the environment over it, `userResource` over both.
 * A `service.name` in `userResource` that is itself a fallback (as in `defaultResource().merge(…)`) was not chosen by
 * anyone and gives way to a name from the environment.
 * @throws TypeError if `userResource` is no resource
 */
export function resourceForProvider(userResource?: Resource | undefined): Resource {
  const environment = Object.assign(environmentAttributes(), environmentServiceName());
  const base = defaultResource().merge(resourceFromAttributes(environment));
  if (userResource === undefined || userResource === null) return base;
  const resource = base.merge(asResource(userResource, 'The option resource'));
  const fromEnvironment = environment[SERVICE_NAME];
  const name = resource.attributes[SERVICE_NAME];
  const isFallback = typeof name === 'string' && name.startsWith(FALLBACK_NAME);
  if (fromEnvironment === undefined || !isFallback) return resource;
  return resource.merge(resourceFromAttributes({ [SERVICE_NAME]: fromEnvironment }));
}
