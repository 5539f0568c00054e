/// Reads the JSON of a safetensors header: strict JSON, and only the two levels that the format has. A value
/// that the format does not foresee ends the parse, so nothing nests and nothing recurses.
struct SafetensorsHeaderParser {
    typealias Fault = SafetensorsHeader.Fault

    private let bytes: [UInt8]
    private var position = 0
    private(set) var metadata: [String: String] = [:]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// All tensors in the order of the text; also fills `metadata`.
    mutating func parse() throws(Fault) -> [SafetensorsEntry] {
        guard bytes.first == UInt8(ascii: "{") else {
            throw fault("the header does not begin with a JSON object")
        }
        var entries: [SafetensorsEntry] = []
        // Names that Unicode holds for equal count as equal here, as they do for whoever looks them up.
        var names: Set<String> = []
        var hasNext = try beginObject()
        while hasNext {
            let name = try key()
            guard names.insert(name).inserted else {
                throw fault("duplicate name \(ModelFileError.quoted(name))")
            }
            if name == SafetensorsHeader.metadataName {
                try parseMetadata()
            } else {
                guard entries.count < SafetensorsHeader.maximumTensorCount else {
                    throw fault("more than \(SafetensorsHeader.maximumTensorCount) tensors")
                }
                entries.append(try parseEntry(name))
            }
            hasNext = try continues(until: UInt8(ascii: "}"))
        }
        skipSpace()
        guard position == bytes.count else { throw fault("text after the JSON object") }
        return entries
    }

    private mutating func parseMetadata() throws(Fault) {
        var hasNext = try beginObject()
        while hasNext {
            let name = try key()
            let value = try string()
            guard metadata.updateValue(value, forKey: name) == nil else {
                throw fault("duplicate name \(ModelFileError.quoted(name)) in the metadata")
            }
            hasNext = try continues(until: UInt8(ascii: "}"))
        }
    }

    private mutating func parseEntry(_ name: String) throws(Fault) -> SafetensorsEntry {
        var type: SafetensorsEntry.ElementType?
        var shape: [Int]?
        var offsets: [Int]?
        let quoted = ModelFileError.quoted(name)
        var hasNext = try beginObject()
        while hasNext {
            switch try key() {
            case "dtype" where type == nil:
                let text = try string()
                type = SafetensorsEntry.ElementType(rawValue: text)
                if type == nil {
                    throw fault(
                        "tensor \(quoted) has the unknown element type \(ModelFileError.quoted(text))")
                }
            case "shape" where shape == nil: shape = try numbers(atMost: SafetensorsHeader.maximumRank)
            case "data_offsets" where offsets == nil: offsets = try numbers(atMost: 2)
            case let other:
                throw fault(
                    "tensor \(quoted) has a duplicate or unknown field \(ModelFileError.quoted(other))")
            }
            hasNext = try continues(until: UInt8(ascii: "}"))
        }
        guard let type, let shape, let offsets, offsets.count == 2 else {
            throw fault("tensor \(quoted) needs dtype, shape and two data_offsets")
        }
        guard offsets[0] <= offsets[1] else { throw fault("tensor \(quoted) ends before it begins") }
        var size = type.size
        for side in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: side)
            guard !overflow else { throw fault("the shape of tensor \(quoted) exceeds all numbers") }
            size = product
        }
        guard size == offsets[1] - offsets[0] else {
            throw fault(
                "tensor \(quoted) needs \(size) bytes for its shape, its offsets span \(offsets[1] - offsets[0])"
            )
        }
        return SafetensorsEntry(name: name, type: type, shape: shape, bytes: offsets[0]..<offsets[1])
    }

    // MARK: JSON

    /// Takes `{`; false if the object is empty, and then its `}` too.
    private mutating func beginObject() throws(Fault) -> Bool {
        try expect(UInt8(ascii: "{"), "an object")
        skipSpace()
        guard current == UInt8(ascii: "}") else { return true }
        position += 1
        return false
    }

    /// After a member: true after a comma, false after `end`.
    private mutating func continues(until end: UInt8) throws(Fault) -> Bool {
        skipSpace()
        guard let byte = current, byte == end || byte == UInt8(ascii: ",") else {
            throw fault("a comma or an end is missing")
        }
        position += 1
        return byte != end
    }

    private mutating func key() throws(Fault) -> String {
        let name = try string()
        try expect(UInt8(ascii: ":"), "a colon")
        return name
    }

    private mutating func numbers(atMost limit: Int) throws(Fault) -> [Int] {
        try expect(UInt8(ascii: "["), "a list of numbers")
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return []
        }
        var values: [Int] = []
        repeat {
            guard values.count < limit else { throw fault("a list of more than \(limit) numbers") }
            values.append(try number())
        } while try continues(until: UInt8(ascii: "]"))
        return values
    }

    /// A whole number that is not negative.
    private mutating func number() throws(Fault) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { throw fault("a number is too large") }
            value = sum
            position += 1
        }
        guard position > start else { throw fault("a whole number is missing") }
        guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
            throw fault("a number begins with zero")
        }
        return value
    }

    private mutating func string() throws(Fault) -> String {
        try expect(UInt8(ascii: "\""), "a string")
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw fault("a string is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text.append(contentsOf: String(try escaped()).utf8)
            case 0..<0x20: throw fault("a control character inside a string")
            default: text.append(byte)
            }
        }
        throw fault("a string does not end")
    }

    /// What a backslash introduces.
    private mutating func escaped() throws(Fault) -> Unicode.Scalar {
        guard let byte = current else { throw fault("a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw fault("an unknown escape inside a string")
        }
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // The first half of a surrogate pair: the second must follow.
        guard unit < 0xDC00, current == UInt8(ascii: "\\") else { throw fault("half a surrogate pair") }
        position += 1
        guard current == UInt8(ascii: "u") else { throw fault("half a surrogate pair") }
        position += 1
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit - 0xD800) << 10 | UInt32(second - 0xDC00)))
        else { throw fault("half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(Fault) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("an unknown escape inside a string")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    private mutating func expect(_ byte: UInt8, _ what: String) throws(Fault) {
        skipSpace()
        guard current == byte else { throw fault("\(what) is missing") }
        position += 1
    }

    private func fault(_ text: String) -> Fault { Fault(text: "header byte \(position): \(text)") }
}
