internal import Crypto

/// SHA-256 (FIPS 180-4, section 6.2), with the processor's instructions for it where it has them.
package enum SHA256 {
    /// The digest of `bytes` in 64 hexadecimal digits. Linear time, no copy.
    package static func digest(of bytes: Span<UInt8>) -> String {
        var hash = Crypto.SHA256()
        bytes.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
