internal import RealModule
package import SceneModel
package import TensorKernels
package import Timeline

// Shapes: pictures of `side` x `side` pixels as rows of red, green, blue.

/// Turns pictures into what an encoder sees in training: cut and resized, changed as a `PictureView` says,
/// normalized.
package struct PictureAugmenter: Sendable {
    package let side: Int
    private let mean: [Float]
    private let deviation: [Float]

    /// Pictures of `side` pixels, normalized as `preparation` says.
    package init(side: Int, preparation: PicturePreparation = .imageNet) {
        precondition(side > 0, "pictures with pixels")
        self.side = side
        mean = preparation.mean
        deviation = preparation.deviation
    }

    /// Writes rows `firstRow` and following of `rows` [.., 3].
    package func write(
        _ picture: RGBPicture, view: PictureView, jitter: PictureView.Jitter, into rows: inout Matrix,
        firstRow: Int
    ) {
        var pixels = cut(picture, view)
        if jitter != PictureView.Jitter() { apply(jitter, &pixels) }
        if view.isGray {
            for pixel in pixels.indices { pixels[pixel] = SIMD4(repeating: Self.luma(pixels[pixel])) }
        }
        if let deviation = view.blur { pixels = blurred(pixels, deviation) }
        for (index, pixel) in pixels.enumerated() {
            rows.setRow(firstRow + index, to: (0..<3).map { (pixel[$0] - mean[$0]) / deviation[$0] })
        }
    }

    // MARK: Size

    /// The view's rectangle at the wanted size, values of 0...1; triangles as wide as the step between
    /// pixels, so that nothing is skipped where the picture shrinks.
    private func cut(_ picture: RGBPicture, _ view: PictureView) -> [SIMD4<Float>] {
        let columns = Self.samples(
            picture.width, from: view.left, part: view.width, count: side, isReversed: view.isFlipped)
        let lines = Self.samples(
            picture.height, from: view.top, part: view.height, count: side, isReversed: false)
        var result = [SIMD4<Float>](repeating: .zero, count: side * side)
        var resized: [Int: [SIMD4<Float>]] = [:]
        for (y, line) in lines.enumerated() {
            resized = resized.filter { $0.key >= line.first }
            for (offset, weight) in line.weights.enumerated() {
                let source = line.first + offset
                let row = resized[source] ?? Self.resizedLine(picture, source, columns)
                resized[source] = row
                for x in 0..<side { result[y * side + x] += weight * row[x] }
            }
        }
        return result
    }

    private static func resizedLine(
        _ picture: RGBPicture, _ line: Int, _ columns: [(first: Int, weights: [Float])]
    ) -> [SIMD4<Float>] {
        picture.bytes.withUnsafeBufferPointer { bytes in
            columns.map { column in
                var sum = SIMD4<Float>.zero
                for (offset, weight) in column.weights.enumerated() {
                    let place = 3 * (line * picture.width + column.first + offset)
                    sum +=
                        weight
                        * SIMD4(Float(bytes[place]), Float(bytes[place + 1]), Float(bytes[place + 2]), 0)
                }
                return sum / 255
            }
        }
    }

    /// For each wanted sample the source samples that it is made of, and their weights.
    private static func samples(
        _ length: Int, from start: Double, part: Double, count: Int, isReversed: Bool
    ) -> [(first: Int, weights: [Float])] {
        let step = part * Double(length) / Double(count)
        let reach = max(step, 1)
        let found = (0..<count).map { index -> (first: Int, weights: [Float]) in
            let center = start * Double(length) + (Double(index) + 0.5) * step - 0.5
            let first = min(max(0, Int((center - reach).rounded(.down)) + 1), length - 1)
            let last = max(first, min(length - 1, Int((center + reach).rounded(.up)) - 1))
            var weights = (first...last).map { max(0, 1 - abs(Double($0) - center) / reach) }
            let sum = weights.reduce(0, +)
            weights = sum > 0 ? weights.map { $0 / sum } : weights.map { _ in 1 / Double(weights.count) }
            return (first, weights.map(Float.init))
        }
        return isReversed ? found.reversed() : found
    }

    // MARK: Color

    /// Rec. 601, as the libraries of the reference take it.
    private static func luma(_ pixel: SIMD4<Float>) -> Float {
        0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]
    }

    private func apply(_ jitter: PictureView.Jitter, _ pixels: inout [SIMD4<Float>]) {
        for kind in jitter.order {
            switch kind {
            case 0: mix(&pixels, jitter.brightness) { _ in .zero }
            case 1:
                let level = pixels.reduce(0) { $0 + Self.luma($1) } / Float(pixels.count)
                mix(&pixels, jitter.contrast) { _ in SIMD4(repeating: level) }
            case 2: mix(&pixels, jitter.saturation) { SIMD4(repeating: Self.luma($0)) }
            default:
                for index in pixels.indices { pixels[index] = Self.turned(pixels[index], Float(jitter.hue)) }
            }
        }
    }

    /// factor * pixel + (1 - factor) * other, kept to 0...1.
    private func mix(
        _ pixels: inout [SIMD4<Float>], _ factor: Double, _ other: (SIMD4<Float>) -> SIMD4<Float>
    ) {
        let share = Float(factor)
        for index in pixels.indices {
            let mixed = share * pixels[index] + (1 - share) * other(pixels[index])
            pixels[index] = mixed.clamped(lowerBound: .zero, upperBound: .one)
        }
    }

    /// The hue turned by a part of the color circle; value and saturation stay.
    private static func turned(_ pixel: SIMD4<Float>, _ part: Float) -> SIMD4<Float> {
        let (r, g, b) = (pixel[0], pixel[1], pixel[2])
        let (high, low) = (max(r, g, b), min(r, g, b))
        let range = high - low
        guard range > 0 else { return pixel }
        var hue: Float =
            high == r ? (g - b) / range : high == g ? 2 + (b - r) / range : 4 + (r - g) / range
        hue += 6 * part
        func channel(_ shift: Float) -> Float {
            var place = (hue + shift).truncatingRemainder(dividingBy: 6)
            if place < 0 { place += 6 }
            return high - range * min(max(min(place, 4 - place), 0), 1)
        }
        return SIMD4(channel(5), channel(3), channel(1), 0)
    }

    // MARK: Blur

    /// Gaussian, columns then lines, the edges repeated.
    private func blurred(_ pixels: [SIMD4<Float>], _ deviation: Double) -> [SIMD4<Float>] {
        let reach = max(1, Int((3 * deviation).rounded(.up)))
        var weights = (-reach...reach).map { offset in
            Float(Double.exp(-Double(offset * offset) / (2 * deviation * deviation)))
        }
        let sum = weights.reduce(0, +)
        weights = weights.map { $0 / sum }
        func pass(_ source: [SIMD4<Float>], _ index: (Int, Int) -> Int) -> [SIMD4<Float>] {
            var result = source
            for line in 0..<side {
                for place in 0..<side {
                    var total = SIMD4<Float>.zero
                    for (offset, weight) in weights.enumerated() {
                        let from = min(max(place + offset - reach, 0), side - 1)
                        total += weight * source[index(line, from)]
                    }
                    result[index(line, place)] = total
                }
            }
            return result
        }
        return pass(pass(pixels) { $0 * side + $1 }) { $1 * side + $0 }
    }
}
