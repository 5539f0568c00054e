internal import CSceneKernels

/// The tables and buffers of `scene_crop`: what `ByteCrop` does, in one walk over the picture.
struct CropWalk: Sendable {
    private let width: Int
    private let height: Int
    private let columns: Range<Int>
    private let rows: Range<Int>
    private let block: Int
    private let blocks: Int
    private let groups: Int
    private let downGroups: Int
    /// `bases`, then `first_groups`, then `down`.
    private let words: [Int32]
    /// `across`, then `places`.
    private let bytes: [UInt8]
    private var scratch: [UInt8]

    /// nil where the processor cannot do it, or the picture is too large for it.
    ///
    /// - Parameters:
    ///   - across: for the samples of a row of the rectangle, from columns of the picture.
    ///   - down: for those of a column, from rows of the picture.
    ///   - height: of the picture.
    init?(across: ResamplingTable, down: ResamplingTable, height: Int) {
        guard scene_has_crops() != 0, across.coefficients.allSatisfy(Self.hasDigits),
            down.coefficients.allSatisfy(Self.hasDigits)
        else { return nil }
        (width, self.height) = (across.starts.count, down.starts.count)
        let (firstColumn, firstRow) = ((across.starts.min() ?? 0) & ~1, (down.starts.min() ?? 0) & ~1)
        columns = firstColumn..<(across.starts.max() ?? 0) + across.width
        rows = firstRow..<min((down.starts.max() ?? 0) + down.width + 1 & ~1, height)
        let groups = (across.width + 3) / 4
        let block = [16, 8, 4, 2, 1].first { block in
            stride(from: 0, to: across.starts.count, by: block).allSatisfy { first in
                let last = min(first + block, across.starts.count) - 1
                return across.starts[last] - across.starts[first] + 4 * groups <= Int(SCENE_CROP_WINDOW)
            }
        }
        guard let block else { return nil }
        (self.groups, self.block, blocks) = (groups, block, (width + block - 1) / block)
        var bases: [Int32] = []
        var places = [UInt8](repeating: 0, count: 64 * blocks)
        var digits = [UInt8](repeating: 0, count: 3 * 64 * groups * blocks)
        for (sample, start) in across.starts.enumerated() {
            let (number, lane) = sample.quotientAndRemainder(dividingBy: block)
            if lane == 0 { bases.append(Int32(start - firstColumn)) }
            for tap in 0..<4 {
                places[64 * number + 4 * lane + tap] = UInt8(start - across.starts[sample - lane] + tap)
            }
            for tap in 0..<across.width {
                let place = 3 * 64 * (number * groups + tap / 4) + 4 * lane + tap % 4
                let coefficient = across.coefficients[sample * across.width + tap]
                for (digit, value) in Self.digits(of: coefficient).enumerated() {
                    digits[place + 64 * digit] = UInt8(bitPattern: value)
                }
            }
        }
        bytes = digits + places
        // A row may begin at any of the four rows of its first group.
        downGroups = (down.width + 6) / 4
        var downDigits = [Int32](repeating: 0, count: 3 * downGroups * self.height)
        for (row, start) in down.starts.enumerated() {
            for tap in 0..<down.width {
                let place = (start - firstRow) % 4 + tap
                let coefficient = down.coefficients[row * down.width + tap]
                for (digit, value) in Self.digits(of: coefficient).enumerated() {
                    downDigits[3 * (downGroups * row + place / 4) + digit] |=
                        Int32(bitPattern: UInt32(UInt8(bitPattern: value)) << (8 * UInt32(place % 4)))
                }
            }
        }
        words = bases + down.starts.map { Int32(($0 - firstRow) / 4) } + downDigits
        scratch = []
        scratch = [UInt8](repeating: 0, count: Int(withTables { scene_crop_scratch($0) }))
    }

    /// Three digits of eight bits with their signs hold it.
    private static func hasDigits(_ coefficient: Int32) -> Bool { abs(coefficient) <= 0x7f_7f7f }

    /// c = d0 + 256 d1 + 65536 d2.
    private static func digits(of coefficient: Int32) -> [Int8] {
        let low = Int8(truncatingIfNeeded: coefficient)
        let rest = (coefficient - Int32(low)) >> 8
        let middle = Int8(truncatingIfNeeded: rest)
        return [low, middle, Int8((rest - Int32(middle)) >> 8)]
    }

    private func withTables<Result>(_ body: (UnsafePointer<scene_crop>) -> Result) -> Result {
        words.withUnsafeBufferPointer { words in
            bytes.withUnsafeBytes { bytes in
                guard let words = words.baseAddress, let bytes = bytes.baseAddress else {
                    preconditionFailure("tables of a crop")
                }
                let digitCount = 3 * 64 * groups * blocks
                var crop = scene_crop()
                (crop.width, crop.height) = (Int32(width), Int32(height))
                (crop.first_column, crop.columns) = (Int32(columns.lowerBound), Int32(columns.count))
                (crop.first_row, crop.rows) = (Int32(rows.lowerBound), Int32(rows.count))
                (crop.block, crop.blocks) = (Int32(block), Int32(blocks))
                (crop.groups, crop.down_groups) = (Int32(groups), Int32(downGroups))
                crop.bases = words
                crop.first_groups = words + blocks
                crop.down = words + blocks + height
                crop.across = bytes.assumingMemoryBound(to: Int8.self)
                crop.places = (bytes + digitCount).assumingMemoryBound(to: UInt8.self)
                return body(&crop)
            }
        }
    }

    private mutating func run(
        into output: inout [UInt8],
        _ body: (UnsafeMutablePointer<UInt8>, UnsafePointer<scene_crop>, UnsafeMutablePointer<UInt8>) ->
            Void
    ) {
        let count = 3 * width * height
        if output.count != count { output = [UInt8](repeating: 0, count: count) }
        var scratch: [UInt8] = []
        swap(&scratch, &self.scratch)
        scratch.withUnsafeMutableBufferPointer { scratch in
            output.withUnsafeMutableBufferPointer { output in
                guard let scratch = scratch.baseAddress, let output = output.baseAddress else { return }
                withTables { body(output, $0, scratch) }
            }
        }
        swap(&scratch, &self.scratch)
    }

    /// The rectangle of RGB pixels, height x width x 3 bytes.
    mutating func run(_ pixels: UnsafePointer<UInt8>, stride: Int, into output: inout [UInt8]) {
        run(into: &output) { output, crop, scratch in
            scene_crop_of_pixels(output, pixels, Int64(stride), crop, scratch)
        }
    }

    /// The same of planes.
    mutating func run(_ planes: HalvedChromaPlanes, into output: inout [UInt8]) {
        run(into: &output) { output, crop, scratch in
            var picture = planes.picture
            scene_crop_of_planes(output, &picture, crop, scratch)
        }
    }
}
