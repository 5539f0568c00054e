import Foundation

/// A configuration of `scened run` and a state directory, of a test's own.
struct RunSite {
    let folder = Scratch.path("site")
    var file: URL { folder.appending(path: "scened.yaml") }

    init(_ feeds: [(name: String, input: String)]) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(feeds)
    }

    /// Events of all feeds go to standard output, each with its feed's name.
    func write(_ feeds: [(name: String, input: String)], extra: String = "") throws {
        let list = feeds.map { "  - name: \($0.name)\n    input: \"\($0.input)\"\n" }.joined()
        let text = """
            state: \(folder.path)/state
            http: null
            defaults:
              stall-after: 1
              heartbeat: 0.5
              reconnect-cap: 0.25
              split-after: 2
              neighbors: 2
              min-scene: 1
            limits:
              opens-per-second: 50
            sinks:
              - to: stdout
                envelope: true
            \(extra)
            feeds:
            \(list)
            """
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    /// The journal of a feed, as lines.
    func journal(_ feed: String) throws -> [String] { try runs(feed).flatMap { $0 } }

    /// The same, run by run.
    func runs(_ feed: String) throws -> [[String]] {
        let segments = try segments(feed)
        let runs = Set(segments.map { $0.deletingLastPathComponent() }).sorted { $0.path < $1.path }
        return try runs.map { run in
            try segments.filter { $0.deletingLastPathComponent() == run }
                .flatMap { segment in
                    try String(contentsOf: segment, encoding: .utf8).split(separator: "\n").map(
                        String.init)
                }
        }
    }

    /// The journal's files, in order.
    func segments(_ feed: String) throws -> [URL] {
        let folder = folder.appending(path: "state/journal/\(feed)")
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".jsonl") }.map { folder.appending(path: $0) }
    }
}

extension LiveRun {
    /// The next event of `feed` and of `type`. Throws where none comes.
    func next(_ feed: String, _ type: String) throws -> Event {
        while let line = nextEvent() {
            if let event = line.inside(feed, type) { return event }
        }
        throw MissingEvent(what: "\(type) of \(feed)")
    }

    /// Such an event, wherever it stands among those read or to come.
    func ever(_ feed: String, _ type: String) throws -> Event {
        guard let line = event(where: { $0.inside(feed, type) != nil }), let event = line.inside(feed, type)
        else { throw MissingEvent(what: "\(type) of \(feed)") }
        return event
    }

    struct MissingEvent: Error { var what: String }
}

extension Event {
    /// The event inside an envelope, if it is of `feed` and of `type`.
    func inside(_ feed: String, _ type: String) -> Event? {
        guard fields["feed"] as? String == feed, let inner = fields["event"] as? [String: Any],
            inner["type"] as? String == type, let data = try? JSONSerialization.data(withJSONObject: inner)
        else { return nil }
        return Event(String(decoding: data, as: UTF8.self))
    }
}
