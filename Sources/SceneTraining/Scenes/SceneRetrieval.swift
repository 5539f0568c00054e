package import SceneModel
package import SceneSegmentation
internal import TensorKernels
package import Timeline

/// How often the scenes nearest to a scene are of recordings that are alike: precision at 1, 5 and 10
/// (Movies2Scenes, section 4.5).
package struct SceneRetrieval: Sendable {
    package struct Figure: Hashable, Sendable {
        /// Scenes asked about.
        package var count: Int
        /// Share of the first 1, 5 and 10 answers that are of recordings alike; mean over the scenes.
        package var first: Double
        package var five: Double
        package var ten: Double
    }

    private struct IndexedScene {
        var recording: Int
        var parts: [ScenePart]
        /// Those that an encoder of pictures sees.
        var pictured: [ScenePart]
    }

    private let scenes: [IndexedScene]
    private let asked: [Int]
    private let similar: SimilarRecordings
    private let width: Int

    /// Scenes of `heldOut` recordings are asked about; those of all others answer, and of other held-out
    /// ones, never those of the same recording. A film's scenes are those of its labels, else pieces of
    /// `piece` rows. Scenes that show nothing are left out. `pictures`: the frames of the rows of a recording
    /// that stand for some of them, for encoders of pictures.
    package init(
        films: [TrainingFilm], heldOut: Set<Int>, similar: SimilarRecordings, piece: Int,
        pictures: ((_ recording: Int, _ rows: Range<Int>) -> [[RGBPicture]])? = nil
    ) {
        width = films.first?.embeddings.columns ?? 0
        self.similar = similar
        var scenes: [IndexedScene] = []
        for (recording, film) in films.enumerated() {
            for range in film.scenes(piece: piece) {
                let parts = film.parts(range)
                if SceneBatch.isSeen(parts, width: film.embeddings.columns) {
                    let pictured = pictures?(recording, range).map {
                        ScenePart(embedding: [], seconds: 1, pictures: $0)
                    }
                    scenes.append(
                        IndexedScene(recording: recording, parts: parts, pictured: pictured ?? []))
                }
            }
        }
        self.scenes = scenes
        asked = scenes.indices.filter { place in
            let recording = scenes[place].recording
            return heldOut.contains(recording) && !similar.partners(of: recording).isEmpty
        }
    }

    /// Scenes asked about.
    package var count: Int { asked.count }

    /// The figures of a network.
    package func figure(_ network: SceneTransformer) -> Figure { figure(TrainedSceneEncoder(network)) }

    /// The figures of an encoder. O(scenes x (encoding + asked x E)).
    package func figure(_ encoder: some SceneEncoder) -> Figure {
        let dimension = encoder.dimension(embeddings: width)
        var vectors = Matrix(rows: scenes.count, columns: dimension)
        for (place, scene) in scenes.enumerated() {
            let parts = encoder.pictures == nil ? scene.parts : scene.pictured
            vectors.setRow(place, to: encoder.encode(parts, width: width))
        }
        var sums = (first: 0.0, five: 0.0, ten: 0.0)
        var scores = Matrix(rows: 1, columns: scenes.count)
        for question in asked {
            multiplyInto(&scores, vectors.block(rows: question..<question + 1), vectors.transposed)
            let own = scenes[question].recording
            let values = scores.values
            let others = scenes.indices.filter { scenes[$0].recording != own }
            // Equal scores: the earlier scene.
            let best = others.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }.prefix(
                10)
            let hits = best.map { similar.areAlike(own, scenes[$0].recording) }
            func share(_ count: Int) -> Double {
                Double(hits.prefix(count).count { $0 }) / Double(max(1, min(count, hits.count)))
            }
            sums = (sums.first + share(1), sums.five + share(5), sums.ten + share(10))
        }
        let count = Double(max(1, asked.count))
        return Figure(
            count: asked.count, first: sums.first / count, five: sums.five / count, ten: sums.ten / count)
    }
}

extension TrainingFilm {
    /// Rows of each scene, in order: by the labels, else pieces of `piece` rows, of which the last may be
    /// longer.
    func scenes(piece: Int) -> [Range<Int>] {
        var starts = [0]
        if let labels {
            starts += labels.indices.dropLast().filter { labels[$0] }.map { $0 + 1 }
        } else {
            starts = stride(from: 0, through: max(0, shotCount - piece), by: piece).map(\.self)
        }
        return starts.indices.map { starts[$0]..<(($0 + 1 < starts.count) ? starts[$0 + 1] : shotCount) }
    }
}
