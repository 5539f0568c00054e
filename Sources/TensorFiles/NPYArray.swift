/// An array of a `.npy` file, in row-major order.
///
/// Integers of any width are read as `Int64` and half-precision numbers as `Float`; columns-first files are
/// turned to rows-first. Source of the format: NEP 1 and the notes of `numpy.lib.format`, versions 1.0 to
/// 3.0.
package struct NPYArray: Hashable, Sendable {
    /// The elements by type, the last dimension running fastest.
    package enum Elements: Hashable, Sendable {
        case float32([Float])
        case float64([Double])
        case int64([Int64])
        case bool([Bool])
        case strings([String])

        var count: Int {
            switch self {
            case .float32(let values): values.count
            case .float64(let values): values.count
            case .int64(let values): values.count
            case .bool(let values): values.count
            case .strings(let values): values.count
            }
        }
    }

    /// Empty for a scalar.
    package let shape: [Int]
    package let elements: Elements

    /// As many elements as `shape` says; a mistake of the caller otherwise.
    package init(shape: [Int], _ elements: Elements) {
        precondition(
            shape.allSatisfy { $0 >= 0 } && ArraySize.product(shape) == elements.count,
            "an array has as many elements as its shape says")
        self.shape = shape
        self.elements = elements
    }

    /// A vector.
    package init(_ elements: Elements) {
        self.init(shape: [elements.count], elements)
    }
}

extension NPYArray {
    /// Most bytes that an array may take once read; strings are stored with four bytes a character.
    package static let byteLimit = 8 << 30

    /// Reads a whole `.npy` file. Throws for anything else, for arrays of Python objects, and for big-endian
    /// numbers.
    package init(_ bytes: [UInt8]) throws(TensorFileError) {
        let header = try NPYHeader(bytes)
        let count = try header.elementCount()
        let (size, overflow) = count.multipliedReportingOverflow(by: header.type.byteCount)
        guard !overflow, size <= Self.byteLimit, size == bytes.count - header.dataOffset else {
            throw .damaged("an array of shape \(header.shape.prefix(8)) does not fill the file exactly")
        }
        var data = Array(bytes[header.dataOffset...])
        if header.isColumnMajor, header.shape.count > 1 {
            data = Self.rowMajor(data, shape: header.shape, elementSize: header.type.byteCount)
        }
        self.init(shape: header.shape, try Self.elements(data, header.type, count: count))
    }

    private static func elements(
        _ data: [UInt8], _ type: NPYHeader.ElementType, count: Int
    ) throws(TensorFileError) -> Elements {
        switch type {
        case .number(.float64):
            return .float64(
                data.withUnsafeBytes { raw in
                    (0..<count).map { raw.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
                })
        case .number(.float16), .number(.float32), .number(.bfloat16):
            guard case .number(let number) = type else { break }
            return .float32(data.withUnsafeBytes { number.floats($0) })
        case .number(.bool): return .bool(data.map { $0 != 0 })
        case .number(let number):
            guard let values = data.withUnsafeBytes({ number.integers($0) }) else {
                throw TensorFileError(
                    .unsupported, "an unsigned number is beyond 64 signed bits; save the array as int64")
            }
            return .int64(values)
        case .string(let length):
            return .strings(try strings(data, length: length, count: count))
        }
        preconditionFailure("floating-point types are covered above")
    }

    /// UTF-32, padded with zeros on the right.
    private static func strings(_ data: [UInt8], length: Int, count: Int) throws(TensorFileError) -> [String]
    {
        var result: [String] = []
        result.reserveCapacity(min(count, data.count))
        for index in 0..<count {
            var text = String.UnicodeScalarView()
            var zeros = 0
            for position in 0..<length {
                let offset = (index * length + position) * 4
                let value = data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
                guard let scalar = Unicode.Scalar(value) else { throw .damaged("a string is not Unicode") }
                if value == 0 {
                    zeros += 1
                    continue
                }
                for _ in 0..<zeros { text.append("\0") }
                zeros = 0
                text.append(scalar)
            }
            result.append(String(text))
        }
        return result
    }

    /// `data` with the last dimension running fastest instead of the first.
    private static func rowMajor(_ data: [UInt8], shape: [Int], elementSize: Int) -> [UInt8] {
        var strides: [Int] = []
        var stride = elementSize
        for size in shape {
            strides.append(stride)
            stride *= size
        }
        var result: [UInt8] = []
        result.reserveCapacity(data.count)
        var index = [Int](repeating: 0, count: shape.count)
        var offset = 0
        while result.count < data.count {
            result += data[offset..<offset + elementSize]
            var dimension = shape.count - 1
            while dimension >= 0 {
                index[dimension] += 1
                offset += strides[dimension]
                if index[dimension] < shape[dimension] { break }
                offset -= index[dimension] * strides[dimension]
                index[dimension] = 0
                dimension -= 1
            }
        }
        return result
    }
}

extension NPYArray {
    /// A `.npy` file, version 1.0, row-major, little-endian. Strings end at their last non-zero character, as
    /// NumPy reads them.
    package func encoded() -> [UInt8] {
        var data: [UInt8] = []
        let description: String
        switch elements {
        case .float32(let values):
            description = "<f4"
            values.withUnsafeBytes { data = Array($0) }
        case .float64(let values):
            description = "<f8"
            values.withUnsafeBytes { data = Array($0) }
        case .int64(let values):
            description = "<i8"
            values.withUnsafeBytes { data = Array($0) }
        case .bool(let values):
            description = "|b1"
            data = values.map { $0 ? 1 : 0 }
        case .strings(let values):
            let length = max(1, values.map(\.unicodeScalars.count).max() ?? 1)
            description = "<U\(length)"
            data.reserveCapacity(values.count * length * 4)
            for value in values {
                for scalar in value.unicodeScalars { data.appendLittleEndian(scalar.value) }
                for _ in 0..<(length - value.unicodeScalars.count) * 4 { data.append(0) }
            }
        }
        return NPYHeader.encoded(description: description, shape: shape) + data
    }
}
