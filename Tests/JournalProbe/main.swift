// Writes a journal as the daemon does, and says on standard output what is on disk: killed again and again by
// JournalCrashTests. Arguments: the state directory, a seed.
import EventJournal
import Platform
import Glibc

let state = CommandLine.arguments[1]
var random = CommandLine.arguments[2].utf8.reduce(UInt64(14_695_981_039_346_656_037)) {
    ($0 ^ UInt64($1)) &* 1_099_511_628_211
}
var limits = JournalLimits()
limits.segmentBytes = 20_000
let files = PosixFiles()
let lock = StateLock(state: state, files: files)
do {
    try lock.take()
} catch {
    // Two at once: the second one is told, and writes nothing.
    try files.append(Array("refused \(error)\n".utf8), to: DurableFileHandle(number: 1))
    exit(73)
}
var journal = FeedJournal(
    JournalLayout(state: state, feed: "f"), limits: limits, lock: lock, files: files
) {
    "01J00000000000000000000001"
}
let output = DurableFileHandle(number: 1)
try files.append(Array("run \(journal.run) \(journal.nextSequence - 1)\n".utf8), to: output)
while true {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    for _ in 0...(random >> 60) {
        let next = journal.nextSequence
        let padding = String(repeating: "x", count: Int(next % 997))
        journal.enqueue(
            Array(
                "{\"v\":1,\"type\":\"watermark\",\"seq\":\(next),\"id\":\"watermark/0/\(next)\(padding)\"}\n"
                    .utf8))
    }
    try journal.flush(now: WallClock.unixSeconds())
    try files.append(Array("\(journal.durable.sequence)\n".utf8), to: output)
}
