// Just enough of ZIP to change a text inside a workbook, as somebody does in Excel.
import { crc32 as native, inflateRawSync } from 'node:zlib'

const table = Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0 })
const crc = native ?? (b => { let c = 0xffffffff; for (const x of b) c = table[(c ^ x) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0 })

// unpack lists the files of an archive: name → content.
export function unpack(b) {
  const files = new Map()
  let at = b.readUInt32LE(b.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) + 16)
  while (b.readUInt32LE(at) === 0x02014b50) {
    const [size, name, extra, said, from] = [b.readUInt32LE(at + 20), b.readUInt16LE(at + 28), b.readUInt16LE(at + 30), b.readUInt16LE(at + 32), b.readUInt32LE(at + 42)]
    const start = from + 30 + b.readUInt16LE(from + 26) + b.readUInt16LE(from + 28)
    const body = b.subarray(start, start + size)
    files.set(b.toString('utf8', at + 46, at + 46 + name), b.readUInt16LE(at + 10) ? inflateRawSync(body) : body)
    at += 46 + name + extra + said
  }
  return files
}

// pack makes an archive of files, none of them pressed together.
export function pack(files) {
  const bodies = [], heads = []
  let at = 0
  for (const [name, body] of files) {
    const head = Buffer.alloc(30), n = Buffer.from(name), entry = Buffer.alloc(46)
    head.writeUInt32LE(0x04034b50, 0); head.writeUInt16LE(20, 4); head.writeUInt16LE(0x0800, 6); head.writeUInt32LE(crc(body), 14)
    head.writeUInt32LE(body.length, 18); head.writeUInt32LE(body.length, 22); head.writeUInt16LE(n.length, 26)
    entry.writeUInt32LE(0x02014b50, 0); entry.writeUInt16LE(20, 4); head.copy(entry, 6, 4, 30); entry.writeUInt32LE(at, 42)
    bodies.push(head, n, body); heads.push(entry, n)
    at += 30 + n.length + body.length
  }
  const end = Buffer.alloc(22), list = Buffer.concat(heads)
  end.writeUInt32LE(0x06054b50, 0); end.writeUInt16LE(files.size, 8); end.writeUInt16LE(files.size, 10); end.writeUInt32LE(list.length, 12); end.writeUInt32LE(at, 16)
  return Buffer.concat([...bodies, list, end])
}

// retyped is a workbook in which the first cell that says one thing says another.
export function retyped(b, from, to) {
  const files = unpack(b)
  for (const [name, body] of files) {
    const text = body.toString('utf8')
    if (!/^xl\/(worksheets\/|sharedStrings)/.test(name) || !text.includes(`>${from}<`)) continue
    files.set(name, Buffer.from(text.replace(`>${from}<`, `>${to}<`)))
    return pack(files)
  }
  throw new Error(`no cell says ${from}`)
}
