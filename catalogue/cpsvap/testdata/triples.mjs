// Prints the triples of a Turtle file as N-Triples, as n3 reads them.
// Usage: node triples.mjs FOLDER-OF-node_modules FILE
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [home, file] = process.argv.slice(2)
const n3 = await import(pathToFileURL(createRequire(home + '/').resolve('n3')))
const { Parser, Writer } = n3.default ?? n3
process.stdout.write(new Writer({ format: 'N-Triples' }).quadsToString(new Parser().parse(readFileSync(file, 'utf8'))))
