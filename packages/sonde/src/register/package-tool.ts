/** Programs that NODE_OPTIONS reaches although nobody means them: package managers and what they run for themselves. */

const TOOLS = /[\\/](?:npm|npx|yarn|yarnpkg|pnpm|pnpx|corepack)(?:-cli)?(?:\.[cm]?js)?$/;

/** Whether the script is a package manager's own. */
export function isPackageTool(script: string | undefined): boolean {
  return script !== undefined && TOOLS.test(script);
}
