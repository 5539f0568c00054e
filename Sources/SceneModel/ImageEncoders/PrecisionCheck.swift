internal import SceneSegmentation
package import TensorKernels
internal import Timeline

/// How far the vectors of an image encoder turn when its products are computed in another precision: cosines
/// with those of float32 over `ProbePictures`, each picture by itself.
package struct PrecisionCheck: Equatable, Sendable {
    /// What the least cosine must reach for a precision to be kept.
    package static let bar = 0.999

    /// Over all pictures; 1 is the same direction.
    package let least: Double
    package let mean: Double

    package var isPassed: Bool { least >= Self.bar }

    /// Runs the file's shot encoder over all pictures in both, one of clips over `ProbePictures.clips`; nil
    /// if it has none. `precision`: one that this processor has. Takes seconds, of clips half a minute, and
    /// the memory of two encoders.
    package init?(_ file: SafetensorsFile, precision: Precision) throws(ModelFileError) {
        if let exact = try MotionShotEncoder(file, precision: .float32, threadCount: 1),
            let other = try MotionShotEncoder(file, precision: precision, threadCount: 1),
            let geometry = exact.input.view
        {
            let clips = ProbePictures.clips(
                side: geometry.cropSide, frames: exact.input.sampling.pictureCount)
            self.init(
                cosines: clips.map { Self.cosine(exact.vector(clip: $0), other.vector(clip: $0)) })
            return
        }
        guard let exact = try ImageShotEncoder(file, precision: .float32, threadCount: 1),
            let other = try ImageShotEncoder(file, precision: precision, threadCount: 1),
            let geometry = exact.input.view
        else { return nil }
        let crops = ProbePictures.squares(side: geometry.cropSide)
        self.init(cosines: zip(exact.vectors(crops: crops), other.vectors(crops: crops)).map(Self.cosine))
    }

    /// Of at least one cosine; one that is no number counts as 0.
    init(cosines: [Double]) {
        let numbers = cosines.map { $0.isNaN ? 0 : $0 }
        least = numbers.min() ?? 0
        mean = numbers.reduce(0, +) / Double(max(1, numbers.count))
    }

    /// As metadata has them: rounded down, so that none seems better than it is.
    package static func text(_ cosine: Double) -> String {
        let millionths = Int((max(0, min(1, cosine)) * 1e6).rounded(.down))
        let digits = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }

    private static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        func product(_ a: [Float], _ b: [Float]) -> Double {
            zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return product(left, right) / (product(left, left) * product(right, right)).squareRoot()
    }
}
