/// How the pictures between two ends A and B lie in the plane that A and B span.
///
/// With d = B - A and E = |d|^2, a picture f has progress <f - A, d> / E and residual |f - A|^2 / E -
/// progress^2. In a dissolve progress climbs evenly and the residual stays near 0; a wipe has residual p (1 -
/// p); what moves leaves the plane; a hard cut jumps.
struct GradualProfile: Sendable {
    /// Pictures looked at between the ends.
    static let samples = 8

    let start: Int
    let end: Int
    /// Mean squared difference between the ends, in squared 8-bit steps, over luma and chroma.
    let energy: Float
    /// Numbers of the sampled pictures, in order.
    private(set) var indices: [Int] = []
    /// Share of the time that has passed at each sample, 0...1.
    private(set) var times: [Float] = []
    private(set) var progress: [Float] = []
    private(set) var residual: [Float] = []

    /// nil where the ends differ by less than `floor` (root mean square, 8-bit steps): nothing came about.
    ///
    /// - Complexity: one pass over three half-size pictures per sample; about 2 us.
    init?(from start: Int, to end: Int, in history: SignatureHistory, floor: Float) {
        let a = history[start]
        let b = history[end]
        let total = Self.energy(a, b)
        let energy = total / Float(PictureSignature.count)
        guard energy >= floor * floor else { return nil }
        self.start = start
        self.end = end
        self.energy = energy
        let range = 0..<PictureSignature.count
        let whole = Float(history.seconds(from: start, to: end))
        indices.reserveCapacity(Self.samples)
        times.reserveCapacity(Self.samples)
        progress.reserveCapacity(Self.samples)
        residual.reserveCapacity(Self.samples)
        for sample in 1...Self.samples {
            let index = start + ((end - start) * sample + (Self.samples + 1) / 2) / (Self.samples + 1)
            let f = history[index]
            let position = ByteSums.position(f.small.span, from: a.small.span, to: b.small.span, range)
            let along = Float(position.along) / total
            indices.append(index)
            times.append(Float(history.seconds(from: start, to: index)) / whole)
            progress.append(along)
            residual.append(max(0, Float(position.moved) / total - along * along))
        }
    }

    /// Sum of squared differences of two pictures' half-size planes.
    static func energy(_ a: PictureSignature, _ b: PictureSignature) -> Float {
        Float(ByteSums.squaredDifference(a.small.span, b.small.span, 0..<PictureSignature.count))
    }

    /// Progress of any picture along this profile's ends.
    func progress(of index: Int, in history: SignatureHistory) -> Float {
        let a = history[start]
        let b = history[end]
        let position = ByteSums.position(
            history[index].small.span, from: a.small.span, to: b.small.span, 0..<PictureSignature.count)
        return Float(position.along) / (energy * Float(PictureSignature.count))
    }

    /// Deviations from even progress, then residuals squeezed to 0..<1, in the order of the samples.
    var shape: [Float] {
        var values: [Float] = []
        values.reserveCapacity(2 * Self.samples)
        for sample in progress.indices { values.append(min(max(progress[sample] - times[sample], -2), 2)) }
        for value in residual { values.append(value / (1 + value)) }
        return values
    }
}
