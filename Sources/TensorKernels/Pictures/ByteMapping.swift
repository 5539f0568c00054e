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

/// The same into pixels of `stride` floats each, from number `offset` of each on; the other floats stay.
package func mapBytesInto(
    _ output: inout MutableSpan<Float>, stride: Int, offset: Int, _ bytes: Span<UInt8>, _ table: Span<Float>
) {
    let pixels = bytes.count / 3
    precondition(bytes.count % 3 == 0 && table.count == 768, "whole pixels")
    precondition(
        offset >= 0 && offset + 3 <= stride && output.count == pixels * stride, "three floats of each pixel")
    var (place, index) = (offset, 0)
    while index < bytes.count {
        output[place] = table[Int(bytes[index])]
        output[place + 1] = table[256 + Int(bytes[index + 1])]
        output[place + 2] = table[512 + Int(bytes[index + 2])]
        index += 3
        place += stride
    }
}
