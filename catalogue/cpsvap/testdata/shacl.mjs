// Holds RDF files to SHACL shapes with two engines that know nothing of each
// other, and fails on any violation.
// Usage: node shacl.mjs FOLDER-OF-node_modules SHAPES FILE...
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [home, shapes, ...files] = process.argv.slice(2)
const from = createRequire(home + '/')
const load = async name => import(pathToFileURL(from.resolve(name)))
const n3 = await load('n3')
const { Parser, DataFactory } = n3.default ?? n3
const { default: Second } = await load('rdf-validate-shacl')
const { Validator } = await load('shacl-engine')
const { default: sets } = await import(pathToFileURL(createRequire(from.resolve('rdf-validate-shacl')).resolve('@rdfjs/dataset')))
const factory = { dataset: quads => sets.dataset(quads) }
for (const make of ['namedNode', 'blankNode', 'literal', 'defaultGraph', 'quad']) factory[make] = (...a) => DataFactory[make](...a)

const quads = file => new Parser().parse(readFileSync(file, 'utf8'))
const shape = sets.dataset(quads(shapes))
let bad = 0

for (const file of files) {
  const data = sets.dataset(quads(file))
  const reports = {
    'rdf-validate-shacl': await new Second(shape).validate(data),
    'shacl-engine': await new Validator(shape, { factory }).validate({ dataset: data }),
  }
  for (const [engine, report] of Object.entries(reports)) {
    for (const r of report.results.slice(0, 20)) {
      console.error(`${file}: ${engine}: ${r.focusNode?.value ?? r.focusNode?.term?.value} ${r.path?.value ?? JSON.stringify(r.path)}: ${r.message?.map?.(m => m.value)} ${r.sourceConstraintComponent?.value ?? r.constraintComponent?.value}`)
    }
    if (!report.conforms) bad++
    console.log(`${file}: ${engine}: ${data.size} triples, ${report.results.length} violations`)
  }
}
process.exit(bad ? 1 : 0)
