internal import TextFiles

/// Scenes of one film as people labelled them: on the film's clock, without regard to any shot detector.
package struct SceneLabels: Hashable, Sendable {
    package var film: String
    /// Scenes in order, in seconds, half open.
    package var scenes: [ShotRange]

    package init(film: String, scenes: [ShotRange]) {
        self.film = film
        self.scenes = scenes
    }

    /// `{"video":...,"fps":...,"scenes":[{"start_frame":...,"end_frame":...,"start_s":...}]}`: scenes by first and last
    /// frame, or by `start_s` and `end_s` in seconds; frames win where both are given. A scene without end reaches to
    /// the next.
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
        if let fps = document.fps, !(fps.isFinite && fps > 0) {
            throw file.malformed("'fps' is \(fps)", remedy: "give the pictures per second, above 0")
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
            starts.append(start)
            ends.append(
                scene.end_frame.flatMap { frame in document.fps.map { Double(frame + 1) / $0 } }
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
}
