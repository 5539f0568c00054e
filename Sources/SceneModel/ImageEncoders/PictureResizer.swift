internal import TensorKernels
package import Timeline

/// Cuts the middle out of pictures resized as a `PicturePreparation` says, to the bit as the Python Imaging Library does:
/// first along rows, then along columns, bytes between the two, and no pass where the size stays.
///
/// Only samples that the crop shows are computed. Keeps its tables and buffers for pictures of one size.
package struct PictureResizer: Sendable {
    package let preparation: PicturePreparation
    private var plan: Plan?

    package init(_ preparation: PicturePreparation) { self.preparation = preparation }

    /// What depends on the size of the picture alone.
    private struct Plan: Sendable {
        var width: Int
        var height: Int
        /// Rows of the source that the second pass reads.
        var rows: Range<Int>
        /// First column of the source if rows are not resampled.
        var columnOffset: Int
        /// Nil if nothing changes in that direction.
        var horizontal: ResamplingTable?
        var vertical: ResamplingTable?
        /// Rows after the first pass: `rows.count` x crop side x 3.
        var lines: [UInt8]
    }

    /// The crop, crop side x crop side x 3 bytes, into `output`. O(source pixels the crop shows x filter width).
    package mutating func crop(_ picture: RGBPicture, into output: inout [UInt8]) {
        let side = preparation.cropSide
        let lineLength = side * 3
        if output.count != side * lineLength { output = [UInt8](repeating: 0, count: side * lineLength) }
        var plan = takePlan(picture)
        if let table = plan.horizontal {
            resampleRows(
                of: picture.bytes, rowLength: 3 * picture.width, rows: plan.rows, starts: table.starts,
                coefficients: table.coefficients, tableWidth: table.width,
                precision: ResamplingTable.precision,
                into: &plan.lines)
        } else {
            for (line, row) in plan.rows.enumerated() {
                let start = (row * picture.width + plan.columnOffset) * 3
                for index in 0..<lineLength {
                    plan.lines[line * lineLength + index] = picture.bytes[start + index]
                }
            }
        }
        if let table = plan.vertical {
            resampleColumns(
                of: plan.lines, rowLength: lineLength, starts: table.starts, coefficients: table.coefficients,
                tableWidth: table.width, precision: ResamplingTable.precision, into: &output)
        } else {
            swap(&output, &plan.lines)
        }
        self.plan = plan
    }

    /// The plan for pictures of this size, moved out so that its buffer is not copied.
    private mutating func takePlan(_ picture: RGBPicture) -> Plan {
        if let plan, plan.width == picture.width, plan.height == picture.height {
            self.plan = nil
            return plan
        }
        let size = preparation.resizedSize(width: picture.width, height: picture.height)
        let side = preparation.cropSide
        let (left, top) = (preparation.cropOffset(size.width), preparation.cropOffset(size.height))
        let horizontal =
            size.width == picture.width
            ? nil
            : ResamplingTable(inputCount: picture.width, outputCount: size.width, wanted: left..<left + side)
        guard size.height != picture.height else {
            return Plan(
                width: picture.width, height: picture.height, rows: top..<top + side, columnOffset: left,
                horizontal: horizontal, vertical: nil, lines: [UInt8](repeating: 0, count: side * side * 3))
        }
        let table = ResamplingTable(
            inputCount: picture.height, outputCount: size.height, wanted: top..<top + side)
        let first = table.starts.min() ?? 0
        let last = (table.starts.max() ?? 0) + table.width
        return Plan(
            width: picture.width, height: picture.height, rows: first..<last, columnOffset: left,
            horizontal: horizontal, vertical: table.shifted(by: -first),
            lines: [UInt8](repeating: 0, count: (last - first) * side * 3))
    }
}
