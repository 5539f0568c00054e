/// What stands before the elements in a `.npy` file.
struct NPYHeader {
    enum ElementType: Hashable {
        case number(TensorElementType)
        /// Characters of 4 bytes.
        case string(length: Int)

        var byteCount: Int {
            switch self {
            case .number(let type): type.byteCount
            case .string(let length): length * 4
            }
        }
    }

    let type: ElementType
    let isColumnMajor: Bool
    let shape: [Int]
    /// Where the elements begin.
    let dataOffset: Int

    private static let magic: [UInt8] = [0x93] + [UInt8]("NUMPY".utf8)
    private static let byteLimit = 1 << 16
    /// NumPy's own limit is 64 since version 2.
    private static let rankLimit = 64

    init(_ bytes: [UInt8]) throws(TensorFileError) {
        guard bytes.count >= 10, bytes.starts(with: Self.magic) else {
            throw TensorFileError(.otherFormat, "not an array of NumPy; save it with numpy.save")
        }
        let start: Int
        var length = Int(bytes[8]) | Int(bytes[9]) << 8
        switch bytes[6] {
        case 1: start = 10
        case 2, 3:
            guard bytes.count >= 12 else { throw .damaged("the array's header ends early") }
            length |= Int(bytes[10]) << 16 | Int(bytes[11]) << 24
            start = 12
        default:
            throw TensorFileError(
                .unsupported, "an array of NumPy format version \(bytes[6]); save it with numpy.save again")
        }
        guard length <= Self.byteLimit, length <= bytes.count - start else {
            throw .damaged("the array's header ends early")
        }
        var parser = NPYHeaderParser(bytes[start..<start + length])
        let fields = try parser.fields()
        type = try Self.elementType(fields.description)
        isColumnMajor = fields.isColumnMajor
        shape = fields.shape
        guard shape.count <= Self.rankLimit else { throw .damaged("an array of \(shape.count) dimensions") }
        dataOffset = start + length
    }

    func elementCount() throws(TensorFileError) -> Int {
        guard let count = ArraySize.product(shape),
            ArraySize.product(shape, width: max(type.byteCount, 1)) != nil
        else { throw .damaged("an array of absurd size") }
        // Strings of no characters take no bytes: the file does not bound their number.
        guard type.byteCount > 0 || count <= 1 << 20 else { throw .damaged("an array of absurd size") }
        return count
    }

    private static func elementType(_ description: String) throws(TensorFileError) -> ElementType {
        let numbers: [String: TensorElementType] = [
            "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32,
            "i8": .int64,
            "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
        ]
        let shown = TensorFileError.quoted(description)
        if description.dropFirst().hasPrefix("O") {
            throw TensorFileError(
                .refused,
                "refused: an array of Python objects, which could run code; save numbers or strings instead")
        }
        let order = description.first
        let kind = String(description.dropFirst())
        if order == ">", numbers[kind] != nil || kind.hasPrefix("U") {
            throw TensorFileError(
                .unsupported,
                "a big-endian array (\(shown)); save array.astype(array.dtype.newbyteorder('<'))")
        }
        if let type = numbers[kind], order == "<" || (order == "|" && type.byteCount == 1) {
            return .number(type)
        }
        if order == "<", kind.hasPrefix("U"), kind.utf8.dropFirst().allSatisfy({ 0x30...0x39 ~= $0 }),
            let length = Int(kind.dropFirst()), length <= 1 << 24
        {
            return .string(length: length)
        }
        throw TensorFileError(
            .unsupported, "an array of type \(shown); save it as float32, float64, int64, bool or text")
    }

    /// A header of version 1.0 for rows-first elements, padded so that they begin at a multiple of 64 bytes.
    static func encoded(description: String, shape: [Int]) -> [UInt8] {
        precondition(shape.count <= rankLimit, "an array has at most \(rankLimit) dimensions")
        let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var text = [UInt8]("{'descr': '\(description)', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
        while (magic.count + 4 + text.count + 1) % 64 != 0 { text.append(UInt8(ascii: " ")) }
        text.append(UInt8(ascii: "\n"))
        var bytes = magic + [1, 0]
        bytes.appendLittleEndian(UInt16(text.count))
        return bytes + text
    }
}
