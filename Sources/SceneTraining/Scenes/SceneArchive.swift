internal import NeuralNet
internal import TensorKernels

/// What a scene encoder learns from: recordings, which of them are alike, and which are kept back.
package struct SceneArchive: Sendable {
    package let films: [TrainingFilm]
    /// Unit embeddings of every recording [N, E]; what shows nothing stays 0.
    let shots: [Matrix]
    /// All that are alike, as their owner says, and what shows the same.
    package let known: SimilarRecordings
    /// Pairs that are trained on.
    package let similar: SimilarRecordings
    /// Recordings that are not trained on.
    package let heldOut: Set<Int>
    /// Pairs that show the same film; they are not trained on, because copies are no task.
    package let copies: [SimilarRecordings.Pair]

    /// - Parameters:
    ///   - films: of equal width.
    ///   - similar: as the owner says.
    ///   - partners: about so many pairs of each recording are trained on.
    ///   - heldOutShare: of the recordings that are alike to others.
    ///   - seed: decides which are kept back, and which pairs are taken.
    package init(
        films: [TrainingFilm], similar: SimilarRecordings, partners: Int, heldOutShare: Double, seed: UInt64
    ) {
        self.films = films
        shots = films.map { film in
            var rows = film.embeddings
            for row in 0..<rows.rows where rows.row(row).contains(where: { !$0.isFinite }) {
                rows.setRow(row, to: [Float](repeating: 0, count: rows.columns))
            }
            return UnitRows(rows).values
        }
        let copies = similar.pairs.filter { films[$0.first].isSameFilm(as: films[$0.second]) }
        let copySet = Set(copies)
        self.copies = copies
        known = similar
        var random = RandomStream(seed: seed, purpose: .folds)
        let candidates = films.indices.filter { !similar.partners(of: $0).isEmpty }
        let count = Int((Double(candidates.count) * heldOutShare).rounded())
        let order = random.permutation(candidates.count)
        let heldOut = Set(order.prefix(count).map { candidates[$0] })
        self.heldOut = heldOut
        self.similar = similar.without { pair in
            copySet.contains(pair) || heldOut.contains(pair.first) || heldOut.contains(pair.second)
        }.thinned(to: partners, seed: seed)
    }

    /// Recordings that are trained on.
    var chosen: [Int] { films.indices.filter { !heldOut.contains($0) } }

    /// At most so many pairs of scenes come of it.
    package func pairBound(window: Int) -> Int {
        similar.pairs.reduce(0) {
            $0 + SceneWindowPairs.bound(films[$1.first].shotCount, films[$1.second].shotCount, window: window)
        }
    }

    /// A number that archives of other content hardly share.
    var identity: UInt64 {
        var hash = TrainingFilm.identity(films, restarts: false)
        for pair in known.pairs + similar.pairs {
            for value in [UInt64(pair.first), UInt64(pair.second), pair.weight.bitPattern] {
                hash = (hash ^ value) &* 0x0000_0100_0000_01b3
            }
        }
        return hash
    }

    /// The scenes that a trained network finds alike: of every pair of recordings, in order.
    package func scenePairs(_ network: SimilarityNetwork, window: Int) -> [ScenePair] {
        var embedded: [Int: Matrix] = [:]
        for recording in Set(similar.pairs.flatMap { [$0.first, $0.second] }) {
            embedded[recording] = network.embed(shots[recording])
        }
        var pairs: [ScenePair] = []
        for pair in similar.pairs {
            guard let first = embedded[pair.first], let second = embedded[pair.second] else { continue }
            var similarities = Matrix(rows: first.rows, columns: second.rows)
            multiplyInto(&similarities, first.block, second.transposed)
            for (row, column) in SceneWindowPairs.choose(similarities, window: window) {
                let found = ScenePair(
                    first: SceneWindow(recording: pair.first, first: row, count: window),
                    second: SceneWindow(recording: pair.second, first: column, count: window),
                    weight: pair.weight)
                if isSeen(found.first), isSeen(found.second) { pairs.append(found) }
            }
        }
        return pairs
    }

    /// The first windows of every pair of recordings that show something: never fewer pairs than none where
    /// there are any.
    func firstPairs(window: Int) -> [ScenePair] {
        func first(_ recording: Int) -> SceneWindow? {
            let starts = 0..<max(0, shots[recording].rows - window + 1)
            return starts.lazy.map { SceneWindow(recording: recording, first: $0, count: window) }
                .first(where: isSeen)
        }
        return similar.pairs.compactMap { pair in
            guard let one = first(pair.first), let other = first(pair.second) else { return nil }
            return ScenePair(first: one, second: other, weight: pair.weight)
        }
    }

    private func isSeen(_ window: SceneWindow) -> Bool {
        window.shots.contains { shot in shots[window.recording].row(shot).contains { $0 != 0 } }
    }
}
