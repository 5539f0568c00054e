/// Parses the Python dictionary of a `.npy` header: exactly the keys `descr`, `fortran_order` and `shape`.
struct NPYHeaderParser {
    struct Fields {
        var description: String
        var isColumnMajor: Bool
        var shape: [Int]
    }

    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        rest = text
    }

    mutating func fields() throws(TensorFileError) -> Fields {
        var description: String?
        var isColumnMajor: Bool?
        var shape: [Int]?
        try expect("{")
        while !accept("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr" where description == nil:
                skipSpace()
                if rest.first == UInt8(ascii: "[") {
                    throw TensorFileError(
                        .unsupported, "an array of records; save each of its fields as an array of its own")
                }
                description = try string()
            case "fortran_order" where isColumnMajor == nil: isColumnMajor = try boolean()
            case "shape" where shape == nil: shape = try tuple()
            default: throw malformed
            }
            if !accept(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard rest.isEmpty, let description, let isColumnMajor, let shape else { throw malformed }
        return Fields(description: description, isColumnMajor: isColumnMajor, shape: shape)
    }

    private var malformed: TensorFileError { .damaged("the array's header is malformed") }

    private mutating func skipSpace() {
        while let byte = rest.first, byte == 0x20 || byte == 0x0a || byte == 0x09 { rest.removeFirst() }
    }

    private mutating func accept(_ text: String) -> Bool {
        skipSpace()
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    private mutating func expect(_ text: String) throws(TensorFileError) {
        guard accept(text) else { throw malformed }
    }

    /// A literal without escapes.
    private mutating func string() throws(TensorFileError) -> String {
        skipSpace()
        guard let quote = rest.popFirst(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
            let end = rest.firstIndex(of: quote), !rest[..<end].contains(UInt8(ascii: "\\"))
        else { throw malformed }
        guard let text = String(validating: rest[..<end], as: UTF8.self) else { throw malformed }
        rest = rest[(end + 1)...]
        return text
    }

    private mutating func boolean() throws(TensorFileError) -> Bool {
        if accept("True") { return true }
        try expect("False")
        return false
    }

    private mutating func tuple() throws(TensorFileError) -> [Int] {
        var sizes: [Int] = []
        try expect("(")
        while !accept(")") {
            sizes.append(try size())
            if !accept(",") {
                // `(3)` is a number, not a tuple.
                guard sizes.count > 1 else { throw malformed }
                try expect(")")
                break
            }
        }
        return sizes
    }

    private mutating func size() throws(TensorFileError) -> Int {
        skipSpace()
        let digits = rest.prefix { 0x30...0x39 ~= $0 }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else { throw malformed }
        rest = rest.dropFirst(digits.count)
        // Python 2 wrote long integers so.
        if rest.first == UInt8(ascii: "L") { rest.removeFirst() }
        return value
    }
}
