import ScenePipeline
import SceneSegmentation
import Timeline

/// What a recording looks like at a time, made of its embeddings. Times are microseconds from its first
/// picture.
struct RecordedSight {
    let record: EmbeddingRecord
    let sceneEncoder: any SceneEncoder

    init(_ record: EmbeddingRecord, _ sceneEncoder: any SceneEncoder) {
        (self.record, self.sceneEncoder) = (record, sceneEncoder)
    }

    /// A change of shot, and the vectors of the two shots before it and the two after, end to end.
    struct Change {
        var time: Int64
        var input: [Float]
    }

    private var clock: MediaClock { record.info.media.clock }

    /// Where the last picture ends.
    private var end: Int64 { record.lastInstant.map { clock.microseconds(at: $0.pts) } ?? 0 }

    /// The vector of a stretch: zeros where it shows nothing.
    func vector(between start: Int64, and end: Int64) -> [Float] {
        vector(ticks(start), ticks(end))
    }

    private func vector(_ start: Int64, _ end: Int64) -> [Float] {
        sceneEncoder.encode(record.parts(between: start, and: end), width: record.info.dimension)
    }

    private func ticks(_ time: Int64) -> Int64 {
        clock.startPTS + clock.timeBase.ticks(microseconds: time)
    }

    /// Throws `CommandFailure` where a stretch leaves the recording by more than a second. `place`: where
    /// somebody wrote it.
    func require(_ start: Int64, _ end: Int64, of name: String, place: String) throws(CommandFailure) {
        guard start >= self.end || end > self.end + 1_000_000 else { return }
        throw CommandFailure(
            status: .noVideo,
            message:
                "\(place): \(MatchTable.shown(name)) ends at \(Self.clock(self.end)), before \(Self.clock(start >= self.end ? start : end)); name a stretch within it"
        )
    }

    /// All changes of shot that have two shots on each side, in order of time.
    func changes() -> [Change] {
        let vectors = record.shots.map { vector($0.start.pts, $0.end.pts) }
        guard vectors.count >= 4 else { return [] }
        return (2...vectors.count - 2).map { place in
            Change(
                time: clock.microseconds(at: record.shots[place].start.pts),
                input: Array(vectors[place - 2..<place + 2].joined()))
        }
    }

    /// The position of the nearest change to a time. Throws `CommandFailure` where none lies within half a
    /// second.
    func change(
        at time: Int64, in changes: [Change], of name: String, place: String
    ) throws(CommandFailure) -> Int {
        let nearest = changes.indices.min { abs(changes[$0].time - time) < abs(changes[$1].time - time) }
        if let nearest, abs(changes[nearest].time - time) <= 500_000 { return nearest }
        throw CommandFailure(
            status: .noVideo,
            message:
                "\(place): \(MatchTable.shown(name)) has no change of shot at \(Self.clock(time)) with two shots on each side; scened shots lists them"
        )
    }

    private static func clock(_ time: Int64) -> String { ClockText.hours(Double(time) / 1_000_000) }
}
