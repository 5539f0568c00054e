internal import RealModule

/// Normally distributed numbers from uniform ones (Box and Muller 1958).
package struct NormalGenerator<Generator: RandomNumberGenerator> {
    package private(set) var generator: Generator

    package init(_ generator: Generator) { self.generator = generator }

    /// Mean 0, the given standard deviation.
    package mutating func values(count: Int, deviation: Float) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(count + 1)
        while values.count < count {
            // Above 0, so that its logarithm exists.
            let share = Double((generator.next() >> 11) + 1) * 0x1p-53
            let angle = Double(generator.next() >> 11) * 0x1p-53 * 2 * Double.pi
            let length = (-2 * Double.log(share)).squareRoot() * Double(deviation)
            values.append(Float(length * Double.cos(angle)))
            values.append(Float(length * Double.sin(angle)))
        }
        if values.count > count { values.removeLast() }
        return values
    }
}
