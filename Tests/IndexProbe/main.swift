// Adds made-up recordings to an index, and says on standard output which are in it: killed again and again by
// SceneIndexCrashTests. Arguments: the index, a seed.
import Glibc
import Platform
import SceneIndex
import TensorKernels

let directory = CommandLine.arguments[1]
var random = SeededGenerator(seed: UInt64(CommandLine.arguments[2]) ?? 0)
var manifest = IndexManifest(encoder: "made-up", digest: nil, sceneEncoder: "mean-1", dimension: 16)
manifest.rowsPerFile = 50
let files = PosixFiles()
let writer = try SceneIndexWriter(directory: directory, files: files, fresh: manifest)
var number = writer.book.entries.count
while true {
    // Now and then one takes the place of another, or goes.
    let name = "r\(random.position(below: 5) == 0 && number > 0 ? random.position(below: number) : number)"
    let scenes = (1...1 + random.position(below: 30)).map { place in
        IndexedScene(
            number: place, start: Int64(place), end: Int64(place) + 1,
            vector: HalfVector((0..<16).map { _ in Float(random.fraction()) }))
    }
    _ = try writer.add(name, scenes, indexed: "", aired: nil, replaces: true)
    number = writer.book.entries.count
    if random.position(below: 7) == 0 { try writer.remove(name) }
    try files.append(Array("\(number)\n".utf8), to: DurableFileHandle(number: 1))
}
