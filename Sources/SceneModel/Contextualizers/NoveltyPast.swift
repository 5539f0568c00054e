internal import RealModule
internal import TensorKernels

/// How new each part of a stream is against what the stream itself showed in the last hours: a value that
/// takes one embedding at a time, and knows no archive.
///
/// It keeps the first part of each 128th of the hours, as a unit embedding of half precision, and compares a
/// part with those that lie at least `NoveltyLevels.partCount` parts behind it. Its time is that of the parts
/// that showed something: gaps do not count, and a night without pictures empties nothing.
///
/// The novelty is -log of the mean of exp((cosine - 1) / T) over them, in nats, as `SurpriseModel.novelty`
/// has it of an archive. T is a 32nd of the mean distance 1 - cosine among them, so that encoders whose
/// embeddings are nearly parallel and others give alike numbers, and the nearest of them count most.
package struct NoveltyPast: Sendable {
    /// A part that was kept.
    package struct Kept: Hashable, Sendable {
        /// Time behind it, in ticks of the parts so far.
        package var time: Int64
        /// How many parts there were, it included.
        package var part: Int64
        /// [E], 1 long but for rounding.
        package var unit: [Float16]

        package init(time: Int64, part: Int64, unit: [Float16]) {
            (self.time, self.part, self.unit) = (time, part, unit)
        }
    }

    /// Stretches of the hours, of each of which one part is kept.
    package static let stretchCount: Int64 = 128
    /// Most parts that are kept: the hours may begin and end within a stretch.
    package static let mostKept = Int(stretchCount) + 1
    /// So many to compare with, before anything is said.
    package static let leastCompared = 16
    /// T is this part of the mean distance.
    private static let sharpness: Float = 32
    /// Less than that mean distance counts as that: what stands still is not made new by noise.
    private static let leastDistance: Float = 0.001

    /// In ticks.
    package let length: Int64
    /// Ticks and number of the parts so far that showed something.
    package private(set) var seen: Int64 = 0
    package private(set) var partCount: Int64 = 0
    /// The oldest first; at most `mostKept`.
    package private(set) var kept: [Kept] = []
    /// The first so many of them as rows, and T; nil where they have to be laid out anew.
    private var compared: (rows: Matrix, temperature: Float)?

    /// - Parameter length: in ticks, at least 1.
    package init(length: Int64) {
        precondition(length > 0, "a time to look back on")
        self.length = length
    }

    /// Whether a part shows something: its embedding has a direction.
    package static func shows(_ embedding: [Float]) -> Bool { unit(embedding) != nil }

    /// Takes the next part; one that shows nothing is passed over. Equal embeddings give equal bits.
    /// O(128 E).
    ///
    /// - Parameters:
    ///   - embedding: [E], the same E each time.
    ///   - ticks: length of the part, at least 0.
    /// - Returns: its novelty in nats; nil for one that shows nothing, and until there are `leastCompared` to
    ///   compare with.
    package mutating func push(_ embedding: [Float], ticks: Int64) -> Float? {
        precondition(ticks >= 0, "time goes forward")
        guard let unit = Self.unit(embedding) else { return nil }
        seen += ticks
        partCount += 1
        let old = kept.prefix { $0.time <= seen - length }.count
        if old > 0 {
            kept.removeFirst(old)
            compared = nil
        }
        let count = kept.prefix { $0.part <= partCount - Int64(NoveltyLevels.partCount) }.count
        let novelty = count < Self.leastCompared ? nil : novelty(unit, count)
        let stretch = (length + Self.stretchCount - 1) / Self.stretchCount
        if kept.last.map({ $0.time / stretch != seen / stretch }) ?? true {
            kept.append(Kept(time: seen, part: partCount, unit: unit.map { Float16($0) }))
        }
        return novelty
    }

    private mutating func novelty(_ unit: [Float], _ count: Int) -> Float {
        let (rows, temperature) = laidOut(count)
        var products = Matrix(rows: 1, columns: count)
        multiplyInto(
            &products, Matrix(rows: 1, columns: unit.count, values: unit).block, rows.block.transposed)
        let powers = products.values.map { Double(($0 - 1) / temperature) }
        let highest = powers.max() ?? 0
        let sum = powers.reduce(0.0) { $0 + Double.exp($1 - highest) }
        return Float(max(0, -(highest + Double.log(sum / Double(count)))))
    }

    /// The first `count` that are kept, and T.
    private mutating func laidOut(_ count: Int) -> (rows: Matrix, temperature: Float) {
        if let compared, compared.rows.rows == count { return compared }
        let width = kept[0].unit.count
        let rows = Matrix(
            rows: count, columns: width, values: kept[..<count].flatMap { $0.unit.map { Float($0) } })
        // Of unit rows the sum of all products is the square of their sum.
        var square = 0.0
        for column in 0..<width {
            var sum = 0.0
            for row in 0..<count { sum += Double(rows[row, column]) }
            square += sum * sum
        }
        let pairs = Double(count) * Double(count - 1)
        let distance = 1 - Float((square - Double(count)) / pairs)
        let laidOut = (rows, max(distance, Self.leastDistance) / Self.sharpness)
        compared = laidOut
        return laidOut
    }

    /// 1 long; nil for a part that shows nothing: zeros, or values that are no numbers.
    private static func unit(_ embedding: [Float]) -> [Float]? {
        let square = embedding.reduce(0.0) { $0 + Double($1) * Double($1) }
        guard square.isFinite, square > 1e-24 else { return nil }
        let factor = Float(1 / square.squareRoot())
        return embedding.map { $0 * factor }
    }

    /// Goes on from what another one of the same length had. False, and unchanged, where it cannot be: times
    /// or numbers do not rise, lie outside of the hours, or a unit is none.
    package mutating func restore(seen: Int64, partCount: Int64, kept: [Kept], width: Int) -> Bool {
        guard seen >= 0, partCount >= 0, kept.count <= Self.mostKept,
            kept.allSatisfy({ 0...seen ~= $0.time && seen - $0.time < length }),
            kept.allSatisfy({ 1...max(1, partCount) ~= $0.part && partCount > 0 }),
            zip(kept, kept.dropFirst()).allSatisfy({ $0.time < $1.time && $0.part < $1.part }),
            kept.allSatisfy({
                $0.unit.count == width && $0.unit.allSatisfy { $0.isFinite && abs($0) <= 1.01 }
            })
        else { return false }
        self = NoveltyPast(length: length)
        (self.seen, self.partCount, self.kept) = (seen, partCount, kept)
        return true
    }
}
