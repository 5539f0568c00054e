internal import TextFiles

/// The embeddings of one film's shots.
package struct EmbeddedFilm: Sendable {
    /// The file; its name without extension names the film.
    package var path: String
    package var dimension: Int
    /// One for each shot, in order, each `dimension` wide.
    package var shots: [[Float]]

    package init(path: String, dimension: Int, shots: [[Float]]) {
        self.path = path
        self.dimension = dimension
        self.shots = shots
    }
}

extension SceneEvaluation {
    /// How well clusters of embeddings agree with labeled scenes, over the scenes of all films together.
    ///
    /// Films and embeddings are joined by name, or where there is one of each; all films need embeddings of
    /// one width, of the same shots.
    package static func clustering(
        _ films: [EvaluatedFilm], _ embedded: [EmbeddedFilm], probe: SceneClustering = SceneClustering()
    ) throws(EvaluationError) -> ReportTable {
        var values: [Float] = []
        var scenes: [Range<Int>] = []
        var rows = 0
        for film in films {
            let only = films.count == 1 && embedded.count == 1
            guard let match = embedded.first(where: { only || TextFile.stem($0.path) == film.id }) else {
                throw .mismatch(
                    problem: "film '\(film.id)' has no embeddings",
                    remedy: "name the file of embed after the film")
            }
            guard match.dimension == embedded[0].dimension else {
                throw .mismatch(
                    problem:
                        "\(match.path) has embeddings of \(match.dimension) numbers, \(embedded[0].path) of "
                        + "\(embedded[0].dimension)", remedy: "embed all films alike")
            }
            let last = film.shots.last?.index ?? -1
            guard film.endClosesScene ? last + 1 == match.shots.count : last < match.shots.count else {
                throw .mismatch(
                    problem:
                        "\(match.path) holds \(match.shots.count) shots, film '\(film.id)' has \(last + 1)",
                    remedy: "embed with the options that the events were made with")
            }
            scenes += film.labeledScenes.map { $0.lowerBound + rows..<$0.upperBound + rows }
            rows += match.shots.count
            for shot in match.shots { values += shot }
        }
        let agreement = probe.agreement(
            embeddings: values, dimension: embedded.first?.dimension ?? 1, scenes: scenes)
        let long = scenes.count { $0.count >= probe.shotsPerScene }
        return ReportTable(
            key: "clustering", title: "Clusters of shots against scenes, in percent",
            columns: [
                .init("metric", "metric"), .init("title", "name"), .init("value", "value"),
                .init("scenes", "scenes"), .init("shots_per_scene", "shots of each"),
                .init("trials", "trials"),
            ],
            rows: [
                [
                    .text("nmi"), .text("NMI"), .share(optional: agreement),
                    .count(min(long, probe.sceneCount)), .count(probe.shotsPerScene), .count(probe.trials),
                ]
            ])
    }
}

extension EvaluatedFilm {
    /// Runs of shots that end with a labeled boundary, by index of the shots; a run begins anew behind a shot
    /// that is missing. Shots behind the last boundary are a scene only if the film's end closes it. Of a
    /// shot in pieces the end counts: it has one embedding.
    var labeledScenes: [Range<Int>] {
        var scenes: [Range<Int>] = []
        var first: Int?
        var before: Int?
        for (position, shot) in shots.enumerated() {
            let isLast = position == shots.count - 1
            guard isLast || shots[position + 1].index != shot.index else { continue }
            if first == nil || before.map({ $0 + 1 }) != shot.index { first = shot.index }
            before = shot.index
            guard let start = first, shot.isBoundary || (endClosesScene && isLast) else { continue }
            scenes.append(start..<shot.index + 1)
            first = nil
        }
        return scenes
    }
}
