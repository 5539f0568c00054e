internal import Glibc
internal import SceneSegmentation
internal import Timeline

/// What a descriptor adds up over the key frames of a part, and how it becomes an embedding.
struct DescriptorSums: Sendable {
    /// The embedding in the making, in the order of `DescriptorLayout.standard`.
    private(set) var values = [Float](repeating: 0, count: DescriptorLayout.standard.dimension)

    private var color = [Float](repeating: 0, count: DescriptorBlock.color.count)
    private var texture = [Float](repeating: 0, count: DescriptorBlock.texture.count)
    private var composition = [Float](repeating: 0, count: 64)
    private var cells = CellMoments()
    /// Sum and sum of squares of the chroma's distance from gray, 0...1, and the samples counted.
    private var saturation = SIMD2<Float>.zero
    private var samples: Float = 0

    mutating func reset() {
        for index in values.indices { values[index] = 0 }
        for index in color.indices { color[index] = 0 }
        for index in texture.indices { texture[index] = 0 }
        for index in composition.indices { composition[index] = 0 }
        cells = CellMoments()
        saturation = .zero
        samples = 0
    }

    mutating func add(_ picture: AnalysisPicture, _ area: ActiveArea) {
        addColor(picture.planes.span, area)
        addTexture(picture.planes.span, area)
        LowBand.add(picture.planes.span, area, to: &composition)
    }

    // MARK: Color and layout

    private mutating func addColor(_ planes: Span<UInt8>, _ area: ActiveArea) {
        // Locals: a loop over stored properties would reload them at each step.
        var sums = saturation
        var cellSums = cells
        var histogram = color.mutableSpan
        for y in area.rows {
            let cellRow = 3 * (3 * (y - area.rows.lowerBound) / area.rows.count)
            for x in area.columns {
                let top = 2 * y * AnalysisPicture.width + 2 * x
                let total =
                    Int(planes[top]) + Int(planes[top + 1]) + Int(planes[top + AnalysisPicture.width])
                    + Int(planes[top + AnalysisPicture.width + 1])
                let luma = Float(total) * (1 / 1020)
                let chroma = AnalysisPicture.lumaCount + y * AnalysisPicture.chromaWidth + x
                let blue = (Float(planes[chroma]) - 128) * (1 / 128)
                let red = (Float(planes[chroma + AnalysisPicture.chromaCount]) - 128) * (1 / 128)
                let magnitude = (blue * blue + red * red).squareRoot()
                sums += SIMD2(magnitude, magnitude * magnitude)
                cellSums.add(
                    cellRow + 3 * (x - area.columns.lowerBound) / area.columns.count, luma: luma, blue: blue,
                    red: red)

                // Bin centers: luma at 1/8, 3/8, 5/8, 7/8; chroma at 0, 1/10, 3/10, 9/10 of full.
                let lumaBin = SoftBin(4 * luma - 0.5, last: 3)
                let chromaBin = SoftBin(4 * magnitude / (magnitude + 0.3), last: 3)
                let hueBin = SoftBin(wrapping: 2 * Self.diamondAngle(blue, red), count: 8)
                let dark = 32 * lumaBin.low
                let bright = 32 * lumaBin.high
                Self.spread(lumaBin.lowShare, chromaBin, hueBin, &histogram, dark)
                Self.spread(lumaBin.highShare, chromaBin, hueBin, &histogram, bright)
            }
        }
        saturation = sums
        cells = cellSums
        samples += Float(area.rows.count * area.columns.count)
    }

    /// Shares `weight` among the chroma and hue bins from `base` on. Gray (chroma bin 0) has no hue: it
    /// stands at hue 0.
    @inline(__always)
    private static func spread(
        _ weight: Float, _ chroma: SoftBin, _ hue: SoftBin, _ histogram: inout MutableSpan<Float>, _ base: Int
    ) {
        if chroma.low == 0 {
            histogram[base] += weight * chroma.lowShare
        } else {
            histogram[base + 8 * chroma.low + hue.low] += weight * chroma.lowShare * hue.lowShare
            histogram[base + 8 * chroma.low + hue.high] += weight * chroma.lowShare * hue.highShare
        }
        histogram[base + 8 * chroma.high + hue.low] += weight * chroma.highShare * hue.lowShare
        histogram[base + 8 * chroma.high + hue.high] += weight * chroma.highShare * hue.highShare
    }

    /// A monotone stand-in for the angle of (x, y), 0..<4 for a full turn and exact at multiples of 45
    /// degrees; 0 for the origin.
    static func diamondAngle(_ x: Float, _ y: Float) -> Float {
        let size = abs(x) + abs(y)
        guard size > 0 else { return 0 }
        let part = y / size
        let angle = x < 0 ? 2 - part : (y < 0 ? 4 + part : part)
        return angle < 4 ? angle : 0
    }

    // MARK: Texture

    /// Gradient size, in luma steps over two samples, at which a sample counts half as an edge and half as
    /// flat.
    private static let edge: Float = 16

    private mutating func addTexture(_ planes: Span<UInt8>, _ area: ActiveArea) {
        var histogram = texture.mutableSpan
        let rows = (2 * area.rows.lowerBound + 1)..<(2 * area.rows.upperBound - 1)
        let columns = (2 * area.columns.lowerBound + 1)..<(2 * area.columns.upperBound - 1)
        for y in rows {
            let cellRow = 3 * (3 * (y - rows.lowerBound) / rows.count)
            for x in columns {
                let index = y * AnalysisPicture.width + x
                let across = Float(Int(planes[index + 1]) - Int(planes[index - 1]))
                let down = Float(
                    Int(planes[index + AnalysisPicture.width]) - Int(planes[index - AnalysisPicture.width]))
                let size = (across * across + down * down).squareRoot()
                let edgeShare = size / (size + Self.edge)
                let cell = 5 * (cellRow + 3 * (x - columns.lowerBound) / columns.count)
                histogram[cell + 4] += 1 - edgeShare
                // Directions are those of lines: opposite gradients are one.
                let angle = Self.diamondAngle(across, down)
                let bin = SoftBin(wrapping: 2 * (angle < 2 ? angle : angle - 2), count: 4)
                histogram[cell + bin.low] += edgeShare * bin.lowShare
                histogram[cell + bin.high] += edgeShare * bin.highShare
            }
        }
    }

    // MARK: The embedding

    mutating func finish(pictures: Int, area: ActiveArea) {
        for (offset, value) in color.enumerated() {
            values[DescriptorLayout.standard[.color].range.lowerBound + offset] = value.squareRoot()
        }
        for (offset, value) in texture.enumerated() {
            values[DescriptorLayout.standard[.texture].range.lowerBound + offset] = value.squareRoot()
        }
        let low = DescriptorLayout.standard[.composition].range
        for offset in 0..<low.count {
            values[low.lowerBound + offset] = composition[offset + 1] / Float(pictures)
        }
        var layout = DescriptorLayout.standard[.layout].range.lowerBound
        for cell in 0..<9 {
            for value in cells.values(cell) {
                values[layout] = value
                layout += 1
            }
        }
        let whole = cells.whole
        let mean = saturation[0] / samples
        let spread = max(saturation[1] / samples - mean * mean, 0).squareRoot()
        let tone: [Float] = [
            whole.mean, 1 - whole.mean, 2 * whole.deviation, 2 * mean, 2 * spread,
            1 - Float(area.rows.count) / Float(AnalysisPicture.chromaHeight),
            1 - Float(area.columns.count) / Float(AnalysisPicture.chromaWidth),
        ]
        for (offset, value) in tone.enumerated() {
            values[DescriptorLayout.standard[.tone].range.lowerBound + offset] = value
        }
        for block in DescriptorBlock.allCases where block != .tempo {
            // A nearly flat picture has a composition of noise: it fades out below a contrast of 1/50.
            normalize(block, floor: block == .composition ? 0.02 : 0)
        }
    }

    mutating func setTempo(_ part: Part) {
        let start = DescriptorLayout.standard[.tempo].range.lowerBound
        let motion = part.motion.isFinite ? max(part.motion, 0) : 0
        let length = part.duration.isFinite ? max(part.duration, 0) : 0
        let isSoft =
            switch part.entry?.kind {
            case .dissolve, .fadeBlack, .fadeWhite, .gradual: true
            case .cut, .wipe, .push, .start, nil: false
            }
        values[start] = 1
        values[start + 1] = 0.25 * logf(1 + motion * (1 / 25))
        values[start + 2] = 0.25 * logf(1 + Float(length))
        values[start + 3] = isSoft ? 0.5 : 0
        normalize(.tempo, floor: 0)
    }

    /// Gives a block the length sqrt(weight), less where its own length is near `floor`.
    private mutating func normalize(_ block: DescriptorBlock, floor: Float) {
        let entry = DescriptorLayout.standard[block]
        var squared = floor * floor
        for index in entry.range { squared += values[index] * values[index] }
        guard squared > 0 else { return }
        let scale = (entry.weight / squared).squareRoot()
        for index in entry.range { values[index] *= scale }
    }
}
