internal import SceneSegmentation

/// Pairwise distances of a few parts by one or several similarity cues: each cue's cosine distances in a unit
/// of its own, then their mean over the cues that know both parts.
///
/// A cue is a kind of embedding: `EncodedPart.embedding` is the first, `furtherEmbeddings` are the others. It
/// knows a part whose embedding has a direction (`CosineDistances.hasDirection`).
struct CueDistances: Sendable {
    /// Of each cue; nil where nobody has measured it (`CoherenceScorer.typicalDistances`).
    let typicalDistances: [Float?]
    /// n x n for the n positions that were measured last, row by row, symmetric, diagonal 0.
    private(set) var values: [Float] = []

    private var distances = CosineDistances()
    /// Positions that the cue at hand knows, and where they stand among those that were asked for.
    private var known: [Int] = []
    private var places: [Int] = []
    /// How many cues have a distance of each pair.
    private var counts: [Float] = []

    /// Mean distances below it are rounding: such parts are equal.
    static let leastDistance: Float = 1e-5
    /// Where no cue knows both parts: as far as two parts are from each other in the mean.
    static let unknownDistance: Float = 1

    init(typicalDistances: [Float?]) { self.typicalDistances = typicalDistances }

    /// Whether any cue knows `part`.
    func knows(_ part: EncodedPart) -> Bool {
        typicalDistances.indices.contains { CosineDistances.hasDirection(part.embedding(ofCue: $0)) }
    }

    /// Cosine distance of two parts by the first cue that knows both; 1 where none does.
    func cosine(_ left: EncodedPart, _ right: EncodedPart) -> Double {
        let pair = [left, right]
        for cue in typicalDistances.indices
        where pair.allSatisfy({ CosineDistances.hasDirection($0.embedding(ofCue: cue)) }) {
            var distances = CosineDistances()
            distances.measure(pair, at: [0, 1], cue: cue)
            return Double(distances.values[1])
        }
        return 1
    }

    /// Measures `parts` at `positions`, each of which a cue knows; O(n^2 D). Embeddings of one cue are of one
    /// length.
    mutating func measure(_ parts: [EncodedPart], at positions: [Int]) {
        let count = positions.count
        guard typicalDistances.count > 1 else {
            distances.measure(parts, at: positions)
            let unit = unit(of: 0)
            values.removeAll(keepingCapacity: true)
            for value in distances.values { values.append(value * unit) }
            return
        }
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(0, count: count * count))
        counts.removeAll(keepingCapacity: true)
        counts.append(contentsOf: repeatElement(0, count: count * count))
        for cue in typicalDistances.indices { add(cue, parts, at: positions) }
        for pair in values.indices where pair / count != pair % count {
            values[pair] = counts[pair] > 0 ? values[pair] / counts[pair] : Self.unknownDistance
        }
    }

    private mutating func add(_ cue: Int, _ parts: [EncodedPart], at positions: [Int]) {
        known.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        for (place, position) in positions.enumerated()
        where CosineDistances.hasDirection(parts[position].embedding(ofCue: cue)) {
            known.append(position)
            places.append(place)
        }
        distances.measure(parts, at: known, cue: cue)
        let unit = unit(of: cue)
        for row in known.indices {
            for column in known.indices where row != column {
                let pair = places[row] * positions.count + places[column]
                values[pair] += distances.values[row * known.count + column] * unit
                counts[pair] += 1
            }
        }
    }

    /// 1 / unit of what was measured last.
    private func unit(of cue: Int) -> Float {
        let mean = distances.mean
        return 1 / (typicalDistances[cue].map { 0.5 * mean + 0.5 * $0 } ?? max(mean, Self.leastDistance))
    }
}

extension EncodedPart {
    /// Its embedding by the similarity cue `cue`, from 0; empty where it has none.
    func embedding(ofCue cue: Int) -> [Float] {
        guard cue > 0 else { return embedding }
        return cue <= furtherEmbeddings.count ? furtherEmbeddings[cue - 1] : []
    }
}
