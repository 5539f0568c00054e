internal import EventJournal
internal import FoundationEssentials
internal import SceneEvents

/// What a reader of the socket or of `/v1/events` asks for.
package struct EventRequest: Hashable, Sendable {
    package var start = EventStart.now
    package var selection = SinkSelection()
    /// nil: in an envelope unless exactly one feed was asked for.
    package var envelope: Bool?
    /// Whether the answer begins with a line that says where each feed is read from, and says it again where
    /// the events do not.
    package var hello = false

    package init() {}

    package var usesEnvelope: Bool { envelope ?? (selection.feeds?.count != 1) }

    /// What is wrong with a request: one line with a remedy.
    package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        package var description: String
        /// What it asks for is not there; else it is no request.
        package var isMissing = false
    }

    private struct Fields: Decodable {
        var after: String?
        var since: String?
        var feed: String?
        var feeds: [String]?
        var types: [String]?
        var envelope: Bool?
        var hello: Bool?
    }

    /// Reads the line that a client of the socket sends first, e.g. `{"after":"start","feeds":["news"]}`. An
    /// empty line asks for everything from now on.
    package init(line: some Collection<UInt8>) throws(Failure) {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }) { return }
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(line)) else {
            throw Failure(
                description:
                    "the first line is not a request; send {\"after\":\"now\"}, or \"start\", or the cursor of an event"
            )
        }
        guard fields.after == nil || fields.since == nil else {
            throw Failure(description: "the request has both 'after' and 'since'; send one of them")
        }
        try set(after: fields.after ?? fields.since)
        for feed in (fields.feeds ?? []) + (fields.feed.map { [$0] } ?? []) { add(feed: feed) }
        selection.types = fields.types.flatMap { $0.isEmpty ? nil : $0 }
        envelope = fields.envelope
        hello = fields.hello ?? false
        try check()
    }

    /// Reads the query of `/v1/events`, e.g. `feed=news&types=scene,boundary&after=start`, and its
    /// `Last-Event-ID`. Only `feed` may come more than once: of two values of another key one would count,
    /// and nobody could tell which.
    package init(query: String, lastEventID: String?) throws(Failure) {
        var known: Set<Substring> = []
        for pair in query.split(separator: "&") {
            let fields = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard fields.count == 2, let value = Self.decoded(fields[1]) else {
                throw Failure(description: "the query is not a list of key=value")
            }
            let key = fields[0] == "since" ? "after" : fields[0]
            guard key == "feed" || known.insert(key).inserted else {
                let how = key == "types" ? "; separate types by commas" : ""
                throw Failure(description: "'\(key)' may be given once\(how)")
            }
            switch key {
            case "feed": add(feed: value)
            case "types":
                let types = value.split(separator: ",").map(String.init)
                selection.types = types.isEmpty ? nil : types
            case "after": try set(after: value)
            case "envelope":
                guard let isWanted = Bool(value) else {
                    throw Failure(description: "'envelope' takes true or false")
                }
                envelope = isWanted
            default:
                throw Failure(description: "unknown key in the query; known: feed, types, after, envelope")
            }
        }
        if let lastEventID { try set(after: lastEventID) }
        try check()
    }

    /// A feed that is named twice is read once.
    private mutating func add(feed: String) {
        if !(selection.feeds ?? []).contains(feed) { selection.feeds = (selection.feeds ?? []) + [feed] }
    }

    private mutating func set(after text: String?) throws(Failure) {
        guard let text else { return }
        guard let start = EventStart(text) else {
            throw Failure(description: "'after' takes now, start, or the cursor of an event (run:seq)")
        }
        self.start = start
    }

    private func check() throws(Failure) {
        for feed in selection.feeds ?? [] where !FeedName.isValid(feed) {
            throw Failure(description: "a feed asked for cannot exist; see /v1/feeds for their names")
        }
        for type in selection.types ?? [] where EventKind(rawValue: type) == nil {
            throw Failure(
                description:
                    "unknown type of event; known: \(EventKind.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
    }

    /// Undoes `%XX` and `+`; nil where the result is no text.
    static func decoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.count >= 2,
                    let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
