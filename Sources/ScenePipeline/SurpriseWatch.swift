package import SceneEvents
package import SceneModel
package import SceneSegmentation
package import Timeline

/// What of a run's surprises is told.
package struct SurpriseOptions: Sendable {
    package var model: SurpriseModel
    /// Share of the archive above whose level a stream counts as new (`NoveltyAlarm`).
    package var rate: Double

    package init(model: SurpriseModel, rate: Double = NoveltyAlarm.defaultRate) {
        self.model = model
        self.rate = rate
    }

    /// Of a model file. Throws where it cannot be used, or was trained on embeddings of another maker.
    package init(path: String, maker: EmbeddingMaker, rate: Double? = nil) throws(ModelFileError) {
        let model = try SurpriseModel(SafetensorsFile(path: path))
        if let reason = model.refusal(encoder: maker.name, digest: maker.digest, width: maker.width) {
            throw ModelFileError(
                .encoderMismatch, path: path, detail: reason,
                remedy: "train a contextualizer on embeddings of this encoder, or choose that encoder")
        }
        self.init(model: model, rate: rate ?? NoveltyAlarm.defaultRate)
    }
}

/// How surprising and how new the parts of a stream are, and when something new is on (contract 25): joins
/// meter and alarm. A value without I/O; what a part costs is a pass of the contextualizer.
package struct SurpriseWatch: Sendable {
    /// What is said of a part.
    private struct Told: Sendable {
        var surprise: Nats?
        var novelty: Nats
    }

    private var meter: SurpriseMeter
    private var alarm: NoveltyAlarm
    /// Of the parts whose shot was not told yet, by the parts' indices.
    private var untold: [Int: Told] = [:]
    /// Surprise of the last part that has one, and mean novelty of the last parts, once there are enough.
    package private(set) var last: Nats?
    package private(set) var level: Nats?

    package init(_ options: SurpriseOptions) {
        meter = SurpriseMeter(options.model)
        alarm = NoveltyAlarm(options.model.levels, rate: options.rate)
    }

    /// Whether something new is on.
    package var isNew: Bool { alarm.isNew }

    /// Takes a closed part, in order.
    package mutating func push(_ part: EncodedPart, into events: inout [Event]) {
        guard let reading = meter.push(part.embedding) else { return }
        let surprise = reading.surprise.map { Nats(Double($0)) }
        untold[part.index] = Told(surprise: surprise, novelty: Nats(Double(reading.novelty)))
        last = surprise ?? last
        guard let step = alarm.push(reading.novelty) else { return }
        level = step.mean
        guard let state = step.change else { return }
        events.append(
            .novelty(
                Novelty(
                    at: part.end, state: state, level: step.mean,
                    limit: state == .new ? alarm.upper : alarm.lower)))
    }

    /// The shot with what is said of its parts.
    package mutating func telling(_ shot: Shot) -> Shot {
        var shot = shot
        for place in shot.parts.indices {
            let told = untold[shot.parts[place].index]
            (shot.parts[place].surprise, shot.parts[place].novelty) = (told?.surprise, told?.novelty)
        }
        untold = [:]
        return shot
    }

    /// Pictures are missing: nothing follows from the parts before. The mean goes on behind the gap.
    package mutating func noteGap() { meter.forget() }

    /// Writes everything that later answers depend on (contract 16).
    func put(to writer: inout WireWriter) {
        writer.put(list: meter.past) { writer, unit in writer.put(list: unit) { $0.put($1) } }
        writer.put(list: alarm.recent) { $0.put($1) }
        writer.put(alarm.isNew)
        writer.put(list: untold.sorted { $0.key < $1.key }) { writer, item in
            writer.put(Int64(item.key))
            writer.put(optional: item.value.surprise) { $0.put($1.value) }
            writer.put(item.value.novelty.value)
        }
    }

    /// Goes on from what another watch with the same options wrote.
    mutating func restore(from reader: inout WireReader) throws(WireError) {
        let (tokens, width) = (meter.model.network.tokenCount, meter.model.network.embeddingWidth)
        let past = try reader.list(limit: tokens - 1) { reader throws(WireError) in
            try reader.list(limit: width) { reader throws(WireError) in try Self.finite(&reader) }
        }
        guard past.allSatisfy({ $0.count == width }) else {
            throw WireError(reason: "its surprise is of another width")
        }
        meter.restore(past: past)
        let recent = try reader.list(limit: NoveltyLevels.partCount) { reader throws(WireError) in
            try Self.finite(&reader)
        }
        alarm.restore(recent: recent, isNew: try reader.bool())
        let items = try reader.list(limit: 1 << 18) { reader throws(WireError) in
            (
                Int(try reader.count()),
                Told(
                    surprise: try reader.optional { reader throws(WireError) in Nats(try reader.double()) },
                    novelty: Nats(try reader.double()))
            )
        }
        untold = Dictionary(items) { $1 }
    }

    private static func finite(_ reader: inout WireReader) throws(WireError) -> Float {
        let value = try reader.float()
        guard value.isFinite else { throw WireError(reason: "its surprise is no number") }
        return value
    }
}
