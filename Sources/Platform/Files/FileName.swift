/// Names of files as text. On Linux a name is any bytes; Swift's strings hold UTF-8 alone and would repair
/// the others.
///
/// A byte that belongs to no UTF-8 stands in the text as a scalar of private use, U+10FF80 to U+10FFFF, and
/// so do the bytes of those scalars themselves. So each name has one text, each such text one name, and UTF-8
/// stays what it is.
package enum FileName {
    private static let base: UInt32 = 0x10ff00

    /// The text of a name. O(n).
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isByte) {
            return text
        }
        var text = String.UnicodeScalarView()
        var parser = Unicode.UTF8.ForwardParser()
        var source = bytes.makeIterator()
        var rest = bytes[...]
        func add(_ count: Int) {
            for byte in rest.prefix(count) { text.append(scalar(byte)) }
            rest = rest.dropFirst(count)
        }
        while true {
            switch parser.parseScalar(from: &source) {
            case .valid(let encoded):
                let decoded = Unicode.UTF8.decode(encoded)
                if isByte(decoded) {
                    add(encoded.count)
                } else {
                    text.append(decoded)
                    rest = rest.dropFirst(encoded.count)
                }
            case .error(let length): add(length)
            case .emptyInput: return String(text)
            }
        }
    }

    /// The text of a name in C's form.
    package static func text(_ name: UnsafePointer<CChar>) -> String {
        var bytes: [UInt8] = []
        var place = name
        while place.pointee != 0 {
            bytes.append(UInt8(bitPattern: place.pointee))
            place += 1
        }
        return text(bytes)
    }

    /// The name that a text stands for.
    package static func bytes(_ text: String) -> [UInt8] {
        guard text.unicodeScalars.contains(where: isByte) else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if isByte(scalar) {
                bytes.append(UInt8(scalar.value - base))
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
        return bytes
    }

    /// The text of which a name is the UTF-8; nil where it is that of none. It differs from the name's own
    /// text where that was made of what somebody was shown of another name.
    package static func literal(_ text: String) -> String? {
        String(validating: bytes(text), as: UTF8.self)
    }

    /// Gives `body` the name in C's form, as system calls take it; valid during the call.
    package static func withBytes<Result>(
        _ text: String, _ body: (UnsafePointer<CChar>) throws -> Result
    ) rethrows -> Result {
        try (bytes(text).map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a name has a zero at its end") }
            return try body(base)
        }
    }

    /// The name for people: what is no text stands as U+FFFD.
    package static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isByte) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { isByte($0) ? "\u{fffd}" : $0 }))
    }

    private static func isByte(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= base + 0x80 }

    private static func scalar(_ byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(base + UInt32(byte)) ?? "\u{fffd}"
    }
}
