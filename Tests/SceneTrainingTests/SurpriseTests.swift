import Foundation
import NeuralNet
import SceneModel
import SceneTraining
import TensorKernels
import Testing

/// Surprise and novelty of the next part, and what is usual of an archive.
@Suite struct SurpriseTests {
    static func model(_ network: Contextualizer, seed: UInt64 = 6) -> SurpriseModel {
        SurpriseModel(
            network: network,
            centering: EmbeddingCentering(
                mean: [Float](repeating: 0.1, count: network.embeddingWidth)),
            reference: UnitRows(Lab.random(16, network.embeddingWidth, seed: seed)).values,
            levels: NoveltyLevels(
                quantiles: (0..<NoveltyLevels.count).map { Float($0) / Float(NoveltyLevels.count) }),
            temperature: 0.1)
    }

    /// -log softmax, by the definition; and passed over is what shows nothing.
    @Test func surpriseByItsDefinition() throws {
        let network = ContextualizerTests.network()
        let model = Self.model(network)
        var meter = SurpriseMeter(model)
        let rows = Lab.random(9, 6, seed: 12)
        var units: [[Float]] = []
        for row in 0..<9 {
            #expect(meter.push([Float](repeating: 0, count: 6)) == nil)
            #expect(meter.push([.nan, 1, 0, 0, 0, 0]) == nil)
            let said = meter.push(rows.row(row))
            let reading = try #require(said)
            let found = reading.surprise
            units.append(try #require(model.centering.unit(rows.row(row))))
            let near = (0..<16).map { place in
                zip(units[units.count - 1], model.reference.row(place)).reduce(0) {
                    $0 + Double($1.0) * Double($1.1)
                }
            }
            let share = near.reduce(0) { $0 + exp(($1 - 1) / 0.1) } / 16
            #expect(abs(Double(reading.novelty) + log(share)) < 1e-4)
            guard units.count >= 5 else {
                #expect(found == nil)
                continue
            }
            let window = Matrix(rows: 5, columns: 6, values: units.suffix(5).flatMap(\.self))
            let guess = UnitRows(network.forward(window, hidden: [[4]], read: [[4]]).predicted).values.row(0)
            func product(_ other: [Float]) -> Double {
                zip(guess, other).reduce(0) { $0 + Double($1.0) * Double($1.1) } / 0.1
            }
            let others = (0..<16).map { product(model.reference.row($0)) }
            let truth = product(units[units.count - 1])
            let wanted = SurpriseTests.logSum([truth] + others) - truth
            #expect(abs(Double(try #require(found)) - wanted) < 1e-4)
        }
        meter.forget()
        #expect(meter.push(rows.row(0))?.surprise == nil && meter.past.count == 1)
    }

    /// At the lowest temperature that training takes, what nothing of the archive is near is at most 2 / T
    /// new, and levels of such parts are numbers.
    @Test func noveltyIsBounded() throws {
        var model = Self.model(ContextualizerTests.network())
        model.temperature = 0.001
        let opposite = model.reference.row(0).map { -$0 }
        model.reference = Matrix(
            rows: 3, columns: 6, values: (0..<3).flatMap { _ in opposite.map { -$0 } })
        let novelty = model.novelty(opposite)
        #expect(abs(novelty - 2000) < 0.01, "\(novelty)")
        #expect(abs(model.novelty(model.reference.row(0))) < 0.001)
        let levels = try #require(
            NoveltyLevels(of: [[Float](repeating: novelty, count: 40) + [Float](repeating: 0, count: 40)]))
        #expect(levels.quantiles.allSatisfy { $0.isFinite && 0...2000.01 ~= $0 })
    }

    private static func logSum(_ values: [Double]) -> Double {
        let top = values.max() ?? 0
        return top + log(values.reduce(0) { $0 + exp($1 - top) })
    }

    @Test func levelsAreQuantilesOfMeans() throws {
        #expect(NoveltyLevels(of: [[Float](repeating: 1, count: 31), []]) == nil)
        // Two recordings do not run into one another.
        let levels = try #require(
            NoveltyLevels(of: [[Float](repeating: 1, count: 40), [Float](repeating: 3, count: 40)]))
        #expect(levels.level(0.4) == 1 && levels.level(0.6) == 3 && levels.level(1) == 3)
        #expect(levels.level(-1) == 1 && levels.level(7) == 3)
        let ramp = try #require(NoveltyLevels(of: [(0..<1032).map { Float($0) }]))
        #expect(abs(ramp.level(0.5) - 515.5) < 0.01 && ramp.level(0) == 15.5 && ramp.level(1) == 1015.5)
    }

    @Test func centeringTakesTheMeanAway() throws {
        let rows = Lab.random(50, 7, seed: 3)
        let centering = EmbeddingCentering(of: [rows, Matrix(rows: 2, columns: 7)], width: 7)
        let unit = UnitRows(rows).values
        for column in 0..<7 {
            let mean = (0..<50).reduce(0.0) { $0 + Double(unit[$1, column]) } / 50
            #expect(abs(Double(centering.mean[column]) - mean) < 1e-6)
        }
        let once = try #require(centering.unit(rows.row(4)))
        #expect(abs(once.reduce(0) { $0 + Double($1) * Double($1) } - 1) < 1e-5)
        // Of any length.
        let twice = try #require(centering.unit(rows.row(4).map { 7 * $0 }))
        #expect(Lab.largestDifference(once, twice) < 1e-5)
        #expect(centering.unit([Float](repeating: 0, count: 7)) == nil)
        #expect(centering.unit([Float](repeating: .infinity, count: 7)) == nil)
    }
}
