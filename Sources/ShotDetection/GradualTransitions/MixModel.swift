import Timeline

/// How well "each place of the picture goes from the old shot to the new one by itself" explains the pictures
/// between two ends: a dissolve, in which all places go together, and a wipe of any shape, in which each
/// turns at its own time.
///
/// The picture falls into 16 x 9 cells (2 x 2 of the half-size luma, one of each chroma). A cell's share is
/// where it lies between its two ends, 0...1, weighted by how far these lie apart.
struct MixModel: Sendable {
    /// What no share explains, relative to the energy of the ends; mean over the samples.
    private(set) var residual: Float = 0
    /// Mean of 4 share (1 - share): 0 where each cell is either old or new, 1 where all are half and half.
    private(set) var blending: Float = 0
    /// How far shares go back from sample to sample, in all: 0 where the old picture only ever gives way.
    private(set) var returning: Float = 0
    /// Mean difference between the shares of neighboring cells: small in a dissolve and in a wipe, large
    /// where motion only looks like change.
    private(set) var roughness: Float = 0
    /// The greatest part of the change that one step from sample to sample brings.
    private(set) var jump: Float = 0
    /// Mean share at each sample.
    private(set) var progress: [Float] = []

    /// - Complexity: one pass over three half-size pictures per sample; about 20 us in all.
    init(_ profile: GradualProfile, in history: SignatureHistory) {
        let columns = PictureSignature.chromaWidth
        let rows = PictureSignature.chromaHeight
        let first = Self.cells(of: history[profile.start].small.span)
        let last = Self.cells(of: history[profile.end].small.span)
        let a = first.span
        let b = last.span
        var steps: [Float] = []
        steps.reserveCapacity(columns * rows)
        for cell in 0..<(columns * rows) {
            let range = (cell * Self.size)..<((cell + 1) * Self.size)
            steps.append(Float(ByteSums.squaredDifference(a, b, range)))
        }
        let energy = steps.reduce(0, +) + 1
        var before = [Float](repeating: 0, count: columns * rows)
        var shares = before
        var lastProgress: Float = 0
        for index in profile.indices {
            let f = Self.cells(of: history[index].small.span)
            var unexplained: Float = 0
            var mean: Float = 0
            var blend: Float = 0
            var back: Float = 0
            for cell in 0..<(columns * rows) {
                let range = (cell * Self.size)..<((cell + 1) * Self.size)
                let position = ByteSums.position(f.span, from: a, to: b, range)
                let along = Float(position.along)
                let whole = steps[cell]
                let share = min(max(along / (whole + Self.noise), 0), 1)
                unexplained += max(0, Float(position.moved) - share * (2 * along - share * whole))
                mean += whole * share
                blend += whole * 4 * share * (1 - share)
                back += whole * max(0, before[cell] - share)
                shares[cell] = share
            }
            var rough: Float = 0
            var weights: Float = 1
            for row in 0..<rows {
                for column in 0..<(columns - 1) {
                    let cell = row * columns + column
                    let weight = min(steps[cell], steps[cell + 1])
                    rough += weight * abs(shares[cell] - shares[cell + 1])
                    weights += weight
                    guard row + 1 < rows else { continue }
                    let below = min(steps[cell], steps[cell + columns])
                    rough += below * abs(shares[cell] - shares[cell + columns])
                    weights += below
                }
            }
            residual += unexplained / energy
            blending += blend / energy
            returning += back / energy
            roughness += rough / weights
            jump = max(jump, mean / energy - lastProgress)
            lastProgress = mean / energy
            progress.append(lastProgress)
            before = shares
        }
        jump = max(jump, 1 - lastProgress)
        let count = Float(max(1, profile.indices.count))
        residual /= count
        blending /= count
        roughness /= count
    }

    /// Squared 8-bit steps, over the six bytes of a cell, below which a cell has hardly changed.
    private static let noise: Float = 24

    /// Bytes of a cell: four of luma, Cb, Cr.
    private static let size = 6

    /// The half-size planes, cell by cell.
    private static func cells(of planes: Span<UInt8>) -> [UInt8] {
        let width = PictureSignature.lumaWidth
        let columns = PictureSignature.chromaWidth
        return [UInt8](capacity: PictureSignature.count) { output in
            for cell in 0..<PictureSignature.chromaCount {
                let upper = 2 * (cell / columns) * width + 2 * (cell % columns)
                output.append(planes[upper])
                output.append(planes[upper + 1])
                output.append(planes[upper + width])
                output.append(planes[upper + width + 1])
                output.append(planes[PictureSignature.lumaCount + cell])
                output.append(planes[PictureSignature.lumaCount + PictureSignature.chromaCount + cell])
            }
        }
    }
}
