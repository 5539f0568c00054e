internal import SceneSegmentation
internal import Timeline

/// Pairwise distances of a few parts by one or several similarity cues (`CueCombination`).
///
/// A cue is a kind of embedding: `EncodedPart.embedding` is the first, `furtherEmbeddings` are the others. It
/// knows a part whose embedding has a direction (`CosineDistances.hasDirection`).
struct CueDistances: Sendable {
    private let cueCount: Int
    private var combination: CueCombination
    private var distances = CosineDistances()
    /// Positions that the cue at hand knows, and where they stand among those that were asked for.
    private var known: [Int] = []
    private var places: [Int] = []

    init(_ cues: ComparedCues, unit: CueCombination.Unit = .mean) {
        cueCount = cues.typicalDistances.count
        combination = CueCombination(cues, unit: unit)
    }

    /// n x n for the n positions that were measured last, row by row, symmetric, diagonal 0.
    var values: [Float] { combination.values }

    /// Whether any cue knows `part`.
    func knows(_ part: EncodedPart) -> Bool {
        (0..<cueCount).contains { CosineDistances.hasDirection(part.embedding(ofCue: $0)) }
    }

    /// Cosine distance of two parts by the first cue that knows both; 1 where none does.
    func cosine(_ left: EncodedPart, _ right: EncodedPart) -> Double {
        let pair = [left, right]
        for cue in 0..<cueCount
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
        combination.begin(count: positions.count)
        for cue in 0..<cueCount {
            known.removeAll(keepingCapacity: true)
            places.removeAll(keepingCapacity: true)
            for (place, position) in positions.enumerated()
            where CosineDistances.hasDirection(parts[position].embedding(ofCue: cue)) {
                known.append(position)
                places.append(place)
            }
            distances.measure(parts, at: known, cue: cue)
            combination.add(distances.values, at: places, cue: cue)
        }
        combination.finish()
    }

    /// The pair across `center`, which counts to the left, of the smallest distance among those that were
    /// measured last at `positions`; nil where a side has none.
    ///
    /// What is told is the cosine distance by the first cue that knows both parts.
    func mostAlike(_ parts: [EncodedPart], at positions: [Int], across center: Int) -> ScoreReasons.Pair? {
        var best: (left: Int, right: Int, distance: Float)?
        for (row, left) in positions.enumerated() where left <= center {
            for (column, right) in positions.enumerated() where right > center {
                let distance = values[row * positions.count + column]
                if distance < best?.distance ?? .infinity { best = (left, right, distance) }
            }
        }
        guard let best else { return nil }
        let (left, right) = (parts[best.left], parts[best.right])
        return ScoreReasons.Pair(
            leftPart: left.index, rightPart: right.index, distance: cosine(left, right))
    }
}

extension EncodedPart {
    /// Its embedding by the similarity cue `cue`, from 0; empty where it has none.
    func embedding(ofCue cue: Int) -> [Float] {
        guard cue > 0 else { return embedding }
        return cue <= furtherEmbeddings.count ? furtherEmbeddings[cue - 1] : []
    }
}
