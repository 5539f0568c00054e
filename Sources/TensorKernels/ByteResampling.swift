/// Resamples rows of interleaved RGB bytes: output sample x of a row is the sum over t of coefficient [x, t] times input
/// pixel starts[x] + t, in fixed point with `precision` bits, rounded and clamped to a byte.
///
/// Shapes: input rows of `rowLength` bytes, of which the given rows are read; output [rows, samples, 3];
/// coefficients [samples, tableWidth].
package func resampleRows(
    of input: [UInt8], rowLength: Int, rows: Range<Int>, starts: [Int], coefficients: [Int32],
    tableWidth: Int, precision: Int32, into output: inout [UInt8]
) {
    precondition(rows.lowerBound >= 0 && rows.upperBound * rowLength <= input.count, "rows of the input")
    precondition(coefficients.count == starts.count * tableWidth, "a row of coefficients per sample")
    precondition(
        starts.allSatisfy { $0 >= 0 && ($0 + tableWidth) * 3 <= rowLength }, "samples inside the row")
    precondition(output.count == rows.count * starts.count * 3, "room for every row")
    let rounding = Int32(1) << (precision - 1)
    output.withUnsafeMutableBufferPointer { target in
        input.withUnsafeBufferPointer { source in
            starts.withUnsafeBufferPointer { starts in
                coefficients.withUnsafeBufferPointer { coefficients in
                    var place = 0
                    for row in rows {
                        for sample in 0..<starts.count {
                            var index = row &* rowLength &+ starts[sample] &* 3
                            var (red, green, blue) = (rounding, rounding, rounding)
                            let base = sample &* tableWidth
                            for tap in 0..<tableWidth {
                                let weight = coefficients[base &+ tap]
                                red &+= Int32(source[index]) &* weight
                                green &+= Int32(source[index &+ 1]) &* weight
                                blue &+= Int32(source[index &+ 2]) &* weight
                                index &+= 3
                            }
                            target[place] = clampedByte(red >> precision)
                            target[place &+ 1] = clampedByte(green >> precision)
                            target[place &+ 2] = clampedByte(blue >> precision)
                            place &+= 3
                        }
                    }
                }
            }
        }
    }
}

/// Resamples columns: output row y is the sum over t of coefficient [y, t] times input row starts[y] + t, as above.
///
/// Shapes: input and output rows of `rowLength` bytes; coefficients [output rows, tableWidth].
package func resampleColumns(
    of input: [UInt8], rowLength: Int, starts: [Int], coefficients: [Int32], tableWidth: Int,
    precision: Int32, into output: inout [UInt8]
) {
    precondition(coefficients.count == starts.count * tableWidth, "a row of coefficients per sample")
    precondition(
        starts.allSatisfy { $0 >= 0 && ($0 + tableWidth) * rowLength <= input.count }, "rows of the input")
    precondition(output.count == starts.count * rowLength, "room for every row")
    var sums = [Int32](repeating: 0, count: rowLength)
    let rounding = Int32(1) << (precision - 1)
    sums.withUnsafeMutableBufferPointer { sums in
        output.withUnsafeMutableBufferPointer { target in
            input.withUnsafeBufferPointer { source in
                for row in 0..<starts.count {
                    for index in 0..<rowLength { sums[index] = rounding }
                    for tap in 0..<tableWidth {
                        let weight = coefficients[row * tableWidth + tap]
                        let base = (starts[row] + tap) * rowLength
                        for index in 0..<rowLength {
                            sums[index] &+= Int32(source[base &+ index]) &* weight
                        }
                    }
                    let base = row * rowLength
                    for index in 0..<rowLength {
                        target[base &+ index] = clampedByte(sums[index] >> precision)
                    }
                }
            }
        }
    }
}

@inline(__always)
private func clampedByte(_ value: Int32) -> UInt8 { UInt8(truncatingIfNeeded: min(max(value, 0), 255)) }

/// output[i] = table[i mod 3][bytes[i]] for interleaved RGB bytes; the table has 3 x 256 entries.
package func mapBytesInto(_ output: inout MutableSpan<Float>, _ bytes: Span<UInt8>, _ table: Span<Float>) {
    precondition(output.count == bytes.count && bytes.count % 3 == 0 && table.count == 768, "whole pixels")
    var index = 0
    while index < bytes.count {
        output[index] = table[Int(bytes[index])]
        output[index + 1] = table[256 + Int(bytes[index + 1])]
        output[index + 2] = table[512 + Int(bytes[index + 2])]
        index += 3
    }
}
