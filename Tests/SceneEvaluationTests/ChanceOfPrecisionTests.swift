import SceneEvaluation
import Testing

struct ChanceOfPrecisionTests {
    /// All places of the boundaries, each as likely as the others, ranked by strictly falling scores.
    static func meanOverAllOrders(positives: Int, of count: Int) -> Double {
        var sum = 0.0
        var orders = 0
        for bits in 0..<(1 << count) where bits.nonzeroBitCount == positives {
            let film = EvaluatedFilm(
                id: "film",
                shots: (0..<count).map { shot in
                    EvaluatedShot(
                        index: shot, isBoundary: bits >> shot & 1 == 1, score: Double(count - shot))
                })
            sum += SceneFigures([film]).value(.averagePrecision, film: 0) ?? 0
            orders += 1
        }
        return sum / Double(orders)
    }

    @Test(arguments: [(1, 1), (1, 2), (2, 2), (1, 7), (2, 5), (3, 9), (8, 9), (4, 10)])
    func randomOrderIsTheMeanOverAllOrders(positives: Int, count: Int) {
        expectNear(
            ChanceOfPrecision.randomOrder.value(positives: positives, of: count),
            Self.meanOverAllOrders(positives: positives, of: count))
    }

    @Test func prevalenceIsTheShareOfBoundaries() {
        #expect(ChanceOfPrecision.prevalence.value(positives: 3, of: 20) == 0.15)
        for chance in ChanceOfPrecision.allCases {
            #expect(chance.value(positives: 0, of: 20) == nil)
            #expect(chance.value(positives: 0, of: 0) == nil)
            #expect(chance.value(positives: 4, of: 4) == 1)
        }
    }
}
