/// Bytes as text of 64 letters (RFC 4648, section 4).
enum Base64 {
    private static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Appends the text of `bytes` to `text`. O(bytes).
    static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let rest = bytes.count - index
            let (first, second) = (bytes[index], rest > 1 ? bytes[index + 1] : 0)
            let third = rest > 2 ? bytes[index + 2] : 0
            text.append(letters[Int(first >> 2)])
            text.append(letters[Int((first & 3) << 4 | second >> 4)])
            text.append(rest > 1 ? letters[Int((second & 15) << 2 | third >> 6)] : UInt8(ascii: "="))
            text.append(rest > 2 ? letters[Int(third & 63)] : UInt8(ascii: "="))
            index += 3
        }
    }
}
