package import Timeline

/// Pictures that stand for those of films where an encoder is compared with itself: the same on every
/// machine, made of nothing but a seed.
///
/// Discs and blocks lie over one another, many small ones and few large ones (sizes after the dead leaves of
/// Lee, Mumford and Huang, Int. J. Computer Vision 41, 2001, whose statistics are those of photographs). Each
/// picture has colors, a light from one side, an exposure and grain of its own; the darkest are nearly black.
package enum ProbePictures {
    /// How many there are.
    package static let count = 24

    /// All of them, `side` x `side`: 8 ms for 224.
    package static func squares(side: Int) -> [RGBPicture] {
        (0..<count).map { square(side: side, number: $0) }
    }

    /// Clips of `frames` pictures: every third picture, each a window that moves over a larger one.
    package static func clips(side: Int, frames: Int) -> [[RGBPicture]] {
        stride(from: 0, to: count, by: 3).map { number in
            let wide = square(side: side + frames - 1, number: number)
            return (0..<frames).map { frame in
                let bytes = (0..<side).flatMap { row -> ArraySlice<UInt8> in
                    let first = 3 * ((row + (number % 2) * frame) * wide.width + frame)
                    return wide.bytes[first..<first + 3 * side]
                }
                return RGBPicture(width: side, height: side, bytes: bytes)
            }
        }
    }

    private static func square(side: Int, number: Int) -> RGBPicture {
        var random = ProbeNumbers(seed: UInt64(number) + 1)
        let tint = (0..<3).map { _ in random.next(from: 40, to: 215) }
        let spread = random.next(from: 10, to: 110)
        var values = [Double](repeating: 0, count: 3 * side * side)
        for pixel in 0..<side * side {
            for channel in 0..<3 { values[3 * pixel + channel] = tint[channel] }
        }
        for _ in 0..<180 { draw(leaf(&random, side, tint, spread), on: &values, side) }

        // Light, exposure and grain.
        let exposure = number % 6 == 5 ? random.next(from: 0.03, to: 0.2) : random.next(from: 0.4, to: 1.2)
        let (across, down) = (random.next(from: -0.5, to: 0.5), random.next(from: -0.5, to: 0.5))
        let grain = random.next(from: 0, to: 8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count)
        for row in 0..<side {
            for column in 0..<side {
                let (x, y) = (Double(column) / Double(side) - 0.5, Double(row) / Double(side) - 0.5)
                let light = exposure * (1 + across * x + down * y)
                for channel in 0..<3 {
                    let value =
                        values[3 * (side * row + column) + channel] * light
                        + random.next(from: -grain, to: grain)
                    bytes.append(UInt8(min(255, max(0, value.rounded()))))
                }
            }
        }
        return RGBPicture(width: side, height: side, bytes: bytes)
    }

    /// A disc or a block.
    private struct Leaf {
        var isDisc: Bool
        var x, y, width, height: Double
        var color: [Double]
    }

    private static func leaf(
        _ random: inout ProbeNumbers, _ side: Int, _ tint: [Double], _ spread: Double
    ) -> Leaf {
        // Density of sizes r to the power of -3, between 1/100 and 1/2 of the side.
        let (least, most) = (0.01 * Double(side), 0.5 * Double(side))
        let share = 1 - least * least / (most * most)
        let size = least / (1 - random.next(from: 0, to: 1) * share).squareRoot()
        let shape = random.next(from: 0.5, to: 2)
        let tone = random.next(from: -spread, to: spread)
        return Leaf(
            isDisc: random.next(from: 0, to: 1) < 0.5,
            x: random.next(from: 0, to: Double(side)), y: random.next(from: 0, to: Double(side)),
            width: size * shape, height: size / shape,
            color: tint.map { $0 + tone + random.next(from: -0.4 * spread, to: 0.4 * spread) })
    }

    private static func draw(_ leaf: Leaf, on values: inout [Double], _ side: Int) {
        let rows = max(0, Int(leaf.y - leaf.height))..<max(0, min(side, Int(leaf.y + leaf.height) + 1))
        let columns = max(0, Int(leaf.x - leaf.width))..<max(0, min(side, Int(leaf.x + leaf.width) + 1))
        for row in rows {
            for column in columns {
                let x = (Double(column) - leaf.x) / leaf.width
                let y = (Double(row) - leaf.y) / leaf.height
                guard !leaf.isDisc || x * x + y * y <= 1 else { continue }
                for channel in 0..<3 { values[3 * (side * row + column) + channel] = leaf.color[channel] }
            }
        }
    }
}

/// xorshift64* (Vigna 2016).
private struct ProbeNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(from low: Double, to high: Double) -> Double {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return low + (high - low) * Double((state &* 0x2545_F491_4F6C_DD1D) >> 11) * 0x1p-53
    }
}
