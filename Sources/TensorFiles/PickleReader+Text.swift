// Reading the arguments of opcodes.
extension PickleReader {
    mutating func byte() throws(TensorFileError) -> UInt8 {
        guard position < input.count else { throw damaged("it ends early") }
        defer { position += 1 }
        return input[position]
    }

    /// A little-endian number of `count` bytes, at most 8.
    mutating func unsigned(_ count: Int) throws(TensorFileError) -> UInt64 {
        var value: UInt64 = 0
        for (index, byte) in try take(UInt64(count)).enumerated() {
            value |= UInt64(byte) << (8 * UInt64(index))
        }
        return value
    }

    /// The next `count` bytes, no more than the input holds and `Limits.textBytes` allows.
    mutating func take(_ count: UInt64) throws(TensorFileError) -> ArraySlice<UInt8> {
        guard count <= UInt64(input.count - position) else { throw damaged("it ends early") }
        guard count <= UInt64(limits.textBytes) else { throw tooLarge("a string of \(count) bytes") }
        defer { position += Int(count) }
        return input[position..<position + Int(count)]
    }

    /// The bytes up to the next line feed, which is consumed.
    mutating func line() throws(TensorFileError) -> ArraySlice<UInt8> {
        let isLong = input.count - position > limits.textBytes
        let end = isLong ? position + limits.textBytes : input.count
        guard let feed = input[position..<end].firstIndex(of: 0x0a) else {
            throw isLong
                ? tooLarge("a line of more than \(limits.textBytes) bytes") : damaged("a line does not end")
        }
        defer { position = feed + 1 }
        return input[position..<feed]
    }

    func utf8(_ bytes: ArraySlice<UInt8>) throws(TensorFileError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw damaged("a string is not UTF-8")
        }
        return text
    }

    /// A Python 2 string: text if it can be.
    func legacyString(_ bytes: ArraySlice<UInt8>) -> PickleValue {
        String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .bytes(Array(bytes))
    }

    /// A two's-complement integer of `count` bytes.
    mutating func integer(_ count: UInt64) throws(TensorFileError) -> PickleValue {
        let bytes = try take(count)
        guard bytes.count <= 8 else { return .bigInteger(Array(bytes)) }
        var value: Int64 = bytes.last.map { $0 >= 0x80 } == true ? -1 : 0
        for byte in bytes.reversed() { value = value << 8 | Int64(byte) }
        return .int(value)
    }

    mutating func textIndex() throws(TensorFileError) -> UInt64 {
        guard let index = try UInt64(utf8(line())) else { throw damaged("a memo index is not a number") }
        return index
    }

    mutating func textInteger() throws(TensorFileError) -> PickleValue {
        var text = try utf8(line())
        if text == "00" { return .bool(false) }
        if text == "01" { return .bool(true) }
        if text.hasSuffix("L") { text.removeLast() }
        guard let value = Int64(text) else { throw damaged("a number is not an integer of 64 bits") }
        return .int(value)
    }

    mutating func textFloat() throws(TensorFileError) -> PickleValue {
        guard let value = try Double(utf8(line())) else { throw damaged("a number is not a number") }
        return .float(value)
    }

    /// A Python string literal in quotes, with its backslash escapes.
    mutating func quotedString() throws(TensorFileError) -> PickleValue {
        let literal = try line()
        guard literal.count >= 2, let quote = literal.first, quote == literal.last,
            quote == 0x22 || quote == 0x27
        else { throw damaged("a string without quotes") }
        var bytes: [UInt8] = []
        var rest = literal.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            guard byte == 0x5c else {
                bytes.append(byte)
                continue
            }
            switch rest.popFirst() {
            case 0x5c: bytes.append(0x5c)
            case 0x27: bytes.append(0x27)
            case 0x22: bytes.append(0x22)
            case 0x6e: bytes.append(0x0a)
            case 0x72: bytes.append(0x0d)
            case 0x74: bytes.append(0x09)
            case 0x78: bytes.append(UInt8(truncatingIfNeeded: try hexadecimal(&rest, digits: 2)))
            default: throw damaged("an escape in a string is unknown")
            }
        }
        return legacyString(bytes[...])
    }

    /// Latin-1 with `\uXXXX` and `\UXXXXXXXX`, as protocol 0 writes text.
    func escapedUnicode(_ bytes: ArraySlice<UInt8>) throws(TensorFileError) -> String {
        var text = ""
        var rest = bytes
        while let byte = rest.popFirst() {
            var value = UInt32(byte)
            if byte == 0x5c, let kind = rest.first, kind == 0x75 || kind == 0x55 {
                rest.removeFirst()
                value = try hexadecimal(&rest, digits: kind == 0x75 ? 4 : 8)
            }
            guard let scalar = Unicode.Scalar(value) else { throw damaged("a string is not Unicode") }
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    private func hexadecimal(_ rest: inout ArraySlice<UInt8>, digits: Int) throws(TensorFileError) -> UInt32 {
        let field = rest.prefix(digits)
        guard field.count == digits, field.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: field, as: UTF8.self), radix: 16)
        else { throw damaged("an escape in a string is cut short") }
        rest = rest.dropFirst(digits)
        return value
    }
}
