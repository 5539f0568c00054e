import Foundation

/// `JournalStudy STATE key=value ...` tells the events of very many feeds that never were into their
/// journals, as fast as such feeds tell them, and serves them on STATE/events.sock; `tools/bench/many-feeds`
/// reads them.
let words = CommandLine.arguments
guard words.count > 1, words[1].hasPrefix("/") else {
    FileHandle.standardError.write(
        Data("usage: JournalStudy /STATE feeds=100 rate=400 seconds=20 threads=8 sinks=0 sync=0\n".utf8))
    exit(64)
}
var values: [String: Int] = [:]
for word in words.dropFirst(2) {
    let parts = word.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, let value = Int(parts[1]) else { fatalError("'\(word)' is not a key=number") }
    values[String(parts[0])] = value
}
try await FeedCrowd(
    state: words[1], feeds: values["feeds"] ?? 100, rate: values["rate"] ?? 400,
    seconds: values["seconds"] ?? 20, threads: values["threads"] ?? 8, hasSinks: values["sinks"] == 1,
    syncTime: UInt32(clamping: values["sync"] ?? 0)
).run()
