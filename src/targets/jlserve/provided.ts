import { normaliseName } from '../../project/pep508.ts';

/** Modules that jlserve and the packages it needs bring, whatever the app names. */
export const PROVIDED_MODULES: ReadonlySet<string> = new Set([
  'annotated_doc',
  'annotated_types',
  'anyio',
  'click',
  'fastapi',
  'h11',
  'idna',
  'jlserve',
  'markdown_it',
  'mdurl',
  'pydantic',
  'pydantic_core',
  'pygments',
  'rich',
  'shellingham',
  'sniffio',
  'starlette',
  'typer',
  'typing_extensions',
  'typing_inspection',
  'uvicorn',
]);

/** The same as names of packages. */
export const PROVIDED_PACKAGES: ReadonlySet<string> = new Set([
  ...Array.from(PROVIDED_MODULES, normaliseName),
  'markdown-it-py',
]);
