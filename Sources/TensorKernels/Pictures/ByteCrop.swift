internal import CSceneKernels

/// Cuts a rectangle out of RGB pictures of one size after resizing them, to the bit as the Python Imaging
/// Library does: first along rows, then along columns, bytes between the two, and no pass where the size
/// stays.
///
/// Only samples that the rectangle shows are computed. Owns its tables and buffers.
package struct ByteCrop: Sendable {
    package let width: Int
    package let height: Int
    /// Of the rectangle.
    package let size: (width: Int, height: Int)
    /// Rows of the source that the second pass reads.
    private let rows: Range<Int>
    /// First column of the source if rows are not resampled.
    private let left: Int
    /// nil if nothing changes in that direction.
    private let horizontal: RowTable?
    private let vertical: ResamplingTable?
    /// Rows after the first pass: `rows.count` x size.width x 3; none where `walk` does the work.
    private var lines: [UInt8]
    /// nil where the processor cannot do it in one walk.
    private var walk: CropWalk?

    /// - Parameters:
    ///   - width: of the pictures, in pixels.
    ///   - height: the same.
    ///   - resized: size of the whole picture after resizing.
    ///   - left: first column of the rectangle in it.
    ///   - top: first row.
    ///   - size: of the rectangle; it lies inside the resized picture.
    ///   - isPortable: the way of every processor, even if this one has a faster one. The bits are the same.
    package init(
        width: Int, height: Int, resized: (width: Int, height: Int), left: Int, top: Int,
        size: (width: Int, height: Int), isPortable: Bool = false
    ) {
        precondition(width > 0 && height > 0 && size.width > 0 && size.height > 0, "pictures with pixels")
        precondition(
            left >= 0 && top >= 0 && left + size.width <= resized.width
                && top + size.height <= resized.height, "a rectangle inside the picture")
        self.width = width
        self.height = height
        self.size = size
        self.left = left
        let across = ResamplingTable(
            inputCount: width, outputCount: resized.width, wanted: left..<left + size.width)
        if !isPortable {
            // Where the size stays, the table says so: each sample is its own pixel.
            walk = CropWalk(
                across: across,
                down: ResamplingTable(
                    inputCount: height, outputCount: resized.height, wanted: top..<top + size.height),
                height: height)
        }
        horizontal = resized.width == width ? nil : RowTable(across)
        if resized.height == height {
            vertical = nil
            rows = top..<top + size.height
        } else {
            let table = ResamplingTable(
                inputCount: height, outputCount: resized.height, wanted: top..<top + size.height)
            let first = table.starts.min() ?? 0
            rows = first..<(table.starts.max() ?? 0) + table.width
            vertical = table.shifted(by: -first)
        }
        lines = walk == nil ? [UInt8](repeating: 0, count: rows.count * size.width * 3) : []
    }

    /// It can cut out of planes, too.
    package var takesPlanes: Bool { walk != nil }

    /// The rectangle, size.height x size.width x 3 bytes, into `output`, of a picture in planes of `width`
    /// and `height`; only where `takesPlanes`.
    package mutating func crop(_ planes: HalvedChromaPlanes, into output: inout [UInt8]) {
        precondition(width % 2 == 0 && height % 2 == 0, "planes with halves")
        guard walk?.run(planes, into: &output) != nil else { preconditionFailure("a crop that takes planes") }
    }

    /// Bytes that must be readable beyond a picture's last: rows may be read in groups of pixels.
    package static let slack = 16

    /// The rectangle, size.height x size.width x 3 bytes, into `output`, of a picture whose rows of `width`
    /// pixels begin `stride` bytes apart. O(source pixels the rectangle shows x filter width).
    package mutating func crop(
        _ base: UnsafePointer<UInt8>, stride: Int, into output: inout [UInt8]
    ) {
        if walk?.run(base, stride: stride, into: &output) != nil { return }
        let lineLength = 3 * size.width
        if output.count != size.height * lineLength {
            output = [UInt8](repeating: 0, count: size.height * lineLength)
        }
        let (rows, left, size) = (rows, left, size)
        lines.withUnsafeMutableBufferPointer { [horizontal] lines in
            guard let lines = lines.baseAddress else { return }
            for (line, row) in rows.enumerated() {
                let (target, source) = (lines + line * lineLength, base + row * stride)
                if let horizontal {
                    scene_resample_row(
                        target, source, horizontal.starts, horizontal.coefficients, Int32(horizontal.groups),
                        Int32(size.width))
                } else {
                    target.update(from: source + 3 * left, count: lineLength)
                }
            }
        }
        guard let vertical else { return swap(&output, &lines) }
        lines.withUnsafeBufferPointer { lines in
            output.withUnsafeMutableBufferPointer { output in
                vertical.coefficients.withUnsafeBufferPointer { coefficients in
                    guard let lines = lines.baseAddress, let output = output.baseAddress,
                        let coefficients = coefficients.baseAddress
                    else { return }
                    for row in 0..<size.height {
                        scene_resample_column(
                            output + row * lineLength, lines + vertical.starts[row] * lineLength,
                            Int64(lineLength), coefficients + row * vertical.width, Int32(vertical.width),
                            Int32(lineLength))
                    }
                }
            }
        }
    }

    /// The same of a whole picture in an array; copies it.
    package mutating func crop(_ picture: [UInt8], into output: inout [UInt8]) {
        precondition(picture.count == 3 * width * height, "a picture of the size")
        let padded = picture + [UInt8](repeating: 0, count: Self.slack)
        let stride = 3 * width
        padded.withUnsafeBufferPointer { bytes in
            if let base = bytes.baseAddress { crop(base, stride: stride, into: &output) }
        }
    }

    /// A table in the order in which `scene_resample_row` reads it: four pixels at a time, three channels and
    /// a zero.
    private struct RowTable: Sendable {
        let starts: [Int32]
        let groups: Int
        let coefficients: [Int32]

        init(_ table: ResamplingTable) {
            starts = table.starts.map(Int32.init)
            groups = (table.width + 3) / 4
            var coefficients = [Int32](repeating: 0, count: table.starts.count * groups * 16)
            for sample in table.starts.indices {
                for tap in 0..<table.width {
                    let place = 16 * (sample * groups + tap / 4) + 4 * (tap % 4)
                    for channel in 0..<3 {
                        coefficients[place + channel] = table.coefficients[sample * table.width + tap]
                    }
                }
            }
            self.coefficients = coefficients
        }
    }
}
