// Reads BPMN files with bpmn-moddle and fails on any warning, or when a flow
// node, flow or lane has no place on the diagram.
// Usage: node bpmn.mjs FOLDER-OF-BPMN-MODDLE FILE...
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [home, ...files] = process.argv.slice(2)
const found = createRequire(home + '/').resolve('bpmn-moddle')
const lib = await import(pathToFileURL(found))
const BpmnModdle = lib.BpmnModdle ?? lib.default
let bad = 0
const fail = (file, what) => { bad++; console.error(`${file}: ${what}`) }

for (const file of files) {
  const { rootElement, warnings } = await new BpmnModdle().fromXML(readFileSync(file, 'utf8'))
  for (const w of warnings) fail(file, w.message)
  const process = rootElement.rootElements.find(e => e.$type === 'bpmn:Process')
  const drawn = new Set(rootElement.diagrams[0].plane.planeElement.map(e => e.bpmnElement?.id))
  const parts = [...process.flowElements, ...process.laneSets[0].lanes]
  for (const e of parts) if (!drawn.has(e.id)) fail(file, `${e.id} is not on the diagram`)
  const inLanes = new Set(process.laneSets[0].lanes.flatMap(l => l.flowNodeRef ?? []).map(n => n.id))
  for (const e of process.flowElements) {
    if (e.$type !== 'bpmn:SequenceFlow' && !inLanes.has(e.id)) fail(file, `${e.id} is in no lane`)
    if (e.$type === 'bpmn:SequenceFlow' && !(e.sourceRef && e.targetRef)) fail(file, `${e.id} leads nowhere`)
  }
  console.log(`${file}: ${parts.length} elements`)
}
process.exit(bad ? 1 : 0)
