package import Timeline
internal import RealModule

/// Measures a tenth of a second of sound: levels, and the spectrum in bands.
///
/// Four windows of 32 ms (Hann), spread evenly and none beyond the frame, give the spectrum; two share one
/// complex transform. A frame depends on its own samples alone. Pure arithmetic; used on one thread at a
/// time.
package struct SoundMeter {
    /// Samples a second.
    package static let rate = 16_000
    /// Samples of a frame.
    package static let frameCount = 1600

    private static let size = 512
    private static let windowStarts = [0, 363, 726, 1088]

    private let window: [Float]
    /// cos and sin of 2 pi k / size, for k below size / 2.
    private let cosines: [Float]
    private let sines: [Float]
    private let reversed: [Int]
    /// Power of |X|^2 of two windows in one transform, summed over both transforms: see `spectrum`.
    private let scale: Float
    /// K-weighting of each bin, as a factor of power.
    private let weights: [Float]
    /// For each band, its first bin and the shares of the bins from there.
    private let bands: [(first: Int, shares: [Float])]
    private let measuredBands: Int
    private var real = [Float](repeating: 0, count: size)
    private var imaginary = [Float](repeating: 0, count: size)
    private var power = [Float](repeating: 0, count: size / 2)

    /// - Parameter highest: the highest frequency that the source can hold, in Hz.
    package init(highest: Double = 8000) {
        let size = Self.size
        let hann = (0..<size).map { 0.5 - 0.5 * Double.cos(2 * .pi * Double($0) / Double(size)) }
        window = hann.map(Float.init)
        cosines = (0..<size / 2).map { Float(Double.cos(2 * .pi * Double($0) / Double(size))) }
        sines = (0..<size / 2).map { Float(Double.sin(2 * .pi * Double($0) / Double(size))) }
        let bits = size.trailingZeroBitCount
        reversed = (0..<size).map { index in
            (0..<bits).reduce(0) { $0 << 1 | (index >> $1 & 1) }
        }
        // |Z[k]|^2 + |Z[-k]|^2 = 2 (|X1[k]|^2 + |X2[k]|^2). Both halves of the spectrum count, each window is
        // one of four, and by Parseval the sum of |X|^2 is size times the sum of the windowed squares.
        let energy = hann.reduce(0) { $0 + $1 * $1 }
        scale = Float(1 / (4 * Double(size) * energy))
        weights = (0..<size / 2).map { Float(Self.weight(at: Self.frequency($0))) }
        let lowest = Self.mel(60)
        let step = (Self.mel(8000) - lowest) / Double(SoundFrame.bandCount + 1)
        bands = (0..<SoundFrame.bandCount).map { band in
            let middle = lowest + step * Double(band + 1)
            let shares = (0..<size / 2).map { max(0, 1 - abs(Self.mel(Self.frequency($0)) - middle) / step) }
            let first = shares.firstIndex { $0 > 0 } ?? 0
            let last = shares.lastIndex { $0 > 0 } ?? 0
            return (first, shares[first...last].map(Float.init))
        }
        measuredBands = (0..<SoundFrame.bandCount).count { band in
            lowest + step * Double(band + 2) <= Self.mel(highest) + 1e-9
        }
    }

    /// Measures `samples`, a frame of them. nil where they are no numbers.
    package mutating func measure(_ samples: UnsafeBufferPointer<Float>, start: Int64) -> SoundFrame? {
        guard let first = samples.baseAddress, samples.count == Self.frameCount else {
            preconditionFailure("a frame has \(Self.frameCount) samples")
        }
        let bytes = UnsafeRawPointer(first)
        var quarters = SIMD4<Float>()
        var (sum, squares): (Float, Float) = (0, 0)
        let quarter = Self.frameCount / 4
        for index in 0..<4 {
            var (part, partSquares) = (SIMD8<Float>(), SIMD8<Float>())
            for place in stride(from: index * quarter, to: (index + 1) * quarter, by: 8) {
                let values = bytes.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self)
                part += values
                partSquares += values * values
            }
            let mean = part.sum() / Float(quarter)
            quarters[index] = Self.decibels(partSquares.sum() / Float(quarter) - mean * mean)
            sum += part.sum()
            squares += partSquares.sum()
        }
        guard sum.isFinite, squares.isFinite else { return nil }
        let mean = sum / Float(Self.frameCount)
        let level = Self.decibels(squares / Float(Self.frameCount) - mean * mean)
        spectrum(of: samples, around: mean)
        var weighted: Float = 0
        for bin in 1..<power.count { weighted += weights[bin] * power[bin] }
        let levels = bands.map { band in
            var sum: Float = 0
            for (offset, share) in band.shares.enumerated() { sum += share * power[band.first + offset] }
            return Self.decibels(sum)
        }
        return SoundFrame(
            start: start, level: level, loudness: max(SoundFrame.floor, Self.decibels(weighted) - 0.691),
            quarters: quarters, bands: levels, measuredBands: measuredBands)
    }

    /// Leaves the power of each bin in `power`. `mean` is no sound, but would leak into the lowest bins.
    private mutating func spectrum(of samples: UnsafeBufferPointer<Float>, around mean: Float) {
        let size = Self.size
        for bin in power.indices { power[bin] = 0 }
        for pair in stride(from: 0, to: Self.windowStarts.count, by: 2) {
            let (left, right) = (Self.windowStarts[pair], Self.windowStarts[pair + 1])
            for index in 0..<size {
                let place = reversed[index]
                real[place] = window[index] * (samples[left + index] - mean)
                imaginary[place] = window[index] * (samples[right + index] - mean)
            }
            transform()
            for bin in 1..<size / 2 {
                let (a, b) = (real[bin], imaginary[bin])
                let (c, d) = (real[size - bin], imaginary[size - bin])
                power[bin] += scale * (a * a + b * b + c * c + d * d)
            }
        }
    }

    /// Fourier transform in place, radix 2, of what stands in bit-reversed order (Cooley and Tukey, 1965).
    private mutating func transform() {
        let size = Self.size
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                var half = 1
                while half < size {
                    let stride = size / (2 * half)
                    var start = 0
                    while start < size {
                        for offset in 0..<half {
                            let (top, bottom) = (start + offset, start + offset + half)
                            let (cosine, sine) = (cosines[offset * stride], sines[offset * stride])
                            let x = real[bottom] * cosine + imaginary[bottom] * sine
                            let y = imaginary[bottom] * cosine - real[bottom] * sine
                            (real[bottom], imaginary[bottom]) = (real[top] - x, imaginary[top] - y)
                            (real[top], imaginary[top]) = (real[top] + x, imaginary[top] + y)
                        }
                        start += 2 * half
                    }
                    half *= 2
                }
            }
        }
    }

    private static func frequency(_ bin: Int) -> Double { Double(bin * rate) / Double(size) }

    /// The mel scale as O'Shaughnessy has it (Speech Communication, 1987).
    private static func mel(_ frequency: Double) -> Double { 2595 * Double.log10(1 + frequency / 700) }

    private static func decibels(_ power: Float) -> Float {
        power > 1e-8 ? max(SoundFrame.floor, 10 * Float.log10(power)) : SoundFrame.floor
    }

    /// K-weighting as a factor of power: the response of the two filters of ITU-R BS.1770-4, tables 1 and 2,
    /// which are given for 48 kHz.
    private static func weight(at frequency: Double) -> Double {
        let omega = 2 * Double.pi * frequency / 48_000
        func response(_ filter: [Double]) -> Double {
            let real = filter.enumerated().reduce(0) {
                $0 + $1.element * Double.cos(Double($1.offset) * omega)
            }
            let imaginary = filter.enumerated().reduce(0) {
                $0 - $1.element * Double.sin(Double($1.offset) * omega)
            }
            return real * real + imaginary * imaginary
        }
        let shelf =
            response([1.53512485958697, -2.69169618940638, 1.19839281085285])
            / response([1, -1.69065929318241, 0.73248077421585])
        let highPass = response([1, -2, 1]) / response([1, -1.99004745483398, 0.99007225036621])
        return shelf * highPass
    }
}
