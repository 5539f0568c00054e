import Foundation
import Platform
import SceneModel
import SceneSegmentation
import Testing
import Timeline

struct CoherenceScorerTests {
    /// Each letter is a place; `|` marks where a scene ends. A film's first and last part, alone at its edge,
    /// are left out: who knows what they belonged to.
    @Test(
        arguments: [
            "AAAAAA|BBBBBB", "AAAA|BBBBBB|CCCC", "ABABABAB|CCCCCCCC", "AABAAB|CCDCDC|EEEE", "ABABABA|CDCDCDC",
        ], [4, 8])
    func endsOfScenesScoreHighest(_ plan: String, _ neighbors: Int) {
        for seed in 1...5 {
            let (scores, ends) = Self.scores(plan, neighbors, seed: UInt64(seed))
            let least = ends.map { scores[$0] }.min() ?? 0
            let most =
                scores.indices.dropFirst().dropLast(2).filter { !ends.contains($0) }.map { scores[$0] }.max()
                ?? 1
            #expect(least > most, "seed \(seed): \(scores)")
        }
    }

    @Test(arguments: ["AAAAAA|BBBBBB", "AAAA|BBBBBB|CCCC", "ABABABAB|CCCCCCCC", "AAAAAAAAAAAAAAAA"], [4, 8])
    func aPeakAboveAHalfIsABoundary(_ plan: String, _ neighbors: Int) {
        for seed in 1...5 {
            let (scores, ends) = Self.scores(plan, neighbors, seed: UInt64(seed))
            for index in scores.indices.dropFirst().dropLast(2) {
                let isPeak = scores[index] >= max(scores[index - 1], scores[index + 1])
                #expect(
                    (isPeak && scores[index] > 0.5) == ends.contains(index), "seed \(seed), part \(index)")
            }
        }
    }

    private static func scores(_ plan: String, _ neighbors: Int, seed: UInt64) -> ([Float], Set<Int>) {
        var ends: Set<Int> = []
        var count = 0
        for letter in plan {
            if letter == "|" { ends.insert(count - 1) } else { count += 1 }
        }
        let film = CoherenceFixtures.film(plan.filter { $0 != "|" }, seed: seed)
        return (CoherenceFixtures.scores(film, neighbors: neighbors), ends)
    }

    /// Reasons add up to the score, and the most alike pair is that of the smallest distance across the cut.
    @Test func reasonsAddUp() throws {
        let parts = CoherenceFixtures.film("AABABBCCDCD")
        var scorer = CoherenceScorer(neighborCount: 4, typicalDistance: 0.4)
        for center in parts.indices.dropLast() {
            let window = CoherenceFixtures.window(parts, center: center, neighbors: 4)
            let found = scorer.reasons(window)
            let reasons = try #require(found)
            let sum = reasons.evidence.reduce(0) { $0 + $1.logit }
            #expect(abs(1 / (1 + exp(-sum)) - Double(scorer.score(window))) < 1e-6)
            #expect(reasons.evidence.map(\.kind) == ScoreReasons.Evidence.Kind.allCases)
            let pair = try #require(reasons.alike)
            #expect(pair.leftPart <= center && pair.rightPart > center && pair.rightPart <= center + 4)
            // C comes again behind D: the link across is a short one.
            if center == 8 { #expect(pair.distance < 0.4 && [6, 7].contains(pair.leftPart)) }
        }
        let last = CoherenceFixtures.window(parts, center: parts.count - 1, neighbors: 4)
        let (none, zero) = (scorer.reasons(last), scorer.score(last))
        #expect(none == nil && zero == 0)
    }

    @Test func interleavingIsHeldTogetherByItsLinks() {
        // The same eight parts on both sides of the middle: in order they are two scenes, interleaved one.
        let apart = CoherenceFixtures.scores(CoherenceFixtures.film("AAAABBBB"), neighbors: 4)[3]
        let interleaved = CoherenceFixtures.scores(CoherenceFixtures.film("ABABABAB"), neighbors: 4)[3]
        #expect(apart > 0.5)
        #expect(interleaved < 0.2)
    }

    /// Embeddings that differ little or much from one another, as those of some networks do: the same
    /// answers.
    @Test func withoutATypicalDistanceAnyScaleWillDo() {
        let film = CoherenceFixtures.film("AAAABBBBABABCCCC")
        let scores = CoherenceFixtures.scores(film, neighbors: 4, typicalDistance: nil)
        #expect(scores[3] > 0.5 && scores[8] < 0.3)
        func nearer(_ share: Float) -> [EncodedPart] {
            film.map { part in
                var part = part
                let length = part.embedding.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
                // A large common direction, and the film's own as a small rest of equal length.
                part.embedding = [1] + part.embedding.map { share * $0 / length }
                return part
            }
        }
        let near = CoherenceFixtures.scores(nearer(0.1), neighbors: 4, typicalDistance: nil)
        let nearest = CoherenceFixtures.scores(nearer(0.05), neighbors: 4, typicalDistance: nil)
        #expect(zip(near, nearest).allSatisfy { abs($0 - $1) < 0.02 })
        #expect(zip(near, scores).allSatisfy { abs($0 - $1) < 0.1 })
        // Rounding is no evidence.
        let equal = nearer(0.00001)
        #expect(
            CoherenceFixtures.scores(equal, neighbors: 4, typicalDistance: nil).dropLast().allSatisfy {
                $0 < 0.3
            })
    }

    @Test func repeatedEdgesAreNoEvidence() {
        var scorer = CoherenceScorer(neighborCount: 4, typicalDistance: 0.4)
        let film = CoherenceFixtures.film("AABBBAAB")
        for center in film.indices {
            let window = CoherenceFixtures.window(film, center: center, neighbors: 4)
            var other = window
            for index in other.parts.indices
            where index < window.repeatedLeft || index >= other.parts.count - window.repeatedRight {
                other.parts[index] = CoherenceFixtures.part(99, [Float](repeating: 7, count: 32), seconds: 99)
            }
            #expect(scorer.score(window) == scorer.score(other))
        }
    }

    @Test(arguments: [1, 2, 8, 128])
    func theLastPartScoresNothing(_ neighbors: Int) {
        let film = CoherenceFixtures.film("AB")
        let scores = CoherenceFixtures.scores(film, neighbors: neighbors)
        #expect(scores[1] == 0)
        #expect(CoherenceFixtures.scores([film[0]], neighbors: neighbors) == [0])
    }

    @Test func equalPartsAreOneScene() {
        let film = (0..<12).map { CoherenceFixtures.part($0, [1, 2, 3]) }
        for score in CoherenceFixtures.scores(film, neighbors: 4).dropLast() {
            #expect(score > 0 && score < 0.3)
        }
    }

    @Test func lengthOfVectorsSaysNothing() {
        let film = CoherenceFixtures.film("AABBCCCABAB")
        let scaled = film.enumerated().map { index, part in
            CoherenceFixtures.part(index, part.embedding.map { $0 * (index % 2 == 0 ? 1000 : 0.001) })
        }
        let pairs = zip(
            CoherenceFixtures.scores(film, neighbors: 4), CoherenceFixtures.scores(scaled, neighbors: 4))
        for (one, other) in pairs { #expect(abs(one - other) < 1e-4) }
    }

    /// A blank part belongs to what came before it.
    @Test(arguments: [Float(0), .nan, .infinity])
    func blankParts(_ value: Float) {
        var film = CoherenceFixtures.film("_AAAA_BBBB__BBBB_")
        for index in [0, 5, 10, 11, 16] {
            film[index] = CoherenceFixtures.part(index, [Float](repeating: value, count: 32))
        }
        let scores = CoherenceFixtures.scores(film, neighbors: 8)
        for index in [0, 4, 9, 10, 15, 16] { #expect(scores[index] == 0) }
        #expect(scores[5] > 0.5)
        #expect(scores[11] < 0.5)
        let allBlank = (0..<5).map { CoherenceFixtures.part($0, [0, 0]) }
        #expect(CoherenceFixtures.scores(allBlank, neighbors: 2).allSatisfy { $0 == 0 })
    }

    @Test(arguments: [
        (TransitionKind.dissolve, true), (.fadeBlack, true), (.fadeWhite, true), (.gradual, true),
        (.wipe, false),
    ])
    func softTransitionsRaiseTheScore(_ kind: TransitionKind, _ raises: Bool) {
        var film = CoherenceFixtures.film("AAAABBBB")
        let before = CoherenceFixtures.scores(film, neighbors: 4)
        film[4] = CoherenceFixtures.part(4, film[4].embedding, entry: kind)
        let after = CoherenceFixtures.scores(film, neighbors: 4)
        #expect((after[3] > before[3]) == raises)
        for index in film.indices where index != 3 { #expect(after[index] == before[index]) }
    }

    @Test func longShotsRaiseTheScore() {
        let film = CoherenceFixtures.film("AAAABBBB")
        let plain = CoherenceFixtures.scores(film, neighbors: 4)[3]
        for long in [3, 4] {
            var other = film
            other[long] = CoherenceFixtures.part(long, film[long].embedding, seconds: 12)
            #expect(CoherenceFixtures.scores(other, neighbors: 4)[3] > plain)
        }
    }

    /// A scene is a matter of seconds: the same pictures in longer shots make a boundary more likely.
    @Test func longerShotsAllOverRaiseTheScore() {
        let film = CoherenceFixtures.film("AAAABBBB")
        let scores = [0.0, 0.5, 3, 6, 12, 40, 400].map { seconds in
            CoherenceFixtures.scores(
                film.map { CoherenceFixtures.part($0.index, $0.embedding, seconds: seconds) }, neighbors: 4
            )[3]
        }
        // Beyond 4.5 times the usual length, or below its 4.5th, nothing changes.
        #expect(scores[0] == scores[1] && scores[5] == scores[6])
        for (shorter, longer) in zip(scores[1...4], scores[2...5]) { #expect(shorter < longer) }
    }

    /// What stands further back than K parts is evidence, and what stands further back than L is none.
    @Test func thePastIsRemembered() {
        let film = CoherenceFixtures.film("CCCCCCCCCCABABABABABBB")
        let short = CoherenceFixtures.scores(film, neighbors: 2, left: 2)
        let long = CoherenceFixtures.scores(film, neighbors: 2, left: 8)
        // B after A is a link that two parts on each side do not show.
        #expect(long[17] != short[17])
        var other = film
        for index in 0..<9 { other[index] = CoherenceFixtures.part(index, film[20].embedding, seconds: 99) }
        let changed = CoherenceFixtures.scores(other, neighbors: 2, left: 8)
        #expect(Array(changed[17...]) == Array(long[17...]))
        #expect(changed[16] != long[16])
    }

    @Test func partsOfOneShotCountAsOneLength() {
        let film = CoherenceFixtures.film("AAAAABBB")
        // Two parts of 3 s that are one shot weigh as one part of 6 s would in the median and at the
        // boundary.
        var split = film
        split[3] = CoherenceFixtures.part(3, film[3].embedding, shot: 3)
        split[4] = CoherenceFixtures.part(4, film[4].embedding, shot: 3, entry: nil)
        let plain = CoherenceFixtures.scores(film, neighbors: 4)
        let joined = CoherenceFixtures.scores(split, neighbors: 4)
        #expect(joined[4] > plain[4])
        // Inside the shot, length says nothing: the score is that of equal lengths.
        #expect(joined[3] == plain[3])
    }

    @Test func anyFilmHasScoresAndTheSameTwice() {
        var generator = SeededGenerator(seed: 7)
        for trial in 0..<60 {
            let dimension = [1, 2, 15, 16, 17, 40][trial % 6]
            let film = (0..<Int.random(in: 1...30, using: &generator)).map { index in
                let kind = Int.random(in: 0..<6, using: &generator)
                return CoherenceFixtures.part(
                    index, (0..<dimension).map { _ in kind == 0 ? 0 : generator.symmetric() * Float(kind) },
                    seconds: kind == 1 ? 0 : Double(kind), shot: index / (trial % 3 + 1))
            }
            let neighbors = Int.random(in: 1...9, using: &generator)
            let scores = CoherenceFixtures.scores(film, neighbors: neighbors)
            for score in scores { #expect(score >= 0 && score <= 1) }
            #expect(scores == CoherenceFixtures.scores(film, neighbors: neighbors))
        }
    }
}
