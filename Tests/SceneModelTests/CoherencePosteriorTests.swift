import Platform
import Foundation
import SceneModel
import Testing

struct CoherencePosteriorTests {
    /// All segmentations one by one, as the definition says.
    static func reference(after center: Int, _ distances: [Float], _ count: Int) -> Double {
        var cut = 0.0
        var joined = 0.0
        for mask in 0..<(1 << (count - 1)) {
            var cost = 0.0
            var start = 0
            for end in 0..<count where end == count - 1 || mask & (1 << end) != 0 {
                cost += SegmentationPosterior.sceneCost
                if start == end { cost += SegmentationPosterior.lonelyCost }
                for part in start...end where start < end {
                    let others = (start...end).filter { $0 != part }.map {
                        Double(distances[part * count + $0])
                    }
                    cost += 0.5 * (others.min() ?? 0) + 0.5 * others.reduce(0, +) / Double(others.count)
                }
                start = end + 1
            }
            if mask & (1 << center) != 0 { cut += exp(-cost) } else { joined += exp(-cost) }
        }
        return log(cut) - log(joined)
    }

    @Test func equalsTheSumOverAllSegmentations() {
        var generator = SeededGenerator(seed: 3)
        var posterior = SegmentationPosterior()
        for count in 2...9 {
            var distances = [Float](repeating: 0, count: count * count)
            for row in 0..<count {
                for column in 0..<row {
                    let distance = abs(generator.symmetric()) * 3
                    distances[row * count + column] = distance
                    distances[column * count + row] = distance
                }
            }
            for center in 0..<(count - 1) {
                let odds = posterior.logOdds(after: center, distances: distances, count: count)
                #expect(abs(odds - Self.reference(after: center, distances, count)) < 1e-5)
            }
        }
    }

    @Test func theLongestWindowDoesNotUnderflow() {
        var posterior = SegmentationPosterior()
        for distance in [Float(0), 1, 4] {
            var distances = [Float](repeating: distance, count: 257 * 257)
            for index in 0..<257 { distances[index * 258] = 0 }
            #expect(posterior.logOdds(after: 128, distances: distances, count: 257).isFinite)
        }
    }
}
