import Platform
import SceneModel
import SceneSegmentation
import Timeline

/// Pictures painted by rule, and parts made of them.
enum DescriptorFixtures {
    struct Color {
        var luma: Double
        var blue: Double
        var red: Double
    }

    /// Paints u, v in 0..<1 (left to right, top to bottom) into the picture between bars of `bars` luma rows
    /// each.
    static func picture(bars: Int = 0, _ paint: (Double, Double) -> Color) -> AnalysisPicture {
        func byte(_ value: Double) -> UInt8 { UInt8(min(max(value.rounded(), 0), 255)) }
        let rows = Double(AnalysisPicture.height - 2 * bars)
        func at(_ x: Double, _ y: Double) -> Color? {
            let v = (y - Double(bars)) / rows
            return (0..<1).contains(v) ? paint(x / Double(AnalysisPicture.width), v) : nil
        }
        var planes: [UInt8] = []
        for y in 0..<AnalysisPicture.height {
            for x in 0..<AnalysisPicture.width {
                planes.append(byte(at(Double(x) + 0.5, Double(y) + 0.5)?.luma ?? 2))
            }
        }
        for isRed in [false, true] {
            for y in 0..<AnalysisPicture.chromaHeight {
                for x in 0..<AnalysisPicture.chromaWidth {
                    let color = at(Double(2 * x + 1), Double(2 * y + 1))
                    planes.append(byte(color.map { isRed ? $0.red : $0.blue } ?? 128))
                }
            }
        }
        return AnalysisPicture(planes: planes)
    }

    static func flat(_ luma: Double, _ blue: Double = 128, _ red: Double = 128) -> AnalysisPicture {
        picture { _, _ in Color(luma: luma, blue: blue, red: red) }
    }

    /// A place: sky above ground in the colors of `palette`, and a subject at `subject` (0..<1).
    static func place(
        _ palette: Int, subject: Double = 0.5, bars: Int = 0, brightness: Double = 1, seed: UInt64 = 1
    ) -> AnalysisPicture {
        let colors = [
            [Color(luma: 190, blue: 150, red: 110), Color(luma: 90, blue: 105, red: 120)],
            [Color(luma: 70, blue: 115, red: 150), Color(luma: 45, blue: 110, red: 165)],
            [Color(luma: 120, blue: 140, red: 140), Color(luma: 210, blue: 128, red: 126)],
        ][palette]
        var generator = SeededGenerator(seed: seed)
        return picture(bars: bars) { u, v in
            var color = v < 0.45 + 0.05 * Double(palette) ? colors[0] : colors[1]
            if abs(u - subject) < 0.08, v > 0.3 { color = Color(luma: 140, blue: 110, red: 155) }
            color.luma = color.luma * brightness + 4 * Double(generator.symmetric())
            return color
        }
    }

    static func part(
        _ pictures: [AnalysisPicture], motion: Float = 20, seconds: Double = 3, entry: TransitionKind? = .cut
    ) -> Part {
        Part(
            index: 0, shotIndex: 0, start: Instant(pts: 0), end: Instant(pts: 75), duration: seconds,
            entry: entry.map { Transition(kind: $0, score: Score(1)) }, isLastOfShot: true,
            keyFrames: pictures.enumerated().map {
                Picture(at: Instant(pts: Int64($0.offset)), duration: 1, analysis: $0.element)
            }, motion: motion)
    }

    static func embedding(_ pictures: AnalysisPicture...) -> [Float] {
        var encoder = DescriptorEncoder()
        return encoder.encode(part(pictures))
    }

    static func cosine(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
        func dot(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
}
