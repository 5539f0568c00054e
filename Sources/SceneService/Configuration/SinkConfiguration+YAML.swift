internal import EventDelivery
internal import EventJournal
internal import Timeline
internal import SceneEvents

extension SinkConfiguration {
    /// - Parameters:
    ///   - entry: an entry of `sinks`.
    ///   - feeds: the names of all feeds, those of other shards included.
    ///   - shard: whose number stands in paths for `%s`.
    /// - Throws: `ConfigurationError` at the first key that is wrong.
    init(_ entry: ConfigurationReader, feeds: [String], shard: FeedShard) throws(ConfigurationError) {
        guard let kind = try entry.string("to") else {
            throw entry.failure("to", "is missing; write stdout, file or webhook")
        }
        switch kind {
        case "stdout":
            try entry.refuseOthers(than: ["to", "feeds", "types", "envelope"])
            var sink = StandardOutputSink()
            sink.selection = try SinkSelection(entry, feeds: feeds)
            sink.envelope = try entry.bool("envelope") ?? false
            self = .standardOutput(sink)
        case "file":
            var sink = try FileSink(entry, feeds: feeds)
            sink.path = shard.placed(sink.path)
            self = .file(sink)
        case "webhook": self = .webhook(try WebhookSink(entry, feeds: feeds))
        default: throw entry.failure("to", "takes stdout, file or webhook")
        }
    }

    fileprivate static func name(_ entry: ConfigurationReader) throws(ConfigurationError) -> String {
        guard let name = try entry.string("name") else {
            throw entry.failure("name", "is missing; name the sink")
        }
        guard FeedName.isValid(name), name != "stdout" else {
            throw entry.failure(
                "name", "takes letters, digits, '.', '_' and '-', at most 64; stdout is taken")
        }
        return name
    }
}

extension SinkSelection {
    init(_ entry: ConfigurationReader, feeds: [String]) throws(ConfigurationError) {
        self.init(feeds: try entry.strings("feeds"), types: try entry.strings("types"))
        for (key, list) in [("feeds", self.feeds), ("types", types)] where list?.isEmpty == true {
            throw entry.failure(key, "lists nothing, and the sink would take nothing; leave it out for all")
        }
        for name in self.feeds ?? [] where !feeds.contains(name) {
            throw entry.failure("feeds", "'\(name)' is not among the feeds")
        }
        let known = EventKind.allCases.map(\.rawValue)
        for type in types ?? [] where !known.contains(type) {
            throw entry.failure(
                "types", "'\(type)' is not an event type; known: \(known.joined(separator: ", "))")
        }
    }
}

extension FileSink {
    init(_ entry: ConfigurationReader, feeds: [String]) throws(ConfigurationError) {
        try entry.refuseOthers(than: ["to", "name", "path", "feeds", "types", "envelope"])
        guard let path = try entry.string("path") else {
            throw entry.failure("path", "is missing; name the file")
        }
        guard path.hasPrefix("/") else { throw entry.failure("path", "takes an absolute path") }
        self.init(name: try SinkConfiguration.name(entry), path: path)
        selection = try SinkSelection(entry, feeds: feeds)
        envelope = try entry.bool("envelope") ?? false
        guard envelope || path.contains("%f") || (selection.feeds ?? feeds).count == 1 else {
            throw entry.failure(
                "path",
                "mixes the events of several feeds; put %f (the feed's name) into it, or set envelope: true")
        }
    }
}

extension WebhookSink {
    init(_ entry: ConfigurationReader, feeds: [String]) throws(ConfigurationError) {
        try entry.refuseOthers(
            than: ["to", "name", "url", "ca", "secret", "feeds", "types", "batch", "timeout", "retry-cap"])
        guard let url = try entry.string("url") else {
            throw entry.failure("url", "is missing; give the address that takes POST requests")
        }
        guard HTTPAddress.scheme(of: url) != nil || url.hasPrefix("${credential:") else {
            throw entry.failure("url", "takes an http:// or https:// address")
        }
        self.init(name: try SinkConfiguration.name(entry), url: SecretText(url))
        authority = try entry.string("ca")
        if let authority, !authority.hasPrefix("/") { throw entry.failure("ca", "takes an absolute path") }
        selection = try SinkSelection(entry, feeds: feeds)
        if let text = try entry.string("secret") {
            let secret = SecretText(text)
            guard !secret.credentials.isEmpty else {
                throw entry.failure("secret", "takes ${credential:NAME}; keys do not belong in this file")
            }
            self.secret = secret
        }
        batch = try entry.integer("batch", in: 1...10_000) ?? batch
        timeout = try entry.number("timeout", in: 0.1...600, unit: "seconds") ?? timeout
        retryCap = try entry.number("retry-cap", in: 0.25...86_400, unit: "seconds") ?? retryCap
    }
}
