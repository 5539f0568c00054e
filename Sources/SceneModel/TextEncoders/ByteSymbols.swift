/// The 256 symbols in which GPT-2 and CLIP write bytes, so that every text is made of printable characters
/// (Radford et al. 2019; `bytes_to_unicode` in openai/gpt-2).
///
/// A byte that is printable in Latin-1 stands for itself; the other 68 are the characters from U+0100 on, in
/// order. Symbols are numbered printable bytes first, then the others.
enum ByteSymbols {
    /// The byte of each symbol, in the order of their numbers.
    static let bytes: [UInt8] = {
        let printable = Array(33...126) + Array(161...172) + Array(174...255)
        return (printable + (0..<256).filter { !printable.contains($0) }).map { UInt8($0) }
    }()

    /// The number of each byte's symbol.
    static let numbers: [Int32] = {
        var numbers = [Int32](repeating: 0, count: 256)
        for (number, byte) in bytes.enumerated() { numbers[Int(byte)] = Int32(number) }
        return numbers
    }()

    /// Each symbol as UTF-8, in the order of their numbers.
    static let texts: [[UInt8]] = bytes.enumerated().map { number, byte in
        let code = number < 188 ? UInt32(byte) : 256 + UInt32(number - 188)
        return Array(String(Character(Unicode.Scalar(code) ?? "?")).utf8)
    }
}
