import Platform
import Foundation
import Timeline

/// A picture before it is rounded to bytes: luma, Cb and Cr as analysis pictures have them, as numbers.
struct Canvas {
    var values: [Float]

    static let width = AnalysisPicture.width
    static let height = AnalysisPicture.height

    init(filledWith luma: Float) {
        values = [Float](repeating: luma, count: AnalysisPicture.lumaCount)
        values += [Float](repeating: 128, count: 2 * AnalysisPicture.chromaCount)
    }

    /// Calls `change` for each value with its position in 0..<1 of the width and height.
    func mapped(_ change: (_ value: Float, _ x: Float, _ y: Float, _ isLuma: Bool) -> Float) -> Canvas {
        var result = self
        for index in values.indices {
            let isLuma = index < AnalysisPicture.lumaCount
            let width = isLuma ? Self.width : AnalysisPicture.chromaWidth
            let height = isLuma ? Self.height : AnalysisPicture.chromaHeight
            let place = isLuma ? index : (index - AnalysisPicture.lumaCount) % AnalysisPicture.chromaCount
            let x = (Float(place % width) + 0.5) / Float(width)
            let y = (Float(place / width) + 0.5) / Float(height)
            result.values[index] = change(values[index], x, y, isLuma)
        }
        return result
    }

    /// The light multiplied by `gain`: color fades with it.
    func lit(_ gain: Float) -> Canvas {
        mapped { value, _, _, isLuma in isLuma ? value * gain : 128 + (value - 128) * min(gain, 1) }
    }

    /// With a channel's mark in front: a fortieth of the picture.
    var marked: Canvas {
        mapped { value, x, y, isLuma in
            (0.8..<0.95).contains(x) && (0.08..<0.25).contains(y) ? isLuma ? 230 : 128 : value
        }
    }

    /// (1 - weight) of this picture and weight of the other.
    func mixed(with other: Canvas, _ weight: (_ x: Float, _ y: Float) -> Float) -> Canvas {
        var index = 0
        return mapped { value, x, y, _ in
            let share = weight(x, y)
            let result = value * (1 - share) + other.values[index] * share
            index += 1
            return result
        }
    }

    /// The picture with grain of the given standard deviation, in bytes.
    func picture(grain: Float, _ random: inout SeededGenerator) -> AnalysisPicture {
        AnalysisPicture(
            planes: values.map { value in
                let noise = (random.uniform(-1...1) + random.uniform(-1...1) + random.uniform(-1...1)) * grain
                return UInt8(min(max(value + noise, 0), 255))
            })
    }
}

/// A textured place with things moving in it: what a camera take looks like at the size of analysis pictures.
struct SyntheticScene {
    private struct Wave {
        var x: Float
        var y: Float
        var phase: Float
        var height: Float
    }

    private struct Thing {
        var x: Float
        var y: Float
        var width: Float
        var height: Float
        var speed: Float
        var luma: Float
    }

    private let base: Float
    private let waves: [Wave]
    private let things: [Thing]
    private let tint: (Float, Float)
    /// Widths per second by which the camera pans.
    private let pan: Float

    init(seed: UInt64, pan: Float = 0.02) {
        var random = SeededGenerator(seed: seed &* 7919 &+ 13)
        self.pan = pan
        base = random.uniform(70...170)
        waves = (0..<7).map { _ in
            Wave(
                x: random.uniform(-5...5), y: random.uniform(-3...3), phase: random.uniform(0...6.28),
                height: random.uniform(6...26))
        }
        things = (0..<4).map { _ in
            Thing(
                x: random.uniform(0...1), y: random.uniform(0...0.8), width: random.uniform(0.1...0.35),
                height: random.uniform(0.15...0.5), speed: random.uniform(-0.06...0.06),
                luma: random.uniform(10...240))
        }
        tint = (random.uniform(-30...30), random.uniform(-30...30))
    }

    /// The view at `time` seconds, shifted by widths and heights and magnified.
    func view(at time: Double, shift: (x: Float, y: Float) = (0, 0), zoom: Float = 1) -> Canvas {
        let seconds = Float(time)
        var canvas = Canvas(filledWith: base)
        canvas = canvas.mapped { value, x, y, isLuma in
            let u = (x - 0.5) / zoom + 0.5 + shift.x + pan * seconds
            let v = (y - 0.5) / zoom + 0.5 + shift.y
            var luma = base
            for wave in waves { luma += wave.height * sin(6.28 * (wave.x * u + wave.y * v) + wave.phase) }
            for thing in things {
                let left = thing.x + thing.speed * seconds
                if u > left, u < left + thing.width, v > thing.y, v < thing.y + thing.height {
                    luma = thing.luma
                }
            }
            return isLuma ? luma : 128 + (luma - base) * 0.15
        }
        for plane in 0..<2 {
            let start = AnalysisPicture.lumaCount + plane * AnalysisPicture.chromaCount
            for index in start..<(start + AnalysisPicture.chromaCount) {
                canvas.values[index] += plane == 0 ? tint.0 : tint.1
            }
        }
        return canvas
    }
}
