import BroadcastEvidence
import Platform
import Timeline

/// Pictures that have nothing in common but what is laid over them.
struct MarkScene {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// Rectangles of any luma, and noise.
    mutating func background() -> [UInt8] {
        let (width, height) = (MarkPicture.width, MarkPicture.height)
        var luma = [UInt8](repeating: UInt8.random(in: 20...235, using: &generator), count: width * height)
        for _ in 0..<60 {
            let left = Int.random(in: 0..<width - 8, using: &generator)
            let top = Int.random(in: 0..<height - 8, using: &generator)
            let right = min(width, left + Int.random(in: 6...90, using: &generator))
            let bottom = min(height, top + Int.random(in: 6...60, using: &generator))
            let value = UInt8.random(in: 20...235, using: &generator)
            for row in top..<bottom {
                for column in left..<right { luma[row * width + column] = value }
            }
        }
        return luma
    }

    /// A ring with a bar beside it: `opacity` of `tone`, its left upper corner at (`x`, `y`), 24 x 16 pixels.
    static func marked(_ luma: [UInt8], x: Int, y: Int, opacity: Float, tone: Float = 255) -> [UInt8] {
        var luma = luma
        for row in 0..<16 {
            for column in 0..<24 {
                let (across, down) = (Float(column) - 7.5, Float(row) - 7.5)
                let radius = (across * across + down * down).squareRoot()
                let isRing = (4...7).contains(radius)
                let isBar = (18..<22).contains(column) && (1..<15).contains(row)
                guard isRing || isBar else { continue }
                let place = (y + row) * MarkPicture.width + x + column
                luma[place] = UInt8(Float(luma[place]) * (1 - opacity) + tone * opacity)
            }
        }
        return luma
    }

    /// Black above and below, `rows` each.
    static func letterboxed(_ luma: [UInt8], rows: Int) -> [UInt8] {
        var luma = luma
        for row in 0..<MarkPicture.height where row < rows || row >= MarkPicture.height - rows {
            for column in 0..<MarkPicture.width { luma[row * MarkPicture.width + column] = 0 }
        }
        return luma
    }

    /// A banner across the lower part, with blocks that are elsewhere in every picture, as moving text is.
    mutating func withTicker(_ luma: [UInt8]) -> [UInt8] {
        var luma = luma
        for row in 150..<168 {
            for column in 0..<MarkPicture.width { luma[row * MarkPicture.width + column] = 40 }
        }
        var column = Int.random(in: 2..<20, using: &generator)
        while column < MarkPicture.width - 12 {
            let length = Int.random(in: 3...10, using: &generator)
            for row in 154..<164 {
                for place in column..<column + length { luma[row * MarkPicture.width + place] = 220 }
            }
            column += length + Int.random(in: 3...9, using: &generator)
        }
        return luma
    }
}
