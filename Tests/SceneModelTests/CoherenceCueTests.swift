import Foundation
import Platform
import SceneModel
import SceneSegmentation
import Testing
import Timeline

/// Several similarity cues side by side in training-free coherence.
@Suite struct CoherenceCueTests {
    private static let plans = ["AABABBCCDCD", "AAAABBBBABABCCCC", "ABCABCDDDDEEFEFE", "AAAAAAAAAAAA"]

    /// The scores of a film, with the typical distances of its cues.
    private static func scores(_ parts: [EncodedPart], _ typical: [Float?]) -> [Float] {
        var scorer = CoherenceScorer(neighborCount: 4, cues: ComparedCues(typicalDistances: typical))
        return parts.indices.map {
            scorer.score(CoherenceFixtures.window(parts, center: $0, neighbors: 4))
        }
    }

    /// `first` with the embeddings of `others` beside its own.
    private static func joined(_ first: [EncodedPart], _ others: [EncodedPart]...) -> [EncodedPart] {
        first.indices.map { index in
            var part = first[index]
            part.furtherEmbeddings = others.map { $0[index].embedding }
            return part
        }
    }

    /// Zero embeddings, which know nothing.
    private static func nothing(_ count: Int) -> [EncodedPart] {
        (0..<count).map { CoherenceFixtures.part($0, [0, 0, 0]) }
    }

    /// A large common direction, and the film's own as a small rest: distances a hundredth as large.
    private static func nearer(_ film: [EncodedPart]) -> [EncodedPart] {
        film.map { part in
            var part = part
            let length = part.embedding.reduce(Float(0)) { $0 + $1 * $1 }.squareRoot()
            part.embedding = [1] + part.embedding.map { 0.1 * $0 / length }
            return part
        }
    }

    @Test(arguments: plans, [Float?.none, 0.3])
    func twoEqualCuesAreOne(_ plan: String, _ typical: Float?) {
        for seed in 1...8 {
            let film = CoherenceFixtures.film(plan, seed: UInt64(seed))
            let one = Self.scores(film, [typical])
            #expect(Self.scores(Self.joined(film, film), [typical, typical]) == one)
            // The order of cues says nothing.
            let other = CoherenceFixtures.film(plan, dimension: 8, spread: 1, seed: UInt64(seed + 50))
            #expect(
                Self.scores(Self.joined(film, other), [typical, 0.4])
                    == Self.scores(Self.joined(other, film), [0.4, typical]))
        }
    }

    /// Embeddings that the scorer has no cue for change nothing, and neither does a cue that knows nothing.
    @Test(arguments: plans) func whatKnowsNothingSaysNothing(_ plan: String) {
        let film = CoherenceFixtures.film(plan)
        let one = Self.scores(film, [0.4])
        let blank = Self.nothing(film.count)
        #expect(Self.scores(Self.joined(film, blank), [0.4]) == one)
        #expect(Self.scores(Self.joined(film, CoherenceFixtures.film(plan, seed: 9)), [0.4]) == one)
        #expect(Self.scores(Self.joined(film, blank), [0.4, nil]) == one)
        #expect(Self.scores(Self.joined(blank, film), [nil, 0.4]) == one)
        #expect(Self.scores(film, [0.4, nil]) == one)
    }

    /// Each cue has a unit of its own: how far its embeddings are spread says nothing.
    @Test func eachCueHasItsOwnUnit() {
        let (film, other) = (
            CoherenceFixtures.film("AAAABBBBABABCCCC"),
            CoherenceFixtures.film("AAAABBBBCCCCDDDD", dimension: 16, seed: 3)
        )
        let scores = Self.scores(Self.joined(film, other), [0.4, nil])
        let near = Self.scores(Self.joined(film, Self.nearer(other)), [0.4, nil])
        #expect(zip(scores, near).allSatisfy { abs($0 - $1) < 0.05 })
        // In one long vector the spread decides, and what the narrow cue sees is lost.
        let (equal, apart) = (
            CoherenceFixtures.film("AAAAAAAAAAAA", seed: 2), CoherenceFixtures.film("AAAAAABBBBBB")
        )
        let narrow = Self.nearer(apart)
        let long = equal.indices.map {
            CoherenceFixtures.part($0, equal[$0].embedding + narrow[$0].embedding)
        }
        let alone = Self.scores(equal, [0.4])[5]
        let gain = Self.scores(Self.joined(equal, narrow), [0.4, nil])[5] - alone
        #expect(gain > 0 && abs(Self.scores(long, [0.4])[5] - alone) < gain / 2)
    }

    /// What one cue sees counts half, whichever it is.
    @Test func oneCueSeesWhatTheOtherMisses() {
        let (apart, equal) = (
            CoherenceFixtures.film("AAAAAABBBBBB"), CoherenceFixtures.film("AAAAAAAAAAAA", seed: 2)
        )
        let sees = Self.scores(apart, [0.4])[5]
        let misses = Self.scores(equal, [0.4])[5]
        let both = Self.scores(Self.joined(apart, equal), [0.4, 0.4])[5]
        #expect(misses < both && both < sees, "\(misses) \(both) \(sees)")
        let links = CoherenceFixtures.film("ABABABABABAB", seed: 4)
        #expect(Self.scores(Self.joined(apart, links), [0.4, 0.4])[5] < sees)
    }

    /// A part that only one cue knows is left to it; one that no cue knows is blank, as ever.
    @Test func aPartIsLeftToTheCueThatKnowsIt() {
        let film = CoherenceFixtures.film("AAAAAABBBBBB")
        func blank(_ index: Int, in parts: [EncodedPart]) -> [EncodedPart] {
            var parts = parts
            parts[index].embedding = [Float](repeating: 0, count: parts[index].embedding.count)
            return parts
        }
        let whole = Self.scores(Self.joined(film, film), [0.4, 0.4])
        let known = Self.scores(Self.joined(blank(6, in: film), film), [0.4, 0.4])
        #expect(abs(known[5] - whole[5]) < 0.15 && known[5] > 0.5)
        let unknown = Self.scores(Self.joined(blank(6, in: film), blank(6, in: film)), [0.4, 0.4])
        #expect(unknown[5] == 0)
        #expect(unknown == Self.scores(blank(6, in: film), [0.4]))
        // Not finite: as zero.
        var broken = film
        broken[6].embedding[0] = .nan
        #expect(Self.scores(Self.joined(broken, film), [0.4, 0.4]) == known)
    }

    /// Parts that no cue has in common are as far apart as parts are in the mean: neither alike nor a
    /// boundary for certain.
    @Test func nothingInCommon() {
        let film = CoherenceFixtures.film("AAAAAAAAAAAA")
        let blank = Self.nothing(12)
        let first = film.indices.map { $0 < 6 ? film[$0] : blank[$0] }
        let second = film.indices.map { $0 < 6 ? blank[$0] : film[$0] }
        let scores = Self.scores(Self.joined(first, second), [0.4, 0.4])
        #expect(scores.allSatisfy(\.isFinite) && scores[5] > scores[2] && scores[5] < 1)
    }

    /// What a stream gives is what windows give that are made at once.
    @Test(arguments: plans) func aStreamGivesWhatWindowsGive(_ plan: String) {
        let film = Self.joined(
            CoherenceFixtures.film(plan, seed: 5), CoherenceFixtures.film(plan, dimension: 8, seed: 6))
        let scorer = CoherenceScorer(neighborCount: 4, cues: ComparedCues(typicalDistances: [nil, 0.3]))
        var segmenter = SceneSegmenter(
            scorer: scorer, timeBase: TimeBase(numerator: 1, denominator: 1000),
            options: SegmentationOptions(
                splitAfter: 10, decision: DecisionOptions(threshold: Score(0.5))))
        var outputs: [SegmenterOutput] = []
        for part in film { outputs += segmenter.push(part, at: part.end) }
        outputs += segmenter.finish(at: film[film.count - 1].end)
        var streamed: [Score] = []
        for case .score(_, _, _, _, let score) in outputs { streamed.append(score) }
        #expect(streamed == Self.scores(film, [nil, 0.3]).map { Score(Double($0)) })
    }

    /// Reasons add up with two cues as well, and the most alike pair is that of both.
    @Test func reasonsAreOfBoth() throws {
        // By the first cue 3 and 5 are alike, by both 2 and 4.
        let places: [(Character, Character)] = [
            ("A", "E"), ("A", "E"), ("B", "F"), ("C", "E"), ("B", "F"), ("C", "G"), ("D", "G"), ("D", "G"),
        ]
        let film = Self.joined(
            CoherenceFixtures.film(String(places.map(\.0)), spread: 0),
            CoherenceFixtures.film(String(places.map(\.1)), spread: 0.1))
        var scorer = CoherenceScorer(neighborCount: 4, cues: ComparedCues(typicalDistances: [0.4, 0.4]))
        let window = CoherenceFixtures.window(film, center: 3, neighbors: 4)
        let found = scorer.reasons(window)
        let reasons = try #require(found)
        let sum = reasons.evidence.reduce(0) { $0 + $1.logit }
        #expect(abs(1 / (1 + exp(-sum)) - Double(scorer.score(window))) < 1e-6)
        let pair = try #require(reasons.alike)
        #expect(pair.leftPart == 2 && pair.rightPart == 4 && pair.distance < 1e-5)
        // The same by the second cue alone, where the first knows neither.
        var unknown = film
        for index in unknown.indices { unknown[index].embedding = [0] }
        let second = scorer.reasons(CoherenceFixtures.window(unknown, center: 3, neighbors: 4))
        #expect(second?.alike?.leftPart == 2 && second?.alike?.rightPart == 4)
        #expect(second.map { $0.alike.map { 0.0001..<0.1 ~= $0.distance } ?? false } ?? false)
    }
}
