internal import Timeline

/// Shots and gaps, and scenes and gaps, fill a stream without holes and without overlap (contract 13).
struct TilingCheck {
    private struct Span {
        var start: Int64
        var end: Int64
        var line: Int
    }

    private var shots: [Span] = []
    private var scenes: [Span] = []
    private var gaps: [Span] = []
    private var endReasons: [SceneEnd] = []
    private(set) var partCount = 0

    var shotCount: Int { shots.count }
    var sceneCount: Int { scenes.count }
    var gapCount: Int { gaps.count }

    mutating func take(_ shot: Shot, line: Int, watermark: Int64?) -> [String] {
        var faults = Self.span("shot", shot.start, shot.end, watermark)
        if shot.index != shots.count {
            faults.append("shot \(shot.index) is number \(shots.count) of the stream")
        }
        var place = shot.start.pts
        for part in shot.parts {
            if part.start.pts != place || part.end.pts <= place {
                faults.append("part \(part.index) does not follow the one before")
            }
            place = part.end.pts
            if part.index != partCount {
                faults.append("part \(part.index) is number \(partCount) of the stream")
            }
            partCount += 1
            for frame in part.keyFrames
            where !(part.start.pts..<max(part.start.pts, part.end.pts) ~= frame.pts) {
                faults.append("a key frame of part \(part.index) lies outside it")
            }
        }
        if place != shot.end.pts { faults.append("the parts do not fill the shot") }
        shots.append(Span(start: shot.start.pts, end: shot.end.pts, line: line))
        return faults
    }

    mutating func take(_ scene: Scene, line: Int, watermark: Int64?) -> [String] {
        var faults = Self.span("scene", scene.start, scene.end, watermark)
        if scene.index != scenes.count {
            faults.append("scene \(scene.index) is number \(scenes.count) of the stream")
        }
        if (scene.score == nil) == (scene.endReason == .boundary) {
            faults.append("a scene has a score if, and only if, a boundary ends it")
        }
        scenes.append(Span(start: scene.start.pts, end: scene.end.pts, line: line))
        endReasons.append(scene.endReason)
        return faults
    }

    mutating func take(_ gap: Gap, line: Int, watermark: Int64?) -> [String] {
        gaps.append(Span(start: gap.start.pts, end: gap.end.pts, line: line))
        // How long a clock was away that went back is unknown: such a gap has no length.
        return gap.start.pts == gap.end.pts ? [] : Self.span("gap", gap.start, gap.end, watermark)
    }

    private static func span(_ name: String, _ start: Instant, _ end: Instant, _ watermark: Int64?)
        -> [String]
    {
        var faults: [String] = []
        if start.pts >= end.pts { faults.append("the \(name) ends before it starts") }
        if let watermark, end.pts < watermark {
            faults.append("the \(name) ends before an earlier watermark")
        }
        return faults
    }

    // MARK: The whole

    /// Faults of the stream as a whole.
    ///
    /// - Parameters:
    ///   - start: the stream's first event.
    ///   - end: nil while the stream goes on: what follows the watermark may still come then.
    ///   - watermark: PTS of the last one.
    ///   - finals: PTS of the final boundaries.
    ///   - kinds: types of event that were written.
    /// - Returns: the faults, none where the stream is whole.
    func finish(
        start: StreamStart, end: StreamEnd?, watermark: Int64?, finals: Set<Int64>, kinds: Set<EventKind>
    ) -> [EventStreamCheck.Fault] {
        var faults: [EventStreamCheck.Fault] = []
        let showsGaps = kinds.contains(.gap) || end?.gaps == 0
        if showsGaps, kinds.contains(.shot) { faults += tile("shots", shots + gaps, start, end, watermark) }
        // A run that finds shots alone has no scenes.
        let hasScenes = start.model.scorer != "none" || !scenes.isEmpty
        if showsGaps, kinds.contains(.scene), hasScenes {
            faults += tile("scenes", scenes + gaps, start, end, watermark)
        }
        return faults + ends(end, finals: finals, kinds: kinds)
    }

    private func tile(
        _ name: String, _ spans: [Span], _ start: StreamStart, _ end: StreamEnd?, _ watermark: Int64?
    ) -> [EventStreamCheck.Fault] {
        var faults: [EventStreamCheck.Fault] = []
        let clock = start.media.clock
        var place = clock.countsTicks ? clock.startPTS : spans.map(\.start).min() ?? 0
        for span in spans.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
            if span.start < place {
                faults.append(
                    .init(line: span.line, text: "\(name) and gaps overlap by \(place - span.start) ticks"))
            } else if span.start > place, end != nil || watermark.map({ span.start <= $0 }) == true {
                faults.append(
                    .init(
                        line: span.line,
                        text: "\(name) and gaps leave a hole of \(span.start - place) ticks before"))
            }
            place = max(place, span.end)
        }
        if let end, place != end.at.pts {
            faults.append(
                .init(text: "\(name) and gaps end at pts \(place), the stream at \(end.at.pts)"))
        }
        return faults
    }

    /// Scenes end where they say, and every final boundary ends one.
    private func ends(
        _ end: StreamEnd?, finals: Set<Int64>, kinds: Set<EventKind>
    ) -> [EventStreamCheck.Fault] {
        var faults: [EventStreamCheck.Fault] = []
        let gapStarts = Set(gaps.map(\.start))
        for (scene, reason) in zip(scenes, endReasons) {
            // While the stream goes on, the line that tells of a gap or of the end may still follow.
            let isThere =
                switch reason {
                case .boundary: finals.contains(scene.end) || !kinds.contains(.boundary)
                case .gap: end == nil || gapStarts.contains(scene.end) || !kinds.contains(.gap)
                case .end: end == nil || end?.at.pts == scene.end
                }
            if !isThere {
                faults.append(
                    .init(
                        line: scene.line, text: "the scene ends by \(reason.rawValue) where there is none"))
            }
        }
        guard end != nil, kinds.contains(.scene) else { return faults }
        for missing in finals.subtracting(scenes.map(\.end)).sorted() {
            faults.append(.init(text: "the final boundary at pts \(missing) ends no scene"))
        }
        return faults
    }
}
