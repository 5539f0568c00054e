import Platform
import SceneIndex
import TensorKernels
import Testing

/// What a threshold costs in false matches.
@Suite struct MatchRateTests {
    /// Eight scenes in six hours.
    private static let rate = MatchRate(
        scores: [0.5, 0.99, 0.25, -.infinity, 0.9, 0.75, 0.8, 0.6], seconds: 6 * 3600)

    @Test(arguments: [
        (0.0, 28.0), (0.5, 24.0), (0.55, 20.0), (0.75, 16.0), (0.76, 12.0), (0.99, 4.0), (0.995, 0.0),
    ])
    func matchesAreCounted(threshold: Double, perDay: Double) {
        #expect(Self.rate.perDay(at: threshold) == perDay)
    }

    /// The threshold allows so many and no more; a little lower, and there are too many.
    @Test(arguments: [(4.0, 1), (7.9, 1), (8.0, 2), (12.0, 3), (24.0, 6)])
    func thresholdsAllowWhatIsWanted(perDay: Double, allowed: Int) {
        let found = Self.rate.threshold(perDay: perDay)
        #expect(found.isMeasured)
        #expect(Self.rate.perDay(at: found.threshold) == Double(allowed) * 4)
        #expect(Self.rate.perDay(at: found.threshold - 0.000_002) > perDay)
    }

    /// Six hours cannot tell of less than four a day: the threshold lies above every match, and says so.
    @Test func tooLittleIsSaid() {
        let found = Self.rate.threshold(perDay: 3.9)
        #expect(!found.isMeasured && Self.rate.perDay(at: found.threshold) == 0 && found.threshold > 0.99)
    }

    /// Copies score 1, and no threshold leaves them out: where they are too many, that is said.
    @Test(arguments: [(3.0, 3), (11.9, 3), (12.0, 0), (16.0, 0), (100.0, 0)])
    func copiesAreSaid(perDay: Double, copies: Int) {
        let rate = MatchRate(scores: [1, 0.5, 1, 0.9, 1.000_000_1], seconds: 6 * 3600)
        let found = rate.threshold(perDay: perDay)
        #expect(rate.copies(perDay: perDay) == copies && found.isMeasured == (copies == 0))
        #expect((rate.perDay(at: found.threshold) <= perDay) == (copies == 0))
    }

    /// As many as there are scenes: everything matches.
    @Test func everythingMayMatch() {
        #expect(Self.rate.threshold(perDay: 1000) == (0, true))
    }

    /// Each scene's nearest one of another recording is what comparing all with all gives; a sample is part
    /// of it.
    @Test(arguments: 1...6) func twinsAreTheNearestOfOthers(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let folder = try IndexFolder(width: 6)
        do {
            let writer = try folder.writer()
            for number in 0..<9 {
                try writer.add(
                    "r\(number)",
                    IndexFolder.scenes(1 + random.position(below: 5), width: 6, using: &random))
            }
            try writer.remove("r4")
        }
        let index = try folder.index()
        let twins = SceneSearch.twins(in: index, most: 1000, threadCount: 2)
        let rows = index.book.live.flatMap(\.rows).filter { !index.vector($0).isZero }
        #expect(twins.map(\.row) == rows)
        for twin in twins {
            let own = index.scene(twin.row).recording
            let others = rows.filter { index.scene($0).recording != own }
            let best = others.map { Self.cosine(index.vector(twin.row), index.vector($0)) }.max() ?? -1
            #expect(abs(Double(twin.match?.score ?? 0) - max(0, best)) < 1e-5)
            if let match = twin.match { #expect(others.contains(match.row)) }
        }
        let few = SceneSearch.twins(in: index, most: 5, threadCount: 1)
        #expect(few.count <= 5 && Set(few.map(\.row)).isSubset(of: rows))
    }

    private static func cosine(_ left: HalfVector, _ right: HalfVector) -> Double {
        let pairs = zip(left.floats, right.floats).map { (Double($0), Double($1)) }
        let dot = pairs.reduce(0) { $0 + $1.0 * $1.1 }
        let (a, b) = pairs.reduce((0.0, 0.0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
        return dot / (a * b).squareRoot()
    }

    /// The newest rows are kept, with their numbers.
    @Test(arguments: [1, 3, 5, 8], [0, 1, 4, 5, 6, 13]) func listsKeepTheNewest(capacity: Int, count: Int) {
        var list = HalfList(width: 3, capacity: capacity)
        var random = SeededGenerator(seed: 5)
        let rows = (0..<count).map { _ in HalfVector((0..<3).map { _ in Float(random.fraction()) - 0.5 }) }
        for row in rows { list.append(row) }
        let query = HalfVector([0.5, -0.25, 1])
        var found: [Int: Float] = [:]
        list.forEachCosine(with: query.floats) { found[$0] = $1 }
        #expect(found.keys.sorted() == Array(max(0, count - capacity)..<count))
        #expect(list.startIndex == max(0, count - capacity) && list.endIndex == count)
        for (row, cosine) in found { #expect(abs(Double(cosine) - Self.cosine(rows[row], query)) < 1e-5) }
    }
}
