internal import SceneFormats
internal import TextFiles

/// Scenes of one film as people labeled them: on the film's clock, without regard to any shot detector.
package struct SceneLabels: Hashable, Sendable {
    package var film: String
    /// Scenes in order, in seconds, half open.
    package var scenes: [ShotRange]
    /// Their times count as players do, from the start of the film, which its sound may begin; else from its
    /// first picture.
    package var countsFromStart = false

    package init(film: String, scenes: [ShotRange]) {
        self.film = film
        self.scenes = scenes
    }

    /// Where the scenes but the first begin, in seconds: from the end of the scene before, where it ends
    /// earlier, to the start.
    package var boundaries: [ClosedRange<Double>] {
        zip(scenes, scenes.dropFirst()).map { min($0.end, $1.start)...$1.start }
    }

    /// Seconds; thirty years are more than any film.
    private static let longest = 1e9

    /// The same without the boundaries at `places`: the scenes on both sides of each are one.
    func withoutBoundaries(at places: Set<Int>) -> SceneLabels {
        var labels = self
        labels.scenes = []
        for (place, scene) in scenes.enumerated() {
            if places.contains(place - 1), let last = labels.scenes.indices.last {
                labels.scenes[last].end = max(labels.scenes[last].end, scene.end)
            } else {
                labels.scenes.append(scene)
            }
        }
        return labels
    }

    /// The same from the first picture of a film that shows it `offset` seconds behind its start.
    func fromFirstPicture(_ offset: Double) -> SceneLabels {
        guard countsFromStart, offset > 0 else { return self }
        var labels = self
        labels.countsFromStart = false
        labels.scenes = scenes.map {
            ShotRange(start: max(0, $0.start - offset), end: max(0, $0.end - offset))
        }
        return labels
    }

    /// The scenes of a corrected run, under its input's name: from boundary to boundary, over gaps, which
    /// make none.
    init(_ events: EventScores) {
        let starts = [events.shots.first?.range.start ?? 0] + events.boundaries
        let end = events.shots.last?.range.end ?? 0
        film = events.name
        scenes = zip(starts, starts.dropFirst() + [end]).map { ShotRange(start: $0, end: $1) }
    }

    /// Scenes, chapters or clips as another program lists them. A scene without end reaches to the next.
    init(_ list: SpanList, of file: TextFile) throws(TextFileError) {
        guard let spans = list.seconds() else {
            throw file.malformed(
                "counts frames and does not say how many make a second",
                remedy: "give a list with times, such as WebVTT, or {\"fps\":...,\"boundaries\":[frame, ...]}"
            )
        }
        guard !spans.isEmpty else {
            throw file.malformed("has no scene", remedy: "label at least one scene")
        }
        film = ExportFormat.filmName(of: file.path)
        countsFromStart = list.counting == .fromStart
        scenes = spans.indices.map { index in
            let next = index + 1 < spans.count ? spans[index + 1].start : .infinity
            return ShotRange(start: spans[index].start, end: spans[index].end ?? next)
        }
    }

    /// `{"video":...,"fps":...,"scenes":[{"start_frame":...,"end_frame":...,"start_s":...}]}`: scenes by
    /// first and last frame, or by `start_s` and `end_s` in seconds; frames win where both are given. A scene
    /// without end reaches to the next.
    struct Document: Decodable {
        struct Scene: Decodable {
            var start_frame: Int64?
            var end_frame: Int64?
            var start_s: Double?
            var end_s: Double?
        }

        var video: String?
        var fps: Double?
        var scenes: [Scene]
    }

    static func read(_ file: TextFile) throws(TextFileError) -> SceneLabels {
        let document = try file.decode(
            Document.self, remedy: "write {\"fps\":...,\"scenes\":[{\"start_frame\":...}]}")
        if let fps = document.fps, !(fps > 0 && fps <= 1000) {
            throw file.malformed("'fps' is \(fps)", remedy: "give the pictures per second, up to 1000")
        }
        var starts: [Double] = []
        var ends: [Double?] = []
        for (position, scene) in document.scenes.enumerated() {
            let start =
                scene.start_frame.flatMap { frame in document.fps.map { Double(frame) / $0 } }
                ?? scene.start_s
            guard let start, start.isFinite, start >= 0, start >= starts.last ?? 0 else {
                throw file.malformed(
                    "scene \(position) has no start, or starts before the one ahead of it",
                    remedy: "give 'start_s', or 'start_frame' together with 'fps', in order of time")
            }
            guard start <= longest else {
                throw file.malformed(
                    "scene \(position) begins beyond any film", remedy: "give seconds up to 1000000000")
            }
            starts.append(start)
            ends.append(
                scene.end_frame.flatMap { frame in document.fps.map { (Double(frame) + 1) / $0 } }
                    ?? scene.end_s)
        }
        guard !starts.isEmpty else {
            throw file.malformed("has no scene", remedy: "label at least one scene")
        }
        let scenes = starts.indices.map { position in
            let next = position + 1 < starts.count ? starts[position + 1] : .infinity
            return ShotRange(start: starts[position], end: max(starts[position], ends[position] ?? next))
        }
        return SceneLabels(film: document.video.map(TextFile.stem) ?? file.stem, scenes: scenes)
    }

    /// `{"video":...,"fps":24,"boundaries":[732, {"at":1358}, "2672..2690"]}`: first frames of all scenes but
    /// the first, or the first and the last frame that may be it, as at a fade; `fps` is a number or a
    /// fraction in quotes.
    struct Marks: Decodable {
        struct Mark: Decodable {
            var frames: ClosedRange<Int64>

            private enum CodingKeys: String, CodingKey { case at }

            init(from decoder: any Decoder) throws {
                if let keyed = try? decoder.container(keyedBy: CodingKeys.self) {
                    frames = try keyed.decode(Mark.self, forKey: .at).frames
                    return
                }
                let container = try decoder.singleValueContainer()
                if let frame = try? container.decode(Int64.self) {
                    frames = frame...frame
                    return
                }
                let fields = try container.decode(String.self).split(
                    separator: ".", omittingEmptySubsequences: false)
                guard fields.count == 3, fields[1].isEmpty, let first = Int64(fields[0]),
                    let last = Int64(fields[2]), first <= last
                else {
                    throw DecodingError.dataCorruptedError(
                        in: container, debugDescription: "an interval is written \"first..last\"")
                }
                frames = first...last
            }
        }

        struct Rate: Decodable {
            var perSecond: Double

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let rate = try? container.decode(Double.self) {
                    perSecond = rate
                    return
                }
                let parts = try container.decode(String.self).split(separator: "/").map { Double($0) ?? .nan }
                perSecond = parts.count == 2 ? parts[0] / parts[1] : parts.first ?? .nan
            }
        }

        var video: String?
        var fps: Rate
        var boundaries: [Mark]
    }

    static func readMarks(_ file: TextFile) throws(TextFileError) -> SceneLabels {
        let marks = try file.decode(
            Marks.self, remedy: "write {\"fps\":...,\"boundaries\":[frame, \"first..last\", ...]}")
        let (rate, frames) = (marks.fps.perSecond, marks.boundaries.map(\.frames))
        guard rate.isFinite, rate > 0 else {
            throw file.malformed("'fps' is not a rate", remedy: "give the pictures per second, above 0")
        }
        guard zip([0...0] + frames, frames).allSatisfy({ $0.upperBound < $1.lowerBound }),
            frames.last?.upperBound ?? 0 < 1_000_000_000
        else {
            throw file.malformed(
                "the boundaries are not in order",
                remedy: "list the first frame of each scene in order of time")
        }
        guard Double(frames.last?.upperBound ?? 0) / rate <= longest else {
            throw file.malformed("the last boundary lies beyond any film", remedy: "check 'fps'")
        }
        let starts = [0] + frames.map { Double($0.upperBound) / rate }
        let ends = frames.map { Double($0.lowerBound) / rate } + [.infinity]
        let scenes = zip(starts, ends).map { ShotRange(start: $0, end: $1) }
        return SceneLabels(film: marks.video.map(TextFile.stem) ?? file.stem, scenes: scenes)
    }
}
