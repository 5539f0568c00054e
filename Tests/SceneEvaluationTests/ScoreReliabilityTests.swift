import Foundation
import SceneEvaluation
import Testing

@Suite struct ScoreReliabilityTests {
    /// Two places at .05, of which none is a boundary; four at .75, of which three are; one at 1.
    @Test func figuresWorkedOutByHand() throws {
        let scores = [(0.05, false), (0.05, false), (0.75, true), (0.75, true), (0.75, true), (0.75, false)]
        let found = ScoreReliability((scores + [(1, true)]).map { .init(score: $0.0, isBoundary: $0.1) })
        #expect(found.bins.map(\.count) == [2, 0, 0, 0, 0, 0, 0, 4, 0, 1])
        #expect(found.bins[7].share == 0.75 && found.bins[7].meanScore == 0.75 && found.bins[1].share == nil)
        // Only the first bin is off, by .05, with two places of seven.
        #expect(abs(try #require(found.expectedError) - 0.1 / 7) < 1e-12)
        let brier = (2 * 0.0025 + 3 * 0.0625 + 0.5625) / 7
        #expect(abs(try #require(found.brier) - brier) < 1e-12)
        #expect(ScoreReliability([]).expectedError == nil && ScoreReliability([]).brier == nil)
    }

    /// What no probability is falls in the nearest bin; what is no number counts as 0.
    @Test func numbersOutOfRange() {
        let scores = [Double.nan, -1, -.infinity, 2, .infinity]
        let found = ScoreReliability(scores.map { .init(score: $0, isBoundary: true) })
        #expect(found.bins.map(\.count) == [3, 0, 0, 0, 0, 0, 0, 0, 0, 2])
    }

    /// Truth drawn by a known line is found again, and the slopes of the function are zero there.
    @Test(arguments: [(1.0, 0.0), (0.4, -1.5), (2.5, 1)])
    func aKnownLineIsFound(slope: Double, intercept: Double) {
        func logistic(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
        var random = KnownRandom(seed: 7)
        let places = (0..<20_000).map { _ -> (input: Double, isBoundary: Bool) in
            let input = random.next() * 6 - 3
            return (input, random.next() < logistic(slope * input + intercept))
        }
        let fit = LogisticFit(places)
        #expect(abs(fit.slope - slope) < 0.12 && abs(fit.intercept - intercept) < 0.12)
        var gradient = (slope: fit.slope - 1, intercept: fit.intercept / 10)
        for place in places {
            let truth: Double = place.isBoundary ? 1 : 0
            let error = logistic(fit.slope * place.input + fit.intercept) - truth
            gradient.slope += error * place.input
            gradient.intercept += error
        }
        #expect(abs(gradient.slope) < 0.01 && abs(gradient.intercept) < 0.01)
    }

    /// Where the truth would drive the line to infinity, or turns scores around.
    @Test func degenerateTruthStaysFinite() {
        let apart = LogisticFit([(-2, false), (-1, false), (1, true), (3, true)])
        #expect(apart.slope > 1 && apart.slope < 10 && abs(apart.intercept) < 3)
        let inputs = (0..<400).map { Double($0 % 7) - 3 }
        let none = LogisticFit(inputs.map { ($0, false) })
        #expect(none.slope >= 0 && none.intercept < -3 && none.intercept > -20)
        let turned = LogisticFit((0..<400).map { $0 % 2 == 0 ? (-2, true) : (2, false) })
        #expect(turned.slope == 0 && abs(turned.intercept) < 0.01)
        let empty = LogisticFit([])
        #expect(empty.slope == 1 && empty.intercept == 0)
    }
}

/// A linear congruential generator: the same numbers everywhere.
private struct KnownRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// From 0 to 1.
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }
}
