package import SceneEvents
package import SceneModel
package import SceneSegmentation
package import Timeline

/// How surprising and how new the parts of a stream are, and when something new is on (contract 25): joins
/// meter, past and alarm. A value without I/O; what a part costs is a pass of the contextualizer.
package struct SurpriseWatch: Sendable {
    /// What is said of a part.
    private struct Told: Sendable {
        var surprise: Nats?
        var novelty: Nats
    }

    /// nil without a contextualizer.
    private var meter: SurpriseMeter?
    /// nil where the archive says what is new.
    private var past: NoveltyPast?
    private var alarm: NoveltyAlarm
    /// Of the parts whose shot was not told yet, by the parts' indices.
    private var untold: [Int: Told] = [:]
    /// Surprise of the last part that has one, and mean novelty of the last parts, once there are enough.
    package private(set) var last: Nats?
    package private(set) var level: Nats?

    package init(_ options: SurpriseOptions, timeBase: TimeBase) {
        meter = options.model.map(SurpriseMeter.init)
        if let seconds = options.window {
            let length = max(1, timeBase.ticks(seconds: seconds))
            past = NoveltyPast(length: length)
            alarm = NoveltyAlarm(NoveltyWindow(length: length), rate: options.rate)
        } else if let model = options.model {
            alarm = NoveltyAlarm(model.levels, rate: options.rate)
        } else {
            preconditionFailure("something to compare with")
        }
    }

    /// Whether something new is on.
    package var isNew: Bool { alarm.isNew }
    /// Above what the mean novelty is new; nil until the stream's own range is known.
    package var limit: Nats? { alarm.upper }

    /// Takes a closed part, in order.
    package mutating func push(_ part: EncodedPart, into events: inout [Event]) {
        let reading = meter?.push(part.embedding)
        if let reading {
            let surprise = reading.surprise.map { Nats(Double($0)) }
            untold[part.index] = Told(surprise: surprise, novelty: Nats(Double(reading.novelty)))
            last = surprise ?? last
        }
        // The window is time of parts that show something (contract 25).
        guard past == nil || NoveltyPast.shows(part.embedding) else { return }
        let ticks = max(0, part.end.pts - part.start.pts)
        let novelty = past == nil ? reading?.novelty : past?.push(part.embedding, ticks: ticks)
        guard let step = alarm.push(novelty, ticks: ticks) else { return }
        level = step.mean
        guard let state = step.change, let limit = step.limit else { return }
        events.append(.novelty(Novelty(at: part.end, state: state, level: step.mean, limit: limit)))
    }

    /// The shot with what is said of its parts.
    package mutating func telling(_ shot: Shot) -> Shot {
        guard meter != nil else { return shot }
        var shot = shot
        for place in shot.parts.indices {
            let told = untold[shot.parts[place].index]
            (shot.parts[place].surprise, shot.parts[place].novelty) = (told?.surprise, told?.novelty)
        }
        untold = [:]
        return shot
    }

    /// Pictures are missing: nothing follows from the parts before. The mean goes on behind the gap, and so
    /// does the past.
    package mutating func noteGap() { meter?.forget() }
}

// What later answers depend on (contract 16).
extension SurpriseWatch {
    /// Writes it.
    func put(to writer: inout WireWriter) {
        writer.put(list: meter?.past ?? []) { writer, unit in writer.put(list: unit) { $0.put($1) } }
        writer.put(list: alarm.recent) { $0.put($1) }
        writer.put(alarm.isNew)
        writer.put(list: untold.sorted { $0.key < $1.key }) { writer, item in
            writer.put(Int64(item.key))
            writer.put(optional: item.value.surprise) { $0.put($1.value) }
            writer.put(item.value.novelty.value)
        }
        guard let past, let window = alarm.window else { return }
        writer.put(past.seen)
        writer.put(past.partCount)
        writer.put(list: past.kept) { writer, kept in
            writer.put(kept.time)
            writer.put(kept.part)
            writer.put(list: kept.unit) { $0.put($1.bitPattern) }
        }
        writer.put(window.seen)
        writer.put(list: window.samples) { writer, sample in
            writer.put(sample.time)
            writer.put(sample.level)
        }
    }

    /// Goes on from what another watch with the same options wrote. `width`: of the embeddings.
    mutating func restore(from reader: inout WireReader, width: Int) throws(WireError) {
        let tokens = meter?.model.network.tokenCount ?? 1
        let units = try reader.list(limit: tokens - 1) { reader throws(WireError) in
            try reader.list(limit: width) { reader throws(WireError) in try Self.finite(&reader) }
        }
        guard units.allSatisfy({ $0.count == width }) else {
            throw WireError(reason: "its surprise is of another width")
        }
        meter?.restore(past: units)
        let recent = try reader.list(limit: NoveltyLevels.partCount) { reader throws(WireError) in
            try Self.finite(&reader)
        }
        let isNew = try reader.bool()
        let items = try reader.list(limit: 1 << 18) { reader throws(WireError) in
            (
                Int(try reader.count()),
                Told(
                    surprise: try reader.optional { reader throws(WireError) in Nats(try reader.double()) },
                    novelty: Nats(try reader.double()))
            )
        }
        untold = Dictionary(items) { $1 }
        try restorePast(from: &reader, width: width)
        alarm.restore(recent: recent, isNew: isNew, window: try window(from: &reader))
    }

    private mutating func restorePast(from reader: inout WireReader, width: Int) throws(WireError) {
        guard var past else { return }
        let (seen, count) = (try reader.ticks(), try reader.ticks())
        let kept = try reader.list(limit: NoveltyPast.mostKept) { reader throws(WireError) in
            NoveltyPast.Kept(
                time: try reader.ticks(), part: try reader.ticks(),
                unit: try reader.list(limit: width) { reader throws(WireError) in
                    Float16(bitPattern: try reader.integer(UInt16.self))
                })
        }
        guard past.restore(seen: seen, partCount: count, kept: kept, width: width) else {
            throw WireError(reason: "its parts are not those of the last hours")
        }
        self.past = past
    }

    /// nil where the archive counts.
    private func window(from reader: inout WireReader) throws(WireError) -> NoveltyWindow? {
        guard var window = alarm.window else { return nil }
        let seen = try reader.ticks()
        let samples = try reader.list(limit: NoveltyWindow.mostSamples) { reader throws(WireError) in
            NoveltyWindow.Sample(time: try reader.ticks(), level: try Self.finite(&reader))
        }
        guard window.restore(seen: seen, samples: samples) else {
            throw WireError(reason: "its novelties are not those of the last hours")
        }
        return window
    }

    private static func finite(_ reader: inout WireReader) throws(WireError) -> Float {
        let value = try reader.float()
        guard value.isFinite else { throw WireError(reason: "its surprise is not a number") }
        return value
    }
}
