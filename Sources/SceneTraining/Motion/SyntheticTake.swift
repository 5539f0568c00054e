internal import NeuralNet
internal import RealModule
internal import Timeline

/// Makes takes that never were, in which something moves one way or the other on a plain ground. A take and
/// its reverse hold the same pictures, so a single picture says nothing of the way: what reads it from a clip
/// sees motion.
///
/// Pictures are `side` x `side`, with noise of ten levels; speed (0.6 to 2 pixels a picture), phase and size
/// are each take's own.
package struct SyntheticTake {
    /// What moves.
    package enum Shape: String, CaseIterable, Sendable {
        /// Stripes of five pixels that move to one side: motion fills the picture.
        case bars
        /// A wheel of five spokes that turns.
        case spokes
        /// A square, a fifteenth of the picture, that moves along a line and comes in again behind the edge.
        case square
        /// The same on a circle about the middle.
        case circle
    }

    /// Pixels.
    package static let side = 32

    /// Equal arguments give equal takes.
    ///
    /// - Parameters:
    ///   - shape: what moves.
    ///   - seed: of speed, phase, size, noise and color.
    ///   - isForward: false for the same pictures in the other order.
    ///   - frames: pictures of the take, at least one.
    ///   - palettes: colors that takes share; 0 where each has its own.
    /// - Returns: the take; it counts as moving.
    package static func make(
        _ shape: Shape, seed: UInt64, isForward: Bool, frames: Int, palettes: Int = 1
    ) -> MotionTake {
        var random = RandomStream(seed: seed, purpose: .synthesis)
        let palette = palettes == 0 ? seed : UInt64(random.position(below: palettes))
        var colors = RandomStream(seed: palette, purpose: .folds)
        let ground = (0..<3).map { _ in 40 + 60 * colors.fraction() }
        let figure = (0..<3).map { _ in 150 + 90 * colors.fraction() }
        let (speed, phase) = (0.6 + 1.4 * random.fraction(), random.fraction())
        let take = SyntheticTake(
            shape: shape, size: 8 + 6 * random.fraction(), height: 8 + 16 * random.fraction())
        let pictures = (0..<frames).map { frame -> RGBPicture in
            let way = phase * Double(side) + speed * Double(frame)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(3 * side * side)
            for y in 0..<side {
                for x in 0..<side {
                    let color = take.shows(Double(x), Double(y), way: way) ? figure : ground
                    for channel in 0..<3 { bytes.append(UInt8(color[channel] + 10 * random.fraction())) }
                }
            }
            return RGBPicture(width: side, height: side, bytes: bytes)
        }
        return MotionTake(frames: isForward ? pictures : pictures.reversed(), motion: 10)
    }

    private let shape: Shape
    /// Pixels: of a square's side, and of its middle's distance from the top on a line.
    private let size: Double
    private let height: Double
    private static let middle = Double(side) / 2 - 0.5
    /// Pixels of the circle's radius: the square stays inside.
    private static let radius = 8.0

    /// Whether the figure covers a pixel once it has come so many pixels.
    private func shows(_ x: Double, _ y: Double, way: Double) -> Bool {
        let middle = Self.middle
        switch shape {
        case .bars: return Self.isLight((x + way) / 10)
        case .spokes:
            let angle = Double.atan2(y: y - middle, x: x - middle) / (2 * .pi)
            return Self.isLight(5 * angle + way / 10)
        case .square:
            let across = abs(x - way.truncatingRemainder(dividingBy: Double(Self.side)))
            return 2 * min(across, Double(Self.side) - across) < size && 2 * abs(y - height) < size
        case .circle:
            let angle = way / Self.radius
            return 2 * abs(x - middle - Self.radius * Double.cos(angle)) < size
                && 2 * abs(y - middle - Self.radius * Double.sin(angle)) < size
        }
    }

    /// Stripes one half wide.
    private static func isLight(_ place: Double) -> Bool { place - place.rounded(.down) < 0.5 }
}
