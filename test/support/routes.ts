import { GUARDS_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { RequestMethod } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WITHOUT_TOKEN } from '../../src/auth/public.decorator.js';
import { PERMISSION } from '../../src/access/authorized.decorator.js';

export interface HandlerRoute {
  /** `GET /v1/organizations`. */
  readonly route: string;
  readonly handler: object;
  readonly isPublic: boolean;
  /** What the route states it needs; undefined when it states nothing. */
  readonly permission: unknown;
  /** Guards of its own, beside those of all routes. */
  readonly guards: unknown;
}

/** Every route the router knows, as `METHOD /path`, whoever put it there. */
export function routesOf(nest: NestFastifyApplication): string[] {
  const parents: string[] = [];
  return treeOf(nest).flatMap((line) => {
    const [, indent = '', segment = '', methods = ''] = TREE_LINE.exec(line) ?? [];
    const depth = indent.length / 4;
    const path = `${parents[depth - 1] ?? ''}${segment}`;
    parents.splice(depth, parents.length, path);
    return methods.split(', ').map((method) => `${method} ${path}`);
  });
}

/** A branch of `printRoutes`, four characters for each level: `│   └── /:org_id (PUT, DELETE)`. */
const TREE_LINE = /^((?:[│ ] {3})*)[├└]── (\S+) \((.+)\)$/;

function treeOf(nest: NestFastifyApplication): string[] {
  const lines = nest
    .getHttpAdapter()
    .getInstance()
    .printRoutes({ commonPrefix: false })
    .trimEnd()
    .split('\n');
  const unread = lines.filter((line) => !TREE_LINE.test(line));
  if (unread.length > 0) throw new Error(`the router prints routes in another form now: ${unread.join()}`);
  return lines;
}

/** Every route of every controller, with what its decorators state. */
export function handlerRoutesOf(nest: NestFastifyApplication): HandlerRoute[] {
  const modules = [...nest.get(ModulesContainer).values()];
  return modules.flatMap(({ controllers }) =>
    [...controllers.values()].flatMap(({ metatype }) =>
      typeof metatype === 'function' ? routesOfController(metatype) : [],
    ),
  );
}

// oxlint-disable-next-line typescript/no-unsafe-function-type -- as Nest types a controller's class
function routesOfController(controller: Function): HandlerRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (!handler || method === undefined) return [];
    const stated = (key: string): unknown =>
      Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller);
    const path = [controller, handler].map((part) => Reflect.getMetadata(PATH_METADATA, part) as string);
    return {
      route: `${RequestMethod[method]} ${`/${path.join('/')}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')}`,
      handler,
      isPublic: stated(WITHOUT_TOKEN) === true,
      permission: stated(PERMISSION),
      guards: stated(GUARDS_METADATA),
    };
  });
}
