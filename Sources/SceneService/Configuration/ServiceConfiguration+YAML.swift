internal import BlockSegmentation
internal import EventDelivery
internal import FeedRuntime
internal import EventJournal
internal import MediaInput
internal import ScenePipeline
internal import SceneSegmentation
internal import Timeline
internal import Yams

extension ServiceConfiguration {
    /// Reads a configuration.
    ///
    /// - Parameters:
    ///   - yaml: the text of the file.
    ///   - file: its name, for messages.
    ///   - shard: whose feeds are kept; all are checked.
    /// - Throws: `ConfigurationError` at the first thing that is wrong, with key and line.
    package init(yaml: String, file: String, shard: FeedShard = .whole) throws(ConfigurationError) {
        self.init()
        self.shard = shard
        let root: Node?
        do {
            // Some editors begin a file with a byte order mark.
            let hasMark = yaml.unicodeScalars.first == "\u{feff}"
            root = try Yams.compose(yaml: hasMark ? String(yaml.unicodeScalars.dropFirst()) : yaml)
        } catch let error as YamlError {
            throw ConfigurationError(error, file: file)
        } catch {
            throw ConfigurationError(file: file, reason: "cannot be read as YAML")
        }
        guard let root else {
            throw ConfigurationError(file: file, reason: "is empty; list at least one feed")
        }
        try read(ConfigurationReader(root, file: file, path: ""))
        listedFeeds = feeds.count
        if shard != .whole { feeds.removeAll { !shard.holds($0.name) } }
    }

    private mutating func read(_ top: ConfigurationReader) throws(ConfigurationError) {
        try top.refuseOthers(
            than: ["state", "journal", "http", "socket", "limits", "log", "sinks", "defaults", "feeds"])
        state = try top.string("state").map(shard.placed)
        if let state, !state.hasPrefix("/") { throw top.failure("state", "takes an absolute path") }
        if let section = try top.mapping("journal") { journal = try JournalLimits(section) }
        if let section = try top.mapping("limits") { limits = try ServiceLimits(section) }
        if let section = try top.mapping("log") { log = try LogConfiguration(section) }
        if let section = try top.mapping("http") {
            try section.refuseOthers(than: ["listen", "remote", "events", "token"])
            http = try address(section, remote: try section.bool("remote") ?? false) ?? http
            httpEvents = try EventAccess(section)
        } else if top.has("http") {
            http = nil
        }
        if let section = try top.mapping("socket") {
            try section.refuseOthers(than: ["listen"])
            socket = try address(section, remote: false)
            if case .tcp = socket {
                throw section.failure(
                    "listen",
                    "takes unix:/absolute/path or systemd:NAME; over TCP every user could read the events")
            }
            if let socket, let http, ClaimedPaths.isSame(socket, http) {
                throw section.failure("listen", "is http.listen, too; give each server its own socket")
            }
        }
        var paths = ClaimedPaths()
        for (key, address) in [("http.listen", http), ("socket.listen", socket)] {
            if case .unix(let path)? = address { _ = paths.claim(path, for: key) }
        }
        var defaults = FeedSettings()
        if let section = try top.mapping("defaults") {
            try section.refuseOthers(than: FeedSettings.keys)
            defaults = try FeedSettings(section)
        }
        for entry in try top.mappings("feeds") {
            let feed = try FeedConfiguration(entry, defaults: defaults)
            guard !feeds.contains(where: { $0.name == feed.name }) else {
                throw entry.failure("name", "'\(feed.name)' names two feeds; give each its own")
            }
            feeds.append(feed)
        }
        guard !feeds.isEmpty else { throw top.failure("feeds", "lists no feed; add one with name and input") }
        for entry in try top.mappings("sinks") {
            let sink = try SinkConfiguration(entry, feeds: feeds.map(\.name), shard: shard)
            guard !sinks.contains(where: { $0.name == sink.name }) else {
                throw entry.failure("name", "'\(sink.name)' names two sinks; give each its own")
            }
            for path in sink.paths(of: feeds.map(\.name)) {
                if let owner = paths.claim(path, for: "sinks[\(sinks.count)].path") {
                    throw entry.failure("path", "is that of \(owner), too; give each its own file")
                }
            }
            sinks.append(sink)
        }
    }

    private func address(_ section: ConfigurationReader, remote: Bool) throws(ConfigurationError)
        -> ListenAddress?
    {
        guard let text = try section.string("listen") else { return nil }
        guard let address = ListenAddress(shard.placed(text)) else {
            throw section.failure("listen", "takes unix:/absolute/path, ADDRESS:PORT or systemd:NAME")
        }
        guard address.isLocal || remote else {
            throw section.failure(
                "listen",
                "can be reached from other machines, which all may read its pages; take 127.0.0.1, "
                    + "or set http.remote: true"
            )
        }
        return address
    }
}

extension EventAccess {
    /// Reads `events` and `token` of `http`.
    init(_ section: ConfigurationReader) throws(ConfigurationError) {
        let isServed = try section.bool("events")
        if let text = try section.string("token") {
            guard isServed ?? true else {
                throw section.failure(
                    "token", "opens events that http.events: false keeps; remove one of them")
            }
            let token = SecretText(text)
            guard token.credentials.count == 1, token.template == "${credential:\(token.credentials[0])}"
            else {
                throw section.failure(
                    "token", "takes ${credential:NAME}; tokens do not belong in this file")
            }
            self = .bearer(token)
        } else {
            self = isServed.map { $0 ? .anyone : .nobody } ?? .unixOnly
        }
    }
}

extension JournalLimits {
    init(_ section: ConfigurationReader) throws(ConfigurationError) {
        self.init()
        try section.refuseOthers(than: ["segment-size", "segment-age", "keep-size", "keep-age", "backlog"])
        segmentBytes = try section.bytes("segment-size", in: 4096...(64 << 30)) ?? segmentBytes
        segmentAge = try section.number("segment-age", in: 1...31_536_000, unit: "seconds") ?? segmentAge
        keepBytes = try section.bytes("keep-size", in: 4096...(1 << 50)) ?? keepBytes
        keepAge = try section.number("keep-age", in: 1...3_153_600_000, unit: "seconds") ?? keepAge
        backlogBytes = Int(try section.bytes("backlog", in: 65_536...(16 << 30)) ?? Int64(backlogBytes))
    }
}

extension ServiceLimits {
    init(_ section: ConfigurationReader) throws(ConfigurationError) {
        self.init()
        try section.refuseOthers(than: ["clients", "opens-per-second", "drain"])
        clients = try section.integer("clients", in: 1...10_000) ?? clients
        opensPerSecond =
            try section.number("opens-per-second", in: 0.1...1000, unit: "per second") ?? opensPerSecond
        drain = try section.number("drain", in: 0...600, unit: "seconds") ?? drain
    }
}

extension LogConfiguration {
    init(_ section: ConfigurationReader) throws(ConfigurationError) {
        self.init()
        try section.refuseOthers(than: ["level", "lines-per-minute"])
        let levels = ["error", "warning", "notice", "info", "debug", "trace"]
        level = try section.string("level") ?? level
        guard levels.contains(level) else {
            throw section.failure("level", "takes \(levels.joined(separator: ", "))")
        }
        linesPerMinute = try section.integer("lines-per-minute", in: 1...100_000) ?? linesPerMinute
    }
}

extension FeedConfiguration {
    init(_ entry: ConfigurationReader, defaults: FeedSettings) throws(ConfigurationError) {
        try entry.refuseOthers(than: ["name", "input"] + FeedSettings.keys)
        guard let name = try entry.string("name") else {
            throw entry.failure("name", "is missing; name the feed")
        }
        guard FeedName.isValid(name) else {
            throw entry.failure(
                "name", "takes letters, digits, '.', '_' and '-', first a letter or digit, at most 64")
        }
        guard let input = try entry.string("input") else {
            throw entry.failure("input", "is missing; give an address or a path")
        }
        let text = SecretText(input)
        // What is secret in it is looked at where the secrets are.
        let address = text.resolved { (_: String) in Self.anySecret }
        if let fault = AddressFault.find(in: address) { throw entry.failure("input", fault) }
        let own = try FeedSettings(entry)
        let settings = own.over(defaults)
        if let idle = own.idleKey(in: settings) { throw entry.failure(idle.key, idle.reason) }
        guard own.follow != true || !FeedAddress(address).isLive else {
            throw entry.failure("follow", "takes a file; give its path as input, or leave it out")
        }
        self.init(name: name, input: text, settings: settings)
    }

    /// Can stand for a host, a port or a passphrase.
    private static let anySecret = "0000000001234"
}

extension FeedSettings {
    /// The keys of `feeds` entries and of `defaults`.
    package static let keys = [
        "split", "split-after", "min-shot", "neighbors", "model", "similarity", "threshold", "calibration",
        "index", "seen-threshold", "repeats", "vectors", "probe", "tags", "tag-minimum", "surprise",
        "novelty-rate",
        "novelty-window", "min-scene", "scenes-per-hour", "peak", "deadline", "intra-shot", "provisional",
        "speed", "cues", "blocks", "block-delay", "blocks-without", "threads", "program", "stream",
        "scores", "reasons", "sound", "audio", "audio-stream", "pictures", "stall-after", "heartbeat",
        "reconnect-cap", "follow", "follow-idle", "allowed-hosts",
    ]

    /// Ranges are those of `scened segment`.
    init(_ section: ConfigurationReader) throws(ConfigurationError) {
        self.init()
        split = try section.choice("split", SplitRule.self)
        splitAfter = try section.number("split-after", in: 1...3600, unit: "seconds")
        minimumShot = try section.number("min-shot", in: 0.001...1800, unit: "seconds")
        neighborCount = try section.integer("neighbors", in: 1...64)
        model = try section.string("model")
        similarity = try section.choices("similarity", SimilarityCue.self).map(Set.init)
        guard similarity.map(SimilarityCue.isChoice) ?? true else {
            throw section.failure(
                "similarity", "takes encoder, and with it descriptor or sound, as in [encoder, sound]")
        }
        threshold = try section.number("threshold", in: 0...1, unit: "(a score)")
        calibration = try section.string("calibration")
        index = try section.string("index")
        seenThreshold = try section.number("seen-threshold", in: 0...1, unit: "(a score)")
        repeats = try section.bool("repeats")
        vectors = try section.bool("vectors")
        probe = try section.string("probe")
        tags = try section.string("tags")
        tagMinimum = try section.number("tag-minimum", in: 0...1, unit: "(a share)")
        surprise = try section.string("surprise")
        noveltyRate = try section.number("novelty-rate", in: 0...0.5, unit: "(a share)")
        noveltyWindow = try section.number("novelty-window", in: SurpriseOptions.windows, unit: "seconds")
        minimumScene = try section.number("min-scene", in: 0...86_400, unit: "seconds")
        scenesPerHour = try section.number("scenes-per-hour", in: 0.001...3600, unit: "scenes")
        peakWait = try section.integer("peak", in: 0...1)
        deadline = try section.number("deadline", in: 0.001...86_400, unit: "seconds")
        intraShot = try section.bool("intra-shot")
        provisional = try section.bool("provisional")
        speed = try section.choice("speed", DecodePlan.self)
        cues = try section.bool("cues")
        blocks = try section.bool("blocks")
        blockDelay = try section.integer("block-delay", in: BlockOptions.delays)
        blocksWithout = try section.choices("blocks-without", BlockOptions.Evidence.self).map(Set.init)
        threads = try section.integer("threads", in: 0...64)
        program = try section.integer("program", in: 0...65_535)
        stream = try section.integer("stream", in: 0...65_535)
        scores = try section.bool("scores")
        reasons = try section.bool("reasons")
        sound = try section.bool("sound")
        audio = try section.bool("audio")
        audioStream = try section.integer("audio-stream", in: 0...65_535)
        pictures = try section.integer("pictures", in: 0...100_000)
        stallAfter = try section.number("stall-after", in: 0.5...3600, unit: "seconds")
        heartbeat = try section.number("heartbeat", in: 0.1...3600, unit: "seconds")
        reconnectCap = try section.number("reconnect-cap", in: 0.25...3600, unit: "seconds")
        follow = try section.bool("follow")
        followIdle = try section.number("follow-idle", in: 0.1...604_800, unit: "seconds")
        allowedHosts = try section.strings("allowed-hosts")
        guard allowedHosts?.count ?? 0 <= HostRules.most,
            allowedHosts?.allSatisfy(HostRules.isPattern) ?? true
        else {
            throw section.failure(
                "allowed-hosts",
                "takes up to \(HostRules.most) names or addresses without scheme and port, *.domain, or *")
        }
    }
}

extension ConfigurationError {
    /// YAML that does not parse: its problem without the text around it, which may hold secrets.
    init(_ error: YamlError, file: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.init(
                file: file, line: mark.line,
                reason: "not YAML: \(problem); correct this line or the one before")
        case .duplicatedKeysInMapping(let duplicates, let context):
            self.init(
                file: file, line: context.mark.line, key: duplicates.sorted().first,
                reason: "is given twice; remove one")
        default:
            self.init(file: file, reason: "cannot be read as YAML; it must be UTF-8 text")
        }
    }
}
