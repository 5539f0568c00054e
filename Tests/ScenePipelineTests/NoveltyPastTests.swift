import Foundation
import NeuralNet
import SceneModel
import Testing

/// How new parts are against what the stream itself showed.
@Suite struct NoveltyPastTests {
    private static let width = 6

    /// Embeddings about a direction of their own, which is another one from part 300 on; every 40th shows
    /// nothing.
    private static func parts(_ count: Int, scale: Float = 1) -> [(embedding: [Float], ticks: Int64)] {
        var random = RandomStream(seed: 11, purpose: .order)
        return (0..<count).map { part in
            let values = (0..<width).map { column in
                Float(random.fraction() * 0.4) + (column == (part < 300 ? 0 : 1) ? 1 : 0)
            }
            return (
                part % 40 == 13 ? [Float](repeating: 0, count: width) : values.map { $0 * scale },
                Int64(random.fraction() * 60)
            )
        }
    }

    /// As the contract says it, worked out anew for each part from all that was.
    @Test(arguments: [3000, 9000] as [Int64])
    func noveltyOfAllThatWas(length: Int64) {
        var past = NoveltyPast(length: length)
        var now: Int64 = 0
        var all: [(time: Int64, isKept: Bool, unit: [Double])] = []
        let stretch = (length + 127) / 128
        var compared = 0
        for part in Self.parts(500) {
            let novelty = past.push(part.embedding, ticks: part.ticks)
            let square = part.embedding.reduce(0.0) { $0 + Double($1) * Double($1) }
            guard square > 0 else {
                #expect(novelty == nil)
                continue
            }
            now += part.ticks
            let unit = part.embedding.map { $0 * Float(1 / square.squareRoot()) }
            let others = all.dropLast(31).filter { $0.isKept && $0.time > now - length }.map(\.unit)
            #expect((novelty == nil) == (others.count < 16))
            if let novelty {
                func product(_ left: [Double], _ right: [Double]) -> Double {
                    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
                }
                var distance = 0.0
                for left in others.indices {
                    for right in others.indices where left != right {
                        distance += 1 - product(others[left], others[right])
                    }
                }
                let temperature = distance / Double(others.count * (others.count - 1)) / 32
                let mean =
                    others.reduce(0.0) { $0 + exp((product($1, unit.map(Double.init)) - 1) / temperature) }
                    / Double(others.count)
                #expect(
                    abs(Double(novelty) + log(mean)) < 0.01 * max(1, -log(mean)), "\(novelty) \(-log(mean))")
                compared += 1
            }
            let last = all.last { $0.isKept }
            let isKept = last.map { $0.time / stretch != now / stretch } ?? true
            all.append((now, isKept, unit.map { Double(Float16($0)) }))
            #expect(past.kept.count <= NoveltyPast.mostKept)
        }
        #expect(compared > 300)
    }

    /// What is like nothing of the past is new, whatever length embeddings have; what stands still is not.
    @Test func newAndStill() {
        func novelties(_ parts: [(embedding: [Float], ticks: Int64)]) -> [Float?] {
            var past = NoveltyPast(length: 9000)
            return parts.map { past.push($0.embedding, ticks: $0.ticks) }
        }
        let (one, other) = (novelties(Self.parts(340)), novelties(Self.parts(340, scale: 8)))
        #expect(one == other)
        let (usual, new) = (one[200..<300].compactMap(\.self), one[300..<330].compactMap(\.self))
        #expect((new.min() ?? 0) > (usual.max() ?? 99), "\(new) \(usual)")
        let still = novelties((0..<200).map { _ in ([0.3, 0.5, 0.2, 0.1, 0.9, 0.4], 30) })
        #expect(still.compactMap(\.self).allSatisfy { $0 < 0.1 } && still.last != .some(nil))
    }

    /// However many parts come, no more are kept; and another one goes on from them with the same bits.
    @Test func restored() {
        var past = NoveltyPast(length: 4000)
        var other = NoveltyPast(length: 4000)
        for (place, part) in Self.parts(2000).enumerated() {
            if place % 97 == 0 {
                let (seen, count, kept) = (past.seen, past.partCount, past.kept)
                other = NoveltyPast(length: 4000)
                let isRestored = other.restore(seen: seen, partCount: count, kept: kept, width: Self.width)
                #expect(isRestored)
            }
            let (one, two) = (
                past.push(part.embedding, ticks: part.ticks), other.push(part.embedding, ticks: part.ticks)
            )
            #expect(one == two)
            #expect(past.kept.count <= NoveltyPast.mostKept)
        }
        let (seen, count, kept) = (past.seen, past.partCount, past.kept)
        var broken = kept
        broken[3].unit[0] = .nan
        var short = kept
        short[3].unit.removeLast()
        let cases: [(Int64, Int64, [NoveltyPast.Kept])] = [
            (-1, count, []), (seen, count, kept.reversed()), (seen + 4000, count, kept), (seen, 5, kept),
            (seen, count, broken), (seen, count, short), (seen, count, kept + kept),
        ]
        for (place, item) in cases.enumerated() {
            let isTaken = other.restore(
                seen: item.0, partCount: item.1, kept: item.2, width: Self.width)
            #expect(!isTaken, "\(place)")
            #expect(other.kept == kept)
        }
    }
}
