import SceneModel
import SceneSegmentation
import Testing
import Timeline

/// Several similarity cues side by side in the relational network that is part of the program.
@Suite struct RelationalCueTests {
    private static let plans = ["AABABBCCDCD", "AAAABBBBABABCCCC", "ABCABCDDDDEEFEFE"]

    private static func scorer(_ typical: [Float?]) throws -> RelationalScorer {
        let file = try ModelFile(path: "builtin:relational")
        return RelationalScorer(
            network: try #require(file.context as? RelationalNetwork), head: file.head,
            cues: ComparedCues(typicalDistances: typical))
    }

    private static func scores(_ parts: [EncodedPart], _ typical: [Float?]) throws -> [Float] {
        var scorer = try scorer(typical)
        var ring = EmbeddingRing(neighborCount: scorer.neighborCount, leftCount: scorer.leftCount)
        var scores = parts.compactMap { part in ring.push(part).map { scorer.score($0) } }
        scores += ring.finish().map { scorer.score($0) }
        return scores
    }

    private static func joined(_ first: [EncodedPart], _ others: [[Float]]...) -> [EncodedPart] {
        first.indices.map { index in
            var part = first[index]
            part.furtherEmbeddings = others.map { $0[index] }
            return part
        }
    }

    private static func difference(_ left: [Float], _ right: [Float]) -> Float {
        zip(left, right).map { abs($0 - $1) }.max() ?? .infinity
    }

    @Test(arguments: plans, [Float?.none, 0.3])
    func twoEqualCuesAreOne(_ plan: String, _ typical: Float?) throws {
        let film = CoherenceFixtures.film(plan)
        let one = try Self.scores(film, [typical])
        let two = try Self.scores(Self.joined(film, film.map(\.embedding)), [typical, typical])
        #expect(one.count == film.count && Self.difference(one, two) < 1e-4)
    }

    /// A cue that knows nothing says nothing, and embeddings that nobody asked for do not count.
    @Test(arguments: plans) func whatKnowsNothingSaysNothing(_ plan: String) throws {
        let film = CoherenceFixtures.film(plan)
        let one = try Self.scores(film, [0.4])
        let nothing = film.map { _ in [Float](repeating: 0, count: 3) }
        #expect(try Self.difference(Self.scores(Self.joined(film, nothing), [0.4, 0.07]), one) < 1e-4)
        let other = CoherenceFixtures.film(plan, dimension: 8, seed: 9).map(\.embedding)
        #expect(try Self.scores(Self.joined(film, other), [0.4]) == one)
        // A missing embedding is one that knows nothing.
        #expect(try Self.difference(Self.scores(film, [0.4, 0.07]), one) < 1e-4)
    }

    /// A part that the first cue knows nothing of is left to the second; where neither does, it is blank.
    @Test func theOtherCueKnows() throws {
        var film = CoherenceFixtures.film("AAAABBBBCCCC", spread: 0.1)
        let whole = film.map(\.embedding)
        film[5].embedding = [Float](repeating: 0, count: whole[5].count)
        let blank = try Self.scores(film, [0.4])
        let known = try Self.scores(Self.joined(film, whole), [0.4, 0.4])
        let expected = try Self.scores(CoherenceFixtures.film("AAAABBBBCCCC", spread: 0.1), [0.4])
        #expect(Self.difference(known, expected) < 0.05)
        #expect(Self.difference(blank, expected) > 0.1)
    }

    /// Distances a hundredth as large count as much: each cue has a unit of its own.
    @Test(arguments: [Float?.none, 0.004]) func scaleSaysNothing(_ typical: Float?) throws {
        let film = CoherenceFixtures.film("AAAABBBBCCCCDDDD", spread: 0.2)
        let other = CoherenceFixtures.film("AAAAAAAABBBBBBBB", spread: 0.2, seed: 4)
        let near = other.map { part in
            let length = part.embedding.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            return [1] + part.embedding.map { 0.1 * $0 / length }
        }
        let alone = try Self.scores(film, [0.4])
        let far = try Self.scores(Self.joined(film, other.map(\.embedding)), [0.4, typical.map { $0 * 100 }])
        let scaled = try Self.scores(Self.joined(film, near), [0.4, typical])
        #expect(Self.difference(far, scaled) < 0.03)
        #expect(Self.difference(far, alone) > 0.1)
    }

    /// Which two parts across the cut are most alike is said by all cues.
    @Test func mostAlikeByAllCues() throws {
        let axes: [[Float]] = (0..<6).map { axis in (0..<6).map { $0 == axis ? 1 : 0 } }
        // By the first cue parts 0 and 3 are nearly one; by the second they are not, and 1 and 4 are.
        let film = (0..<6).map { CoherenceFixtures.part($0, $0 == 3 ? [0.9, 0, 0, 0.44, 0, 0] : axes[$0]) }
        let other = (0..<6).map { $0 == 4 ? axes[1] : axes[$0] }
        let parts = Self.joined(film, other)
        var scorer = try Self.scorer([0.4, 0.4])
        let count = scorer.neighborCount
        let places = (-count...count).map { min(max(2 + $0, 0), 5) }
        let window = ContextWindow(
            parts: places.map { parts[$0] }, repeatedLeft: count - 2, repeatedRight: count - 3)
        let pair = try #require(scorer.reasons(window)?.alike)
        #expect(pair.leftPart == 1 && pair.rightPart == 4)
        var alone = try Self.scorer([0.4])
        #expect(alone.reasons(window)?.alike?.leftPart == 0)
    }
}
